/** Whose fault a failure is; decides whether it is logged, retried and charged. */
export type Fault = 'client' | 'policy' | 'upstream' | 'internal';

interface ErrorSpec {
  readonly status: number;
  readonly type: string;
  readonly fault: Fault;
}

function spec(status: number, type: string, fault: Fault): ErrorSpec {
  return { status, type, fault };
}

/**
 * Every error that Meridian itself can answer with: the code a client reads, its HTTP status, its
 * type and whose fault it is. Dialects word them in their own shape; nothing else invents codes.
 */
export const errorCatalog = {
  invalid_request: spec(400, 'invalid_request', 'client'),
  invalid_json: spec(400, 'invalid_request', 'client'),
  model_not_priced: spec(400, 'invalid_request', 'policy'),
  unsupported_parameter: spec(400, 'invalid_request', 'client'),
  previous_response_not_found: spec(400, 'invalid_request', 'client'),
  invalid_api_key: spec(401, 'authentication_error', 'client'),
  insufficient_balance: spec(402, 'insufficient_balance', 'policy'),
  spending_cap_reached: spec(402, 'spending_cap_reached', 'policy'),
  permission_denied: spec(403, 'permission_denied', 'policy'),
  account_disabled: spec(403, 'permission_denied', 'policy'),
  address_not_allowed: spec(403, 'permission_denied', 'policy'),
  model_not_allowed: spec(403, 'permission_denied', 'policy'),
  endpoint_not_allowed: spec(403, 'permission_denied', 'policy'),
  not_found: spec(404, 'not_found', 'client'),
  model_not_found: spec(404, 'not_found', 'client'),
  method_not_allowed: spec(405, 'method_not_allowed', 'client'),
  request_timeout: spec(408, 'invalid_request', 'client'),
  conflict: spec(409, 'conflict', 'client'),
  idempotency_expired: spec(409, 'conflict', 'client'),
  request_too_large: spec(413, 'request_too_large', 'client'),
  unsupported_media_type: spec(415, 'invalid_request', 'client'),
  headers_too_large: spec(431, 'request_too_large', 'client'),
  rate_limit_exceeded: spec(429, 'rate_limit_exceeded', 'policy'),
  client_closed_request: spec(499, 'client_closed_request', 'client'),
  server_error: spec(500, 'server_error', 'internal'),
  upstream_error: spec(502, 'upstream_error', 'upstream'),
  upstream_unavailable: spec(503, 'service_unavailable', 'upstream'),
  no_provider_key: spec(503, 'service_unavailable', 'policy'),
  service_unavailable: spec(503, 'service_unavailable', 'internal'),
  upstream_timeout: spec(504, 'upstream_error', 'upstream'),
} as const satisfies Record<string, ErrorSpec>;

/** A stable error code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalog;

/** The one error body of every surface but the Anthropic and Google ones. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
    readonly status: number;
  };
}
