import { parseExact } from '../json/exact.ts';
import { type Fields, fieldsOf, listOf } from '../json/values.ts';
import type { NamedLoss, RelayedRequest } from '../relay/index.ts';
import { withFieldNames, withModel } from '../whole/whole-call.ts';
import type { WireTarget } from '../wire.ts';
import type { RerankCall } from './decode.ts';
import { isImage, textOfDocument, textOfQuery } from './documents.ts';

/** Whose way an upstream has: Cohere's v2, Jina's, or that of those who took Jina's over. */
export type RerankStyle = 'cohere' | 'jina' | 'plain';

/** Fields that only one of them has; the others know what is meant in another form, or not at all. */
const FOREIGN: Readonly<Record<RerankStyle, readonly string[]>> = {
  cohere: ['return_documents', 'rank_fields', 'top_k', 'max_chunks_per_doc'],
  jina: ['rank_fields', 'top_k', 'max_chunks_per_doc', 'max_tokens_per_doc'],
  plain: ['rank_fields', 'top_k'],
};

/** Of these nothing is lost: they are applied here. */
const APPLIED: ReadonlySet<string> = new Set(['return_documents', 'rank_fields', 'top_k']);

const NO_LOSSES: readonly NamedLoss[] = [];

/** The body for an upstream: the client's bytes where it can read them. */
export function writeRerank(
  call: RerankCall,
  { model, fieldNames }: Pick<WireTarget, 'model' | 'fieldNames'>,
  style: RerankStyle,
): RelayedRequest {
  const body = withModel(call.body, call.scanned, model);
  const fields = fieldsOf(parseExact(body.toString('utf8')));
  const foreign = FOREIGN[style].filter((name) => (fields[name] ?? undefined) !== undefined);
  const isReadable = foreign.length === 0 && isPlain(fields);
  const written = isReadable ? body : rewritten(fields, style);
  return {
    body: fieldNames ? withFieldNames(written, fieldNames) : written,
    losses: isReadable ? NO_LOSSES : [...imagesLost(fields, style), ...lossesOf(foreign)],
  };
}

function isPlain({ query, documents }: Fields): boolean {
  return typeof query === 'string' && listOf(documents).every((each) => typeof each === 'string');
}

function rewritten(fields: Fields, style: RerankStyle): Buffer {
  const { query, documents, top_n: topN, top_k: topK, rank_fields: rankFields, ...others } = fields;
  const ranked = Array.isArray(rankFields) ? rankFields.map(String) : undefined;
  const first = topN ?? topK ?? undefined;
  const kept = Object.entries(others).filter(([name]) => !FOREIGN[style].includes(name));
  const body = {
    ...Object.fromEntries(kept),
    query: textOfQuery(query) ?? query,
    documents: listOf(documents).map((each) =>
      isImage(each) ? each : textOfDocument(each, ranked),
    ),
    ...(first !== undefined && { top_n: first }),
  };
  return Buffer.from(JSON.stringify(body));
}

/** Cohere ranks texts; of the others it is not known, so that they are asked. */
function imagesLost({ query, documents }: Fields, style: RerankStyle): readonly NamedLoss[] {
  if (style !== 'cohere') return NO_LOSSES;
  const reason = 'the upstream ranks texts';
  if (isImage(query)) return [{ field: 'query', reason, isVital: true }];
  const hasImages = listOf(documents).some(isImage);
  return hasImages ? [{ field: 'documents', reason, isVital: true }] : NO_LOSSES;
}

function lossesOf(foreign: readonly string[]): readonly NamedLoss[] {
  const lost = foreign.filter((name) => !APPLIED.has(name));
  return lost.map((field) => ({ field, reason: 'the upstream cuts documents by its own rule' }));
}
