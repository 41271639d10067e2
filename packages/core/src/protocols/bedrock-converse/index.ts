import type { UpstreamWire } from '../wire.ts';
import { readConverseError } from './errors.ts';
import { openConverseReader } from './event-reader.ts';
import { readConverseAnswer } from './read-answer.ts';
import { writeConverseRequest } from './write-request.ts';

/** Converse and ConverseStream of Amazon Bedrock. */
export const converseUpstream: UpstreamWire = {
  name: 'converse',
  encodeRequest: writeConverseRequest,
  decodeAnswer: readConverseAnswer,
  openReader: openConverseReader,
  readError: readConverseError,
};
