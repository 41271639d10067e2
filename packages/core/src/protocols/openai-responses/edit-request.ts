import type { RequestEdits } from '../dialect.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import { fieldsOf, isFields, listOf, textOf } from '../json/values.ts';
import { isForeignSeal } from '../neutral/seal.ts';
import type { ResponsesCall } from './decode.ts';

const BOUND_FIELD = 'max_output_tokens';
/** What a seal of another vendor begins with where it was shown to a client of this wire. */
const FOREIGN_SEAL_MARK = Buffer.from('"meridian:');

/**
 * The body for an upstream of the same wire: the client's bytes with the named edits; the same buffer
 * when none. `background` never goes upstream: the gateway runs such requests itself.
 */
export function editResponsesRequest(call: ResponsesCall, edits: RequestEdits): Buffer {
  const { fields } = call.scanned;
  const list: Edit[] = [];
  const model = fields.get('model');
  if (edits.model !== call.model && model) {
    list.push({ ...model, bytes: Buffer.from(JSON.stringify(edits.model)) });
  }
  const background = fields.get('background');
  if (call.isBackground && background) list.push({ ...background, bytes: Buffer.from('false') });
  if (edits.outputBound) list.push(boundEdit(call, edits.outputBound.tokens));
  const seals = foreignSealsEdit(call);
  if (seals) list.push(seals);
  return applyEdits(call.body, list);
}

function boundEdit({ scanned }: ResponsesCall, tokens: number): Edit {
  // An explicit null stands in the body as a field; it is replaced rather than given twice.
  const given = scanned.fields.get(BOUND_FIELD);
  if (given) return { ...given, bytes: Buffer.from(String(tokens)) };
  const { inside, isEmpty } = scanned;
  const field = `"${BOUND_FIELD}":${tokens}`;
  return { start: inside, end: inside, bytes: Buffer.from(isEmpty ? field : `${field},`) };
}

/** A vendor refuses encrypted reasoning that is not its own: items that carry another's are left out. */
function foreignSealsEdit({ body, scanned }: ResponsesCall): Edit | undefined {
  const span = scanned.fields.get('input');
  if (!span || !body.subarray(span.start, span.end).includes(FOREIGN_SEAL_MARK)) return undefined;
  const input: unknown = JSON.parse(body.toString('utf8', span.start, span.end));
  const own = listOf(input).filter((item) => !isForeignReasoning(item));
  return { ...span, bytes: Buffer.from(JSON.stringify(own)) };
}

/** Whether an item is reasoning that only another vendor can read. */
function isForeignReasoning(item: unknown): boolean {
  const { type, encrypted_content: sealed } = fieldsOf(item);
  if (!isFields(item) || type !== 'reasoning' || textOf(sealed) === '') return false;
  return isForeignSeal(textOf(sealed), 'responses');
}
