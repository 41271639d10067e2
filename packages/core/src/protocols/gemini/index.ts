import type { Dialect } from '../dialect.ts';
import { createPassDialect } from '../relay/index.ts';
import { geminiClient } from './client-wire.ts';
import { decodeGemini, type GeminiRequest } from './decode.ts';
import { editGeminiRequest } from './edit-request.ts';
import { geminiErrorEvent } from './event-writer.ts';
import { textOfGeminiRequest } from './text.ts';
import { geminiUpstream } from './upstream-wire.ts';

/** Google's `generateContent` on both sides: bytes pass through but for a few named edits. */
export const gemini: Dialect<GeminiRequest> = createPassDialect({
  name: 'gemini',
  client: geminiClient,
  upstream: geminiUpstream,
  modelField: 'modelVersion',
  usageField: 'usageMetadata',
  decode: decodeGemini,
  editRequest: editGeminiRequest,
  textOfRequest: textOfGeminiRequest,
  errorEvent: geminiErrorEvent,
});

export {
  decodeGeminiCountTokens,
  encodeGeminiCountTokens,
  readGeminiTokenCount,
  writeGeminiTokenCount,
} from './count-tokens.ts';
export {
  decodeGeminiEmbedding,
  type EmbeddingMethod,
  type EmbeddingTarget,
  type EncodedEmbedding,
  embeddingMethod,
  encodeGeminiEmbedding,
  type GeminiEmbeddingCall,
  geminiEmbeddingField,
  readGeminiEmbedding,
  writeGeminiEmbedding,
} from './embedding.ts';
export { readGeminiUsage, writeGeminiUsage } from './usage.ts';
export { decodeGemini, editGeminiRequest, type GeminiRequest, geminiClient, geminiUpstream };
