import { MANAGEMENT_BODY_MAX_BYTES } from '@meridian/contract';
import { Failure, isFailure } from '@meridian/core/kernel';
import { toFailure } from '../failure-response.ts';

/** Gives the framework's own errors a code of the catalogue; other failures pass as they are. */
export function translateFrameworkError(error: unknown): Failure {
  if (isFailure(error)) return error;
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Failure('request_too_large', {
        message: `The body is larger than ${MANAGEMENT_BODY_MAX_BYTES} bytes.`,
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Failure('invalid_request', {
        message: 'The body is not as long as Content-Length says.',
      });
    case 'FST_ERR_BAD_URL':
      return new Failure('invalid_request', { message: 'The URL is not valid.' });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Failure('not_found', { message: 'There is nothing at this path.' });
    case 'ECONNRESET':
    case 'ECONNABORTED':
      return new Failure('client_closed_request', {
        message: 'The connection was closed before the request was complete.',
      });
    default:
      return toFailure(error);
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
