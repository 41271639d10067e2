import type { Seal, WireName } from './parts.ts';

const PREFIX = 'meridian:';
/** The same prefix where a wire keeps seals as base64: nine bytes make twelve characters exactly. */
const PREFIX_BASE64 = Buffer.from(PREFIX).toString('base64');

/** How a wrapped seal begins where it is the value of a field, in either form. */
export const WRAPPED_MARKS: readonly Buffer[] = [PREFIX, PREFIX_BASE64].map((prefix) =>
  Buffer.from(`"${prefix}`),
);

const ORIGINS: ReadonlySet<string> = new Set<WireName>([
  'chat',
  'responses',
  'messages',
  'gemini',
  'converse',
]);

/**
 * A seal as a string for a field of another wire: `meridian:<origin>:<id or empty>:<data>`. A seal of
 * the wire's own is not wrapped: its `data` goes into the field as it is.
 */
export function wrapSeal({ origin, id, data }: Seal): string {
  return `${PREFIX}${origin}:${id === undefined ? '' : encodeURIComponent(id)}:${data}`;
}

/** The same for fields whose clients decode base64, e.g. Gemini's `thoughtSignature`. */
export function wrapSealBase64(seal: Seal): string {
  return Buffer.from(wrapSeal(seal)).toString('base64');
}

/** A seal out of a field of `native`'s wire: a wrapped one (in either form), or the wire's own. */
export function unwrapSeal(text: string, native: WireName): Seal {
  return unwrapText(text.startsWith(PREFIX_BASE64) ? decoded(text) : text) ?? own(text, native);
}

/** Whether a field of `native`'s wire holds a seal that another wire's upstream made. */
export function isForeignSeal(text: string, native: WireName): boolean {
  return unwrapSeal(text, native).origin !== native;
}

function own(data: string, origin: WireName): Seal {
  return { origin, data };
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function unwrapText(text: string): Seal | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const afterOrigin = text.indexOf(':', PREFIX.length);
  const afterId = afterOrigin < 0 ? -1 : text.indexOf(':', afterOrigin + 1);
  const origin = text.slice(PREFIX.length, afterOrigin);
  if (afterId < 0 || !ORIGINS.has(origin)) return undefined;
  const id = readId(text.slice(afterOrigin + 1, afterId));
  if (id === undefined) return undefined;
  const data = text.slice(afterId + 1);
  return id === '' ? own(data, origin as WireName) : { origin: origin as WireName, data, id };
}

/** Undefined where a client changed the text so that it is no id of ours any more. */
function readId(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
