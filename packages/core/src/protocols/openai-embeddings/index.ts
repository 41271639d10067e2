import type { EmbeddingClient } from '../embeddings/wire.ts';
import type { EmbeddingsCall } from './decode.ts';
import { embeddingField, readEmbeddingRequest } from './read-request.ts';
import { writeEmbeddingAnswer } from './write-answer.ts';

export type { EmbeddingsCall } from './decode.ts';
export { openaiEmbeddings } from './dialect.ts';
export { embeddingsPassage } from './passage.ts';
export { openaiEmbeddingsUpstream } from './upstream.ts';

/** OpenAI's embeddings as what clients speak. */
export const openaiEmbeddingsClient: EmbeddingClient<EmbeddingsCall> = {
  name: 'openai-embeddings',
  read: readEmbeddingRequest,
  write: (answer, { encoding }, model) => writeEmbeddingAnswer(answer, { model, encoding }),
  fieldOf: embeddingField,
};
