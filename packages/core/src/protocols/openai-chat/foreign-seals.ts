import type { Edit } from '../json/edit.ts';
import { parseExact } from '../json/exact.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../json/values.ts';
import { isForeignSeal, WRAPPED_MARKS } from '../neutral/seal.ts';
import type { ChatRequest } from './decode.ts';

/**
 * Takes out of the messages what another wire's upstream sealed, which an earlier answer left in the
 * conversation and means nothing here; undefined where there is none.
 */
export function foreignSealsEdit({ body, scanned }: ChatRequest): Edit | undefined {
  if (!WRAPPED_MARKS.some((mark) => body.includes(mark))) return undefined;
  const span = scanned.fields.get('messages');
  if (!span) return undefined;
  const messages = listOf(parseExact(body.toString('utf8', span.start, span.end)));
  const kept = messages.map(withoutForeign);
  const isSame = kept.every((message, at) => message === messages[at]);
  return isSame ? undefined : { ...span, bytes: Buffer.from(JSON.stringify(kept)) };
}

/** The message without foreign seals: itself where it has none. */
function withoutForeign(value: unknown): unknown {
  if (!isFields(value) || value.role !== 'assistant') return value;
  const changed = {
    ...changedList(value, 'reasoning_details', (detail) =>
      isForeignDetail(detail) ? [] : [detail],
    ),
    ...changedList(value, 'tool_calls', (call) => [unsigned(call)]),
    ...changedList(value, 'images', (image) => [unsigned(image)]),
  };
  return Object.keys(changed).length === 0 ? value : { ...value, ...changed };
}

/** The field with its list changed, undefined where nothing is left of it; no field where it is as it was. */
function changedList(
  message: Fields,
  field: string,
  change: (value: unknown) => readonly unknown[],
): Fields {
  const list = listOf(message[field]);
  const kept = list.flatMap(change);
  if (kept.length === list.length && kept.every((each, at) => each === list[at])) return {};
  return { [field]: kept.length === 0 ? undefined : kept };
}

function isForeignDetail(detail: unknown): boolean {
  const { signature, data } = fieldsOf(detail);
  return [signature, data].some((seal) => isForeignSeal(textOf(seal), 'chat'));
}

/** A call or image without the signature that Google's endpoints put on it, where it is not of this wire. */
function unsigned(value: unknown): unknown {
  const extra = fieldsOf(fieldsOf(value).extra_content);
  const google = fieldsOf(extra.google);
  if (!isForeignSeal(textOf(google.thought_signature), 'chat')) return value;
  const { thought_signature: _seal, ...left } = google;
  const kept = { ...extra, google: Object.keys(left).length === 0 ? undefined : left };
  const isEmpty = Object.values(kept).every((each) => each === undefined);
  return { ...fieldsOf(value), extra_content: isEmpty ? undefined : kept };
}
