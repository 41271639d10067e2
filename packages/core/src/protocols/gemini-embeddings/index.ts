import type { EmbeddingClient, EmbeddingUpstream } from '../embeddings/wire.ts';
import {
  decodeGeminiEmbedding,
  type EmbeddingMethod,
  encodeGeminiEmbedding,
  geminiEmbeddingField,
  geminiUpstream,
  readGeminiEmbedding,
  writeGeminiEmbedding,
} from '../gemini/index.ts';
import type { GeminiEmbeddingsCall } from './decode.ts';

export type { GeminiEmbeddingsCall } from './decode.ts';
export { geminiBatchEmbedContents, geminiEmbedContent } from './dialect.ts';

/** Google's embeddings as what clients speak. */
export const geminiEmbeddingsClient: EmbeddingClient<GeminiEmbeddingsCall> = {
  name: 'gemini-embeddings',
  read: ({ body, model, isBatch }) => decodeGeminiEmbedding(body, { model }, isBatch).request,
  write: writeGeminiEmbedding,
  fieldOf: geminiEmbeddingField,
};

/** Google's embeddings as what upstreams speak, by one of their methods. */
export function createGeminiEmbeddingsUpstream(how: {
  readonly method: EmbeddingMethod;
  readonly isVertex: boolean;
}): EmbeddingUpstream {
  return {
    name: `${how.isVertex ? 'vertex' : 'gemini'}-${how.method}`,
    encode: (request, { model }) => encodeGeminiEmbedding(request, { model, ...how }),
    decode: readGeminiEmbedding,
    readError: (body) => geminiUpstream.readError(body),
  };
}
