export { type ArrayFraming, createArrayFraming } from './array-framing.ts';
export {
  DROP_PARAMS_HEADER,
  DROPPED_PARAMS_HEADER,
  droppedFields,
  droppedHeader,
  lossesToFailure,
  type NamedLoss,
  nameLosses,
  vitalLosses,
} from './losses.ts';
export { createPassDialect, type PassParts } from './pass-dialect.ts';
export { type Continuity, PassTap, type PassWire } from './pass-tap.ts';
export { type AnswerView, createPassage, type Relay, type RelayedRequest } from './relay.ts';
export { type TranslatedStream, TranslatedTap } from './translated-tap.ts';
export { createTranslation, translateWhole } from './translation.ts';
export { refusalFailure, type StreamError, streamError } from './upstream-error.ts';
