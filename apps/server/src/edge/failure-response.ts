import type { ErrorBody } from '@meridian/contract';
import { Failure, isFailure } from '@meridian/core/kernel';

/** An error as it leaves: the one mapping from what was thrown to what a caller sees. */
export interface FailureResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

/**
 * Turns whatever was thrown into an answer. A failure of the catalogue speaks for itself; anything
 * else is a 500 that tells nothing about the inside.
 */
export function failureResponse(error: unknown, requestId: string): FailureResponse {
  const failure = toFailure(error);
  const { retryAfterSeconds } = failure.detail;
  return {
    status: failure.status,
    headers: {
      ...failure.detail.headers,
      'x-request-id': requestId,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(failure.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: failure.toBody(),
  };
}

/** The failure that an error is or was caused by; else one whose text stays in the log. */
export function toFailure(cause: unknown): Failure {
  if (isFailure(cause)) return cause;
  if (cause instanceof Error && isFailure(cause.cause)) return cause.cause;
  return new Failure('server_error', {
    message:
      'The server could not complete the request. Quote the request id when you report this.',
    cause,
  });
}
