import { type Fields, fieldsOf, listOf, parseJson, stringOf, textOf } from '../json/values.ts';
import type { OpaquePart, ReasoningPart, Seal, WireName } from '../neutral/parts.ts';
import { unwrapSeal, wrapSeal } from '../neutral/seal.ts';

/** What stands between the parts of a summary where they become one text. */
export const SUMMARY_SEPARATOR = '\n\n';

/**
 * Which part a seal of another vendor belongs to, where that part has no place for it here: the seal
 * then rides in a reasoning item of its own, and its id says whose it is.
 */
export type SealedPlace =
  | { readonly kind: 'call'; readonly callId: string }
  | { readonly kind: 'text' }
  | { readonly kind: 'image' };

/** What a reasoning item means. */
export type ReadReasoning =
  | { readonly kind: 'reasoning'; readonly part: ReasoningPart }
  | { readonly kind: 'seal'; readonly place: SealedPlace; readonly seal: Seal }
  /** A part of another vendor that clients of this wire only carry. */
  | { readonly kind: 'opaque'; readonly part: OpaquePart }
  /** Nothing that any other upstream, or a later request, could use. */
  | { readonly kind: 'nothing' };

const PLACE_MARK = '@';
const OPAQUE_ID = `${PLACE_MARK}opaque`;

/** Reads a reasoning item: thoughts, or what only rides in one. */
export function readReasoning(item: Fields): ReadReasoning {
  const text = reasoningText(item);
  const sealed = textOf(item.encrypted_content);
  if (sealed === '') {
    return text === ''
      ? { kind: 'nothing' }
      : { kind: 'reasoning', part: { type: 'reasoning', text } };
  }
  const seal = unwrapSeal(sealed, 'responses');
  if (seal.id?.startsWith(PLACE_MARK)) return readRider(seal);
  const id = seal.origin === 'responses' ? stringOf(item.id) : seal.id;
  const own: Seal = { origin: seal.origin, data: seal.data, ...(id !== undefined && { id }) };
  return { kind: 'reasoning', part: { type: 'reasoning', text, seal: own } };
}

/** The summary where there is one, else the thoughts themselves. */
function reasoningText(item: Fields): string {
  return thoughtsOf(item, 'summary') || thoughtsOf(item, 'content');
}

/** The two forms in which a reasoning item tells thoughts. */
export type ThoughtForm = 'summary' | 'content';

/** What a reasoning item says in one of the forms. */
export function thoughtsOf(item: Fields, form: ThoughtForm): string {
  return listOf(item[form])
    .map((part) => textOf(fieldsOf(part).text))
    .join(SUMMARY_SEPARATOR);
}

function readRider({ origin, data, id = '' }: Seal): ReadReasoning {
  if (id === OPAQUE_ID) {
    return { kind: 'opaque', part: { type: 'opaque', origin, value: parseJson(data) } };
  }
  const [, name = '', callId = '', own] = /^@(\w+)(?::(\S*))?(?: (.+))?$/.exec(id) ?? [];
  const seal: Seal = { origin, data, ...(own !== undefined && { id: own }) };
  if (name === 'call') return { kind: 'seal', place: { kind: 'call', callId }, seal };
  return { kind: 'seal', place: { kind: name === 'image' ? 'image' : 'text' }, seal };
}

/** The `encrypted_content` of thoughts: a seal of this wire as it is, another's wrapped. */
export function writeSeal(seal: Seal): string {
  return seal.origin === 'responses' ? seal.data : wrapSeal(seal);
}

/** The `encrypted_content` of an item that carries a seal for another part of the answer. */
export function writeRidingSeal({ origin, data, id }: Seal, place: SealedPlace): string {
  const name = place.kind === 'call' ? `call:${place.callId}` : place.kind;
  const own = id === undefined ? '' : ` ${id}`;
  return wrapSeal({ origin, data, id: `${PLACE_MARK}${name}${own}` });
}

/** The `encrypted_content` of an item that carries another vendor's part for later turns. */
export function writeRidingPart(origin: WireName, value: unknown): string {
  return wrapSeal({ origin, data: JSON.stringify(value ?? null), id: OPAQUE_ID });
}
