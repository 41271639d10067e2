import type { Dialect } from '../dialect.ts';
import { readPassedAnswer } from '../whole/passed-answer.ts';
import { withModel } from '../whole/whole-call.ts';
import { createWholeDialect } from '../whole/whole-dialect.ts';
import { decodeEmbeddings, type EmbeddingsCall } from './decode.ts';
import { textOfEmbeddings } from './request-text.ts';

/** OpenAI's embeddings on both sides. */
export const openaiEmbeddings: Dialect<EmbeddingsCall> = createWholeDialect<EmbeddingsCall>({
  name: 'openai-embeddings',
  decode: decodeEmbeddings,
  withModel: ({ body, scanned }, model) => withModel(body, scanned, model),
  readWhole: (body, shownModel) => readPassedAnswer(body, 'data', shownModel),
  textOfRequest: textOfEmbeddings,
});
