import type { ClientWire, UpstreamWire } from '../wire.ts';
import { readChatError } from './errors.ts';
import { ChatEventReader } from './event-reader.ts';
import { ChatEventWriter } from './event-writer.ts';
import { FIELDS } from './fields.ts';
import { readChatAnswer } from './read-answer.ts';
import { readChatRequest } from './read-request.ts';
import { writeChatAnswer } from './write-answer.ts';
import { writeChatRequest } from './write-request.ts';

/** OpenAI chat completions as what clients speak. */
export const chatClient: ClientWire = {
  name: 'chat',
  decodeRequest: readChatRequest,
  encodeAnswer: writeChatAnswer,
  openWriter: (options) => new ChatEventWriter(options),
  fieldOf: (ability) => FIELDS[ability],
  errorBody: (failure) => failure.toBody(),
};

/** OpenAI chat completions as what upstreams speak. */
export const chatUpstream: UpstreamWire = {
  name: 'chat',
  encodeRequest: writeChatRequest,
  decodeAnswer: readChatAnswer,
  openReader: () => new ChatEventReader(),
  readError: readChatError,
};
