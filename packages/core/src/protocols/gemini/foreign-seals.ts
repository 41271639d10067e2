import type { Edit } from '../json/edit.ts';
import { parseExact } from '../json/exact.ts';
import { type Fields, isFields, listOf, textOf } from '../json/values.ts';
import { isForeignSeal, WRAPPED_MARKS } from '../neutral/seal.ts';
import { type GeminiRequest, spanOf } from './decode.ts';
import { field } from './fields.ts';
import { UNSIGNED, UNTOLD_THOUGHT } from './seals.ts';

/**
 * Takes the signatures that another wire's upstream made, and an earlier answer left in the
 * conversation, out of the contents: Google refuses what it did not sign. A call gets the stand-in
 * that Google documents. Undefined where there is none.
 */
export function foreignSealsEdit({ body, scanned }: GeminiRequest): Edit | undefined {
  if (!WRAPPED_MARKS.some((mark) => body.includes(mark))) return undefined;
  const span = spanOf(scanned, 'contents');
  if (!span) return undefined;
  const contents = listOf(parseExact(body.toString('utf8', span.start, span.end)));
  const kept = contents.flatMap(withoutForeign);
  const isSame = kept.length === contents.length && kept.every((each, at) => each === contents[at]);
  return isSame ? undefined : { ...span, bytes: Buffer.from(JSON.stringify(kept)) };
}

/** The turn without foreign signatures: itself where it has none, nothing where it had nothing else. */
function withoutForeign(value: unknown): readonly unknown[] {
  if (!isFields(value)) return [value];
  const parts = listOf(value.parts);
  const kept = parts.flatMap((part): readonly unknown[] =>
    isSigned(part) ? unsigned(part) : [part],
  );
  if (kept.length === parts.length && kept.every((part, at) => part === parts[at])) return [value];
  return kept.length === 0 ? [] : [{ ...value, parts: kept }];
}

function isSigned(part: unknown): part is Fields {
  return isFields(part) && isForeignSeal(textOf(field(part, 'thoughtSignature')), 'gemini');
}

function unsigned(part: Fields): readonly Fields[] {
  const { thoughtSignature: _seal, thought_signature: _twin, ...rest } = part;
  if (field(part, 'functionCall') !== undefined) return [{ ...rest, thoughtSignature: UNSIGNED }];
  // A part that carried nothing but the seal, under a text that stands for none.
  const isCarrier = rest.text === '' || (rest.thought === true && rest.text === UNTOLD_THOUGHT);
  return isCarrier ? [] : [rest];
}
