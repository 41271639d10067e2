import type { ErrorCode } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import type { UpstreamError } from '../neutral/answer.ts';

/** An error of a stream in the words in which replies are judged. */
export interface StreamError {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly status?: number;
}

/** What a tap shows of an error event. */
export function streamError({ message, code, status }: UpstreamError): StreamError {
  return {
    message: message === '' ? 'The upstream sent an error.' : message,
    ...(code === undefined ? {} : { type: code, code }),
    ...(status === undefined ? {} : { status }),
  };
}

const MESSAGE_CHARS_MAX = 1_000;

const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [404, 'model_not_found'],
  [408, 'request_timeout'],
  [409, 'conflict'],
  [413, 'request_too_large'],
  [415, 'unsupported_media_type'],
  [429, 'rate_limit_exceeded'],
]);

/**
 * A refusal of the upstream as one of ours, for clients that do not speak its language. The field that
 * it blames is not told: the caller's own has another name.
 */
export function refusalFailure({ message }: UpstreamError, status: number): Failure {
  const said = message.trim().slice(0, MESSAGE_CHARS_MAX).toWellFormed();
  const code = CODE_OF_STATUS.get(status) ?? (status < 500 ? 'invalid_request' : 'upstream_error');
  return new Failure(code, {
    message: said === '' ? 'The upstream refused the request.' : `The upstream refused: ${said}`,
    internal: `status ${status}`,
  });
}
