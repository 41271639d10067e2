import { type ErrorCode, errorCatalog } from './errors.ts';
import type { Route } from './route.ts';

/** What each error code tells a caller, for the reference. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'A parameter is missing or wrong; `param` names it.',
  invalid_json: 'The body is not JSON, not UTF-8, or nested too deep.',
  model_not_priced: 'The model has no price, so that it cannot be charged.',
  unsupported_parameter: 'The chosen model does not support a parameter of the request.',
  previous_response_not_found:
    'The response that the request goes on from is not there (any more), or belongs to somebody else.',
  invalid_api_key: 'There is no key in the request, or nobody has this one.',
  insufficient_balance: 'The balance does not cover the request.',
  spending_cap_reached: 'A monthly limit of the account or of one above it is used up.',
  permission_denied: 'The account may not do this.',
  account_disabled: 'The account, or one above it, is switched off.',
  address_not_allowed: 'Requests from this network address are not allowed.',
  model_not_allowed: 'The account may not use this model.',
  endpoint_not_allowed: 'The account may not use this endpoint.',
  not_found: 'There is no such thing, or it belongs to somebody else.',
  model_not_found: 'There is no model of this name.',
  method_not_allowed: 'The path does not know this method; `Allow` lists those it knows.',
  request_timeout: 'The request did not arrive in time.',
  conflict: 'It contradicts what is there, or the Idempotency-Key is in use.',
  idempotency_expired: 'The write was made, but its answer is no longer kept.',
  request_too_large: 'The body is larger than the limit.',
  unsupported_media_type: 'The body has an encoding that is not accepted.',
  headers_too_large: 'The headers are larger than the limit.',
  rate_limit_exceeded: 'A limit on requests or tokens is used up; `Retry-After` tells until when.',
  client_closed_request: 'The caller left before the answer was complete.',
  server_error: 'Something failed inside; the request id helps to find out what.',
  upstream_error: 'The provider failed or answered with something unusable.',
  upstream_unavailable: 'No provider could answer; `Retry-After` tells when to try again.',
  no_provider_key: 'No provider key serves this model.',
  service_unavailable: 'The service cannot take the request at the moment.',
  upstream_timeout: 'The provider did not answer in time.',
};

const EVERYWHERE: readonly ErrorCode[] = ['server_error'];
const WITH_KEY: readonly ErrorCode[] = [
  'invalid_api_key',
  'account_disabled',
  'address_not_allowed',
];
const WITH_TOKEN: readonly ErrorCode[] = ['invalid_api_key'];
const WITH_PARAMETERS: readonly ErrorCode[] = ['invalid_request'];
const WITH_BODY: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_json',
  'request_too_large',
  'unsupported_media_type',
];
const WITH_IDEMPOTENCY: readonly ErrorCode[] = ['conflict', 'idempotency_expired'];

/** Every code that a route can answer with, by status and then in the catalogue's order. */
export function errorsOf(route: Route): readonly ErrorCode[] {
  const hasParameters = route.params !== undefined || route.query !== undefined;
  const hasIdempotency = route.requestHeaders?.includes('Idempotency-Key') === true;
  const codes = new Set<ErrorCode>([
    ...EVERYWHERE,
    ...route.errors,
    ...(route.auth === 'key' ? WITH_KEY : []),
    ...(route.auth === 'metrics' ? WITH_TOKEN : []),
    ...(route.body === undefined ? [] : WITH_BODY),
    ...(hasParameters ? WITH_PARAMETERS : []),
    ...(hasIdempotency ? WITH_IDEMPOTENCY : []),
  ]);
  const order = Object.keys(errorCatalog);
  return [...codes].sort(
    (a, b) =>
      errorCatalog[a].status - errorCatalog[b].status || order.indexOf(a) - order.indexOf(b),
  );
}
