export {
  appendedBytes,
  type ResponseAsk,
  readAsk,
  readChange,
  readItemSize,
  writeAsk,
  writeModels,
} from './client-events.ts';
export {
  type ErrorDetail,
  errorEventText,
  eventIdOf,
  type RealtimeEvent,
  readEvent,
} from './event.ts';
export { addSizes, type ItemSize, NO_SIZE } from './item-size.ts';
export {
  causeOf,
  type Delta,
  readDelta,
  readSpeechMark,
  readTold,
  readTranscript,
  responseIdOf,
  type ToldResponse,
  withoutCause,
} from './server-events.ts';
export { type SessionFacts, USUAL_FACTS } from './session-fields.ts';
export type { ConversationTokens } from './usage.ts';
