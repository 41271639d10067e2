import { invalid } from '../../kernel/index.ts';
import type { CallPath } from '../dialect.ts';
import { modelOfPath } from '../gemini/decode.ts';
import { measureContents } from '../gemini/input-size.ts';
import { parsing, scanRequestBody } from '../json/request-body.ts';
import { type Fields, fieldsOf } from '../json/values.ts';
import { NOTHING_GENERATED, type WholeCall } from '../whole/whole-call.ts';

/** A request for vectors, in the form of Google. */
export interface GeminiEmbeddingsCall extends WholeCall {
  /** Whether it asks for a list of vectors or for one. */
  readonly isBatch: boolean;
  readonly inputs: number;
}

/** Requests in one batch. */
const BATCH_MAX = 250;

const WATCHED: ReadonlySet<string> = new Set(['content', 'requests']);

/** Reads `embedContent` or `batchEmbedContents`. Throws `invalid_json` or `invalid_request`. */
export function decodeGeminiEmbeddings(
  raw: Buffer,
  path: CallPath,
  isBatch: boolean,
): GeminiEmbeddingsCall {
  const model = modelOfPath(path);
  const { body, scanned } = scanRequestBody(raw, WATCHED);
  const fields = fieldsOf(parsing(() => JSON.parse(body.toString('utf8')) as unknown));
  const contents = isBatch ? contentsOf(fields) : [contentOf(fields, 'content')];
  const size = { ...measureContents(contents, body.length), prompts: contents.length };
  const inputs = contents.length;
  return { body, scanned, model, isBatch, inputs, ...NOTHING_GENERATED, service: undefined, size };
}

function contentsOf({ requests }: Fields): readonly Fields[] {
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > BATCH_MAX) {
    throw invalid('requests', `'requests' must be an array of 1 to ${BATCH_MAX} requests.`);
  }
  return requests.map((each: unknown, at) => contentOf(fieldsOf(each), `requests[${at}].content`));
}

/** Only its outside is checked: what can be embedded is for the model to say. */
function contentOf({ content }: Fields, place: string): Fields {
  const { parts } = fieldsOf(content);
  if (!Array.isArray(parts) || parts.length === 0) {
    throw invalid(`${place}.parts`, `'${place}.parts' must have at least one part.`);
  }
  return fieldsOf(content);
}
