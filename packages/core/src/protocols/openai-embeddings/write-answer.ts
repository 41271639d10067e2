import type { EmbeddingAnswer } from '../neutral/embedding.ts';
import { inputTokens } from '../neutral/usage.ts';
import { type VectorEncoding, written } from './vectors.ts';

/** An answer with vectors as OpenAI's clients expect it. */
export function writeEmbeddingAnswer(
  { vectors, usage }: EmbeddingAnswer,
  { model, encoding }: { readonly model: string; readonly encoding: VectorEncoding },
): Buffer {
  const tokens = usage && inputTokens(usage);
  const body = {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: written(vector, encoding),
    })),
    model,
    ...(usage && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
  };
  return Buffer.from(JSON.stringify(body));
}
