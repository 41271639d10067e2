import type { UpstreamWire } from '../wire.ts';
import { readGeminiError } from './errors.ts';
import { GeminiEventReader } from './event-reader.ts';
import { readGeminiAnswer } from './read-answer.ts';
import { writeGeminiRequest } from './write-request.ts';

/** The upstream's half of Google's `generateContent`, of the Gemini API and of Vertex AI. */
export const geminiUpstream: UpstreamWire = {
  name: 'gemini',
  encodeRequest: writeGeminiRequest,
  decodeAnswer: readGeminiAnswer,
  openReader: () => new GeminiEventReader(),
  readError: readGeminiError,
};
