import type { ErrorCode } from '@meridian/contract';
import type { Failure } from '../../kernel/index.ts';
import { type Fields, stringOf } from '../json/values.ts';
import type { UpstreamError } from '../neutral/answer.ts';
import { compact, objectIn } from './fields.ts';

/** The words that this wire has for errors, by the codes of our catalogue. */
const TYPE_OF_CODE: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'invalid_request_error',
  invalid_json: 'invalid_request_error',
  model_not_priced: 'invalid_request_error',
  unsupported_parameter: 'invalid_request_error',
  previous_response_not_found: 'invalid_request_error',
  invalid_api_key: 'authentication_error',
  insufficient_balance: 'billing_error',
  spending_cap_reached: 'billing_error',
  permission_denied: 'permission_error',
  account_disabled: 'permission_error',
  address_not_allowed: 'permission_error',
  model_not_allowed: 'permission_error',
  endpoint_not_allowed: 'permission_error',
  not_found: 'not_found_error',
  model_not_found: 'not_found_error',
  method_not_allowed: 'invalid_request_error',
  request_timeout: 'timeout_error',
  conflict: 'conflict_error',
  idempotency_expired: 'conflict_error',
  request_too_large: 'request_too_large',
  unsupported_media_type: 'invalid_request_error',
  headers_too_large: 'request_too_large',
  rate_limit_exceeded: 'rate_limit_error',
  client_closed_request: 'invalid_request_error',
  server_error: 'api_error',
  upstream_error: 'api_error',
  upstream_unavailable: 'overloaded_error',
  no_provider_key: 'overloaded_error',
  service_unavailable: 'overloaded_error',
  upstream_timeout: 'timeout_error',
};

/** The HTTP statuses that error events in a stream stand for. */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['conflict_error', 409],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** A failure as clients of this wire expect it; `details.error_code` is the code of our catalogue. */
export function errorBody(failure: Failure, requestId?: string): object {
  const { message, code, param } = failure.toBody().error;
  return {
    type: 'error',
    error: {
      type: TYPE_OF_CODE[failure.code],
      message,
      details: compact({ error_code: code, param: param ?? undefined }),
    },
    ...(requestId !== undefined && { request_id: requestId }),
  };
}

/** An error body, whatever its shape, as an event of a stream. */
export function errorEvent(body: object): string {
  return `event: error\ndata: ${JSON.stringify(body)}\n\n`;
}

/** An upstream's error in the words of this wire. */
export function writeUpstreamError(
  { message, code, status }: UpstreamError,
  requestId: string,
): object {
  const known = code !== undefined && STATUS_OF_TYPE.has(code) ? code : typeOfStatus(status);
  return { type: 'error', error: { type: known, message }, request_id: requestId };
}

function typeOfStatus(status: number | undefined): string {
  for (const [type, its] of STATUS_OF_TYPE) if (its === status) return type;
  if (status === 503) return 'overloaded_error';
  return status !== undefined && status < 500 ? 'invalid_request_error' : 'api_error';
}

/** Messages about a field begin with its path: `messages.0.content: …`. */
const BLAMED_FIELD = /^([a-z_]+(?:\.[a-z0-9_]+)*): /;

/** Reads an error object of this wire, or what proxies before it send instead. */
export function readErrorFields(body: Fields): UpstreamError {
  const error = objectIn(body.error) ?? {};
  const message = stringOf(error.message) ?? stringOf(body.message) ?? stringOf(body.error) ?? '';
  const code = stringOf(error.type);
  return compact({
    message,
    code,
    param: BLAMED_FIELD.exec(message)?.[1],
    status: code === undefined ? undefined : STATUS_OF_TYPE.get(code),
  });
}

/** Reads an error body; the message is empty when the body says nothing. */
export function readError(body: Buffer): UpstreamError {
  try {
    return readErrorFields(objectIn(JSON.parse(body.toString('utf8'))) ?? {});
  } catch (error) {
    if (error instanceof SyntaxError) return { message: '' };
    throw error;
  }
}
