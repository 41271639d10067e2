import type { ErrorCode } from '../errors.ts';
import { rateLimitHeaders } from '../headers.ts';

/** Headers of every answer of a model. */
export const answerHeaders = [
  'x-meridian-model',
  'x-meridian-attempts',
  'x-meridian-cost',
  ...rateLimitHeaders,
];

/** Errors of every route that calls a model. */
export const inferenceErrors: readonly ErrorCode[] = [
  'unsupported_parameter',
  'model_not_priced',
  'insufficient_balance',
  'spending_cap_reached',
  'model_not_allowed',
  'endpoint_not_allowed',
  'model_not_found',
  'request_timeout',
  'rate_limit_exceeded',
  'upstream_error',
  'upstream_unavailable',
  'no_provider_key',
  'upstream_timeout',
];
