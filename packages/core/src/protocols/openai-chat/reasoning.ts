import { type Fields, fieldsOf, listOf, numberOf, parseJson, textOf } from '../json/values.ts';
import type { Part, ReasoningPart, Seal, TextPart } from '../neutral/parts.ts';
import { unwrapSeal, wrapSeal } from '../neutral/seal.ts';

/** What marks a detail that seals the text of the answer rather than thoughts. */
const TEXT_SEAL_FORMAT = 'meridian-text-v1';

const TEXT_FIELDS: Readonly<Record<string, string>> = {
  'reasoning.text': 'text',
  'reasoning.summary': 'summary',
};

/** Thoughts of a message, and where they stood among its parts. */
export interface PlacedThoughts {
  readonly part: ReasoningPart;
  readonly at: number;
}

/** The thoughts of a message in any of the conventions in use. */
export interface Thoughts {
  readonly placed: readonly PlacedThoughts[];
  /** A seal of the message's text. */
  readonly textSeal?: Seal;
}

/** Reads a seal out of a string of this wire. */
export type SealReader = (text: string) => Seal;

/** In a request: a seal that we wrapped when we passed on another wire's, or the wire's own. */
export const echoedSeal: SealReader = (text) => unwrapSeal(text, 'chat');

/** In an answer: whatever it is, it goes back to this upstream as it came. */
export const ownSeal: SealReader = (data) => ({ origin: 'chat', data });

/** Reads `reasoning_details`, else `reasoning_content` or `reasoning`. */
export function readThoughts(message: Fields, readSeal: SealReader): Thoughts {
  const plain = textOf(message.reasoning_content) || textOf(message.reasoning);
  const details = joinPieces(listOf(message.reasoning_details));
  const sealing = details.find(isTextSeal);
  const placed = details
    .filter((detail) => !isTextSeal(detail))
    .map((detail, order) => readDetail(detail, order, readSeal));
  const hasText = placed.some(({ part }) => part.text !== '');
  if (plain !== '' && !hasText) placed.unshift({ part: { type: 'reasoning', text: plain }, at: 0 });
  return { placed, ...(sealing && { textSeal: readSeal(textOf(sealing.data)) }) };
}

/** Whether a detail seals the text of the answer. */
export function isTextSeal({ format }: Fields): boolean {
  return format === TEXT_SEAL_FORMAT;
}

/** Clients that keep the details of a stream as they came send many pieces of one detail. */
function joinPieces(details: readonly unknown[]): Fields[] {
  const joined: Fields[] = [];
  for (const detail of details.map(fieldsOf)) {
    const last = joined.at(-1);
    const isPiece = last?.type === detail.type && last?.index === detail.index;
    if (last && isPiece && detail.index !== undefined && detail.type !== 'reasoning.encrypted') {
      joined[joined.length - 1] = joinDetail(last, detail);
    } else joined.push(detail);
  }
  return joined;
}

function joinDetail(first: Fields, next: Fields): Fields {
  const field = TEXT_FIELDS[textOf(first.type)] ?? 'text';
  const told = Object.entries(next).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...first,
    ...Object.fromEntries(told),
    [field]: textOf(first[field]) + textOf(next[field]),
  };
}

function readDetail(detail: Fields, order: number, readSeal: SealReader): PlacedThoughts {
  const field = TEXT_FIELDS[textOf(detail.type)];
  const text = field === undefined ? '' : textOf(detail[field]);
  const seal = sealOfDetail(detail, readSeal);
  const at = numberOf(detail.index) ?? order;
  return { part: { type: 'reasoning', text, ...(seal && { seal }) }, at };
}

/** The seal of a detail: one that we wrapped, or all that the upstream said beside the text. */
export function sealOfDetail(detail: Fields, readSeal: SealReader): Seal | undefined {
  const sealed = textOf(detail.signature) || textOf(detail.data);
  const wrapped = readSeal(sealed);
  if (wrapped.data !== sealed) return wrapped;
  const { index: _index, text: _text, summary: _summary, ...rest } = detail;
  const told = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  if (told.every(([name]) => name === 'type')) return undefined;
  // In a stream the fields come in any order; the seal is the same all the same.
  told.sort(([a], [b]) => (a < b ? -1 : 1));
  return { origin: 'chat', data: JSON.stringify(Object.fromEntries(told)) };
}

/** Thoughts as a detail; a foreign seal is wrapped so that the client's echo brings it back. */
export function writeDetail({ text, seal }: Omit<ReasoningPart, 'type'>, index: number): Fields {
  if (seal?.origin === 'chat') return { ...ownDetail(seal.data, text), index };
  if (seal === undefined) return { type: 'reasoning.text', text, index };
  if (text === '') return { type: 'reasoning.encrypted', data: wrapSeal(seal), index };
  return { type: 'reasoning.text', text, signature: wrapSeal(seal), index };
}

/** The piece of a detail that ends it in a stream: the seal, without the text that has been told. */
export function writeLastDetail(seal: Seal, index: number, hasText: boolean): Fields {
  if (seal.origin === 'chat' || !hasText) return writeDetail({ text: '', seal }, index);
  return { type: 'reasoning.text', signature: wrapSeal(seal), index };
}

function ownDetail(data: string, text: string): Fields {
  const detail = fieldsOf(parseJson(data));
  const field = TEXT_FIELDS[textOf(detail.type)];
  if (detail.type === undefined) return { type: 'reasoning.encrypted', data };
  return field === undefined ? detail : { ...detail, [field]: text };
}

/** A seal of the message's text as a detail. */
export function writeTextSeal(seal: Seal, index: number): Fields {
  return {
    type: 'reasoning.encrypted',
    data: writeSeal(seal),
    format: TEXT_SEAL_FORMAT,
    index,
  };
}

/** A seal as a string of this wire. */
function writeSeal(seal: Seal): string {
  return seal.origin === 'chat' ? seal.data : wrapSeal(seal);
}

/** The seal that Google's endpoints put on calls and images. */
export function readSignature(
  { extra_content: extra }: Fields,
  readSeal: SealReader,
): { seal?: Seal } {
  const signature = textOf(fieldsOf(fieldsOf(extra).google).thought_signature);
  return signature === '' ? {} : { seal: readSeal(signature) };
}

/** The same as fields of a call or image; none where there is no seal. */
export function writeSignature(seal: Seal | undefined): Fields {
  if (seal === undefined) return {};
  return { extra_content: { google: { thought_signature: writeSeal(seal) } } };
}

/** Puts thoughts back to where they stood among the other parts, which are in this wire's order. */
export function placeThoughts({ placed, textSeal }: Thoughts, others: readonly Part[]): Part[] {
  const rest = textSeal === undefined ? others : withTextSeal(others, textSeal);
  const parts: Part[] = [];
  let taken = 0;
  for (const { part, at } of placed) {
    for (; parts.length < at && taken < rest.length; taken++)
      parts.push(...rest.slice(taken, taken + 1));
    parts.push(part);
  }
  return [...parts, ...rest.slice(taken)];
}

function withTextSeal(parts: readonly Part[], seal: Seal): readonly Part[] {
  const at = parts.findIndex((part) => part.type === 'text');
  const found = parts[at];
  if (found?.type !== 'text') return [{ type: 'text', text: '', seal }, ...parts];
  const sealed: TextPart = { ...found, seal };
  return parts.with(at, sealed);
}

/** The thoughts among the parts of a message as fields of it. */
export function writeThoughts(parts: readonly Part[]): Fields {
  const details: Fields[] = [];
  let plain = '';
  let place = 0;
  let hasText = false;
  let isNeeded = false;
  for (const part of parts) {
    if (part.type === 'reasoning') {
      plain += part.text;
      isNeeded ||= part.seal !== undefined || details.length > 0;
      details.push(writeDetail(part, place));
    }
    if (part.type === 'text' && part.seal) {
      details.push(writeTextSeal(part.seal, place));
      isNeeded = true;
    }
    // All text of a message becomes one content, which counts as one part when it is read again.
    if (part.type !== 'text' || !hasText) place++;
    hasText ||= part.type === 'text';
  }
  return {
    ...(plain !== '' && { reasoning_content: plain }),
    ...(isNeeded && { reasoning_details: details }),
  };
}
