export {
  type AccessLog,
  type AttemptEvent,
  type ChargedEvent,
  createEvents,
  type Events,
  type Log,
  type ManagementEvent,
  type UnchargedEvent,
} from './events.ts';
export { createMetrics, type Metrics } from './metrics.ts';
