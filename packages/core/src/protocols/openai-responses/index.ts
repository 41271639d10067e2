import type { Dialect } from '../dialect.ts';
import { createPassDialect } from '../relay/pass-dialect.ts';
import type { ClientWire, UpstreamWire } from '../wire.ts';
import { openContinuity } from './continuity.ts';
import { decodeResponses, type ResponsesCall } from './decode.ts';
import { editResponsesRequest } from './edit-request.ts';
import { errorEvent, readResponsesError } from './errors.ts';
import { ResponsesReader } from './event-reader.ts';
import { ResponsesWriter } from './event-writer.ts';
import { fieldOf } from './fields.ts';
import { readResponsesAnswer } from './read-answer.ts';
import { readResponsesRequest } from './read-request.ts';
import { textOfRequest } from './text.ts';
import { writeResponsesAnswer } from './write-answer.ts';
import { writeResponsesRequest } from './write-request.ts';

export { decodeResponses, type ResponsesCall, referenceOf } from './decode.ts';
export { errorOfBytes, responseOfBody, responseOfHead, responseOfTail } from './final-response.ts';
export { replayResponse } from './replay.ts';
export { itemIdOf, queuedResponse, type ResponseStatus } from './response.ts';
export { inForeground, withInput } from './rewrite.ts';

/** The Responses API as an upstream speaks it. */
export const responsesUpstream: UpstreamWire = {
  name: 'responses',
  encodeRequest: writeResponsesRequest,
  decodeAnswer: readResponsesAnswer,
  openReader: () => new ResponsesReader(),
  readError: readResponsesError,
};

/** The Responses API as a client speaks it. */
export const responsesClient: ClientWire = {
  name: 'responses',
  decodeRequest: readResponsesRequest,
  encodeAnswer: writeResponsesAnswer,
  openWriter: (options) => new ResponsesWriter(options),
  fieldOf,
  errorBody: (failure) => failure.toBody(),
};

/** The Responses API on both sides: bytes pass through but for a few named edits. */
export const openaiResponses: Dialect<ResponsesCall> = createPassDialect({
  name: 'openai-responses',
  client: responsesClient,
  upstream: responsesUpstream,
  modelField: 'model',
  decode: decodeResponses,
  editRequest: editResponsesRequest,
  textOfRequest,
  errorEvent,
  openContinuity,
});
