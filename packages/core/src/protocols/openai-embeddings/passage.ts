import { createPassage, type NamedLoss, type Relay } from '../relay/index.ts';
import { withFieldNames } from '../whole/whole-call.ts';
import type { FieldNames } from '../wire.ts';
import type { EmbeddingsCall } from './decode.ts';
import { openaiEmbeddings } from './dialect.ts';
import { inEncoding } from './vectors.ts';

const NO_LOSSES: readonly NamedLoss[] = [];

/**
 * OpenAI's embeddings on both sides: the bytes pass. Where the upstream has no base64, or gives
 * numbers whatever it is asked for, the vectors are rewritten.
 */
export const embeddingsPassage: Relay<EmbeddingsCall> = {
  ...createPassage(openaiEmbeddings),
  writeRequest(call, { model, fieldNames }) {
    const body = openaiEmbeddings.editRequest(call, { model, forceUsage: false });
    if (!fieldNames || !isTouched(call, fieldNames)) return { body, losses: NO_LOSSES };
    return { body: withFieldNames(body, fieldNames), losses: lossesOf(call, fieldNames) };
  },
  readWhole(body, call, { shownModel }) {
    const answer = openaiEmbeddings.readWhole(body, shownModel);
    return answer && { ...answer, body: inEncoding(answer.body, call.encoding) };
  },
};

function isTouched({ scanned }: EmbeddingsCall, fieldNames: FieldNames): boolean {
  return [...fieldNames.keys()].some((name) => scanned.fields.has(name));
}

/** An encoding that the upstream has not is no loss: it is made here. */
function lossesOf({ scanned }: EmbeddingsCall, fieldNames: FieldNames): readonly NamedLoss[] {
  if (!scanned.fields.has('dimensions') || fieldNames.get('dimensions') !== null) return NO_LOSSES;
  return [{ field: 'dimensions', reason: 'the upstream has one length of vectors per model' }];
}
