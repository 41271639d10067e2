import { fieldsOf, isFields, numberOf, parseJson, stringOf, textOf } from '../json/values.ts';
import type { UpstreamError } from '../neutral/answer.ts';

/** What upstreams of this wire send instead of an answer: OpenAI's shape, or one of a dozen others. */
export function readChatError(body: Buffer): UpstreamError {
  const text = body.toString('utf8');
  const value = parseJson(text);
  // Google's compatible endpoint puts it into an array.
  const [only] = Array.isArray(value) ? (value as unknown[]) : [value];
  return isFields(only) ? readErrorObject(only) : { message: text.trim() };
}

/** An error in a body or in an event. */
export function readErrorObject(body: Readonly<Record<string, unknown>>): UpstreamError {
  const given = isFields(body.error) ? body.error : body;
  const { message, type, code, param, status } = given;
  const said =
    textOf(message) || textOf(body.error) || textOf(body.message) || detailOf(body.detail);
  const word = wordOf(code) ?? wordOf(type) ?? wordOf(status);
  const told = statusOf(status) ?? statusOf(code) ?? statusOf(body.status);
  return {
    message: said,
    ...(word !== undefined && { code: word }),
    ...(textOf(param) !== '' && { param: textOf(param) }),
    ...(told !== undefined && { status: told }),
  };
}

/** FastAPI servers say `detail`: a text, or a list of what is wrong. */
function detailOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  const list: unknown[] = Array.isArray(detail) ? detail : [];
  return list
    .map((entry) => textOf(fieldsOf(entry).msg))
    .filter((text) => text !== '')
    .join('; ');
}

function wordOf(value: unknown): string | undefined {
  const word = stringOf(value);
  return word === '' ? undefined : word;
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : numberOf(value);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599
    ? status
    : undefined;
}
