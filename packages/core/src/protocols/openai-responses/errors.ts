import { fieldsOf, isFields, numberOf, parseJson, stringOf, textOf } from '../json/values.ts';
import type { UpstreamError } from '../neutral/answer.ts';

const MESSAGE_CHARS_MAX = 1_000;

/** What an error of the API says: the object in `error`, or the body itself. */
export function readResponsesError(body: Buffer): UpstreamError {
  const text = body.toString('utf8');
  const value = parseJson(text);
  if (isFields(value)) return readErrorObject(value);
  // Proxies in between answer with pages, which say nothing to a caller.
  const isPage = text.trimStart().startsWith('<');
  return { message: isPage ? '' : text.trim().slice(0, MESSAGE_CHARS_MAX).toWellFormed() };
}

/** Reads an error object: of a reply, of an `error` event, or of a failed response. */
export function readErrorObject(value: unknown): UpstreamError {
  const outer = fieldsOf(value);
  const given = isFields(outer.error) ? outer.error : outer;
  const message = stringOf(given.message) ?? stringOf(outer.error) ?? stringOf(outer.detail) ?? '';
  const code = stringOf(given.code) ?? typeOf(given.type);
  const param = stringOf(given.param);
  const status = numberOf(given.status) ?? numberOf(outer.status) ?? statusOfCode(code);
  return {
    message,
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
    ...(status !== undefined && { status }),
  };
}

/** `error` is the event's own type, not the vendor's word for what went wrong. */
function typeOf(type: unknown): string | undefined {
  return type === 'error' ? undefined : stringOf(type);
}

/** The statuses that the codes of failed responses and error events stand for. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  server_error: 500,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  tokens: 429,
  invalid_prompt: 400,
  invalid_request_error: 400,
  context_length_exceeded: 400,
  server_is_overloaded: 503,
  slow_down: 503,
};

function statusOfCode(code: string | undefined): number | undefined {
  if (code === undefined) return undefined;
  if (code.includes('image')) return 400;
  return STATUS_OF_CODE[code];
}

/** What a failed response may say of itself besides the codes of images. */
const FAILURE_CODES: ReadonlySet<string> = new Set([
  'server_error',
  'rate_limit_exceeded',
  'invalid_prompt',
  'data_residency_mismatch',
  'bio_policy',
  'misalignment_policy_violation',
  'vector_store_timeout',
]);

/** The code of a failed response: the vendor's where this wire has it, else the nearest. */
export function failureCodeOf({ code = '', status = 500 }: UpstreamError): string {
  if (FAILURE_CODES.has(code) || code.includes('image')) return code;
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}

/** Higher than any event of a stream: where the error comes from, its events are not counted. */
const LAST_SEQUENCE_NUMBER = 2_147_483_647;

/**
 * An error body of ours as the last event of a stream. The fields stand beside `error` too: the API
 * documents the one form and sends the other, and clients look for either.
 */
export function errorEvent(body: object): string {
  const error = fieldsOf(fieldsOf(body).error);
  const data = {
    type: 'error',
    sequence_number: LAST_SEQUENCE_NUMBER,
    code: error.code ?? null,
    message: textOf(error.message),
    param: error.param ?? null,
    error,
  };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}
