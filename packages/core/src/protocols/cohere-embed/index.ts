import type { EmbeddingUpstream } from '../embeddings/wire.ts';
import { type Fields, fieldsOf, listOf, numberOf, parseJson } from '../json/values.ts';
import type {
  EmbeddingAnswer,
  EmbeddingLoss,
  EmbeddingRequest,
  EmbeddingTask,
} from '../neutral/embedding.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { readVector } from '../openai-embeddings/vectors.ts';
import { readInputUsage } from '../whole/input-usage.ts';

/** What Cohere calls the uses; those that it does not tell apart go by the nearest. */
const INPUT_TYPES: Readonly<Record<EmbeddingTask, string>> = {
  query: 'search_query',
  document: 'search_document',
  similarity: 'clustering',
  classification: 'classification',
  clustering: 'clustering',
  questionAnswering: 'search_query',
  factVerification: 'search_query',
  codeQuery: 'search_query',
};

/** Cohere's own `embed`, which knows what vectors are for and how long they may be. */
export const cohereEmbed: EmbeddingUpstream = {
  name: 'cohere-embed',
  encode(request, { model }) {
    const { inputs, dimensions, task = 'document', mayTruncate } = request;
    const body = {
      model,
      texts: inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : [])),
      input_type: INPUT_TYPES[task],
      embedding_types: ['float'],
      ...(dimensions !== undefined && { output_dimension: dimensions }),
      ...(mayTruncate !== undefined && { truncate: mayTruncate ? 'END' : 'NONE' }),
    };
    return { body: Buffer.from(JSON.stringify(body)), losses: lossesOf(request) };
  },
  decode: readCohereEmbedding,
  readError: readChatError,
};

function lossesOf({ inputs }: EmbeddingRequest): readonly EmbeddingLoss[] {
  const hasTokens = inputs.some(({ kind }) => kind === 'tokens');
  return hasTokens ? [{ ability: 'tokens', reason: 'Cohere embeds texts, not tokens' }] : [];
}

function readCohereEmbedding(body: Buffer): EmbeddingAnswer | undefined {
  const answer = fieldsOf(parseJson(body.toString('utf8')));
  const vectors = listOf(fieldsOf(answer.embeddings).float).map(readVector);
  if (vectors.length === 0 || !vectors.every((vector) => vector !== undefined)) return undefined;
  const read = readInputUsage(billedTokens(answer));
  return {
    model: '',
    vectors,
    usage: read?.usage,
    isSuspicious: read?.isSuspicious === true,
  };
}

/** Images are billed beside the text, in tokens of their own. */
function billedTokens({ meta }: Fields): Fields | undefined {
  const billed = fieldsOf(fieldsOf(meta).billed_units);
  const text = numberOf(billed.input_tokens);
  const images = numberOf(billed.image_tokens);
  if (text === undefined && images === undefined) return undefined;
  return { text_tokens: text ?? 0, image_tokens: images ?? 0 };
}
