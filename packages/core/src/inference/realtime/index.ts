export { type Connection, connect } from './connect.ts';
export type {
  Dial,
  Dialed,
  Knock,
  Line,
  Outlets,
  RealtimeDeps,
  SessionEnd,
  SessionReporter,
} from './ports.ts';
export { type Ender, RealtimeSession } from './session.ts';
