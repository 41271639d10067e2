import type { EmbeddingUpstream } from '../embeddings/wire.ts';
import { fieldsOf, isFields, numberOf, parseJson, textOf } from '../json/values.ts';
import type { EmbeddingAnswer, EmbeddingLoss, EmbeddingRequest } from '../neutral/embedding.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { readInputUsage } from '../whole/input-usage.ts';
import { withFieldNames } from '../whole/whole-call.ts';
import type { FieldNames } from '../wire.ts';
import { readVector } from './vectors.ts';

/** OpenAI's embeddings as what upstreams speak. */
export const openaiEmbeddingsUpstream: EmbeddingUpstream = {
  name: 'openai-embeddings',
  encode(request, { model, fieldNames }) {
    const inputs = request.inputs.map((input) =>
      input.kind === 'text' ? input.text : input.tokens,
    );
    const { dimensions, user } = request;
    const body = Buffer.from(
      JSON.stringify({
        model,
        input: inputs.length === 1 ? inputs[0] : inputs,
        encoding_format: 'float',
        ...(dimensions !== undefined && { dimensions }),
        ...(user !== undefined && { user }),
      }),
    );
    return {
      body: fieldNames ? withFieldNames(body, fieldNames) : body,
      losses: lossesOf(request, fieldNames),
    };
  },
  decode: readEmbeddingAnswer,
  readError: readChatError,
};

/** These models know one kind of vector: what it is for says nothing to them, and is no loss. */
function lossesOf(
  { dimensions }: EmbeddingRequest,
  fieldNames: FieldNames | undefined,
): readonly EmbeddingLoss[] {
  if (dimensions === undefined || fieldNames?.get('dimensions') !== null) return [];
  return [{ ability: 'dimensions', reason: 'the upstream has one length of vectors per model' }];
}

function readEmbeddingAnswer(body: Buffer): EmbeddingAnswer | undefined {
  const answer = fieldsOf(parseJson(body.toString('utf8')));
  if (!Array.isArray(answer.data)) return undefined;
  const entries = answer.data.filter(isFields);
  const ordered = entries
    .map((entry, at) => ({ at: numberOf(entry.index) ?? at, vector: readVector(entry.embedding) }))
    .sort((a, b) => a.at - b.at);
  const vectors = ordered.flatMap(({ vector }) => (vector === undefined ? [] : [vector]));
  if (vectors.length === 0 || vectors.length < answer.data.length) return undefined;
  const read = readInputUsage(answer.usage);
  return {
    model: textOf(answer.model),
    vectors,
    usage: read?.usage,
    isSuspicious: read?.isSuspicious === true,
  };
}
