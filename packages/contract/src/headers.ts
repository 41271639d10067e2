/** One header of the API. */
export interface HeaderSpec {
  readonly description: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly example: string | number | boolean;
}

function header(
  type: HeaderSpec['type'],
  example: HeaderSpec['example'],
  description: string,
): HeaderSpec {
  return { description, type, example };
}

/** Headers that a caller may send. */
export const requestHeaders = {
  'Idempotency-Key': header(
    'string',
    '6b0d2c1e-create-acme',
    'Makes a write safe to repeat. The answer is kept for 24 hours and given again; the same key with another request is refused with 409.',
  ),
  'x-meridian-drop-params': header(
    'boolean',
    true,
    'With `true`, parameters that the chosen model does not support are left out instead of being refused.',
  ),
} as const satisfies Record<string, HeaderSpec>;

/** Headers that answers carry. */
export const responseHeaders = {
  'x-request-id': header(
    'string',
    '019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
    'Names this request; `/x-usage/{id}` explains its charge.',
  ),
  'x-meridian-model': header('string', 'gpt-4o-mini', 'The model that really answered.'),
  'x-meridian-attempts': header('integer', 1, 'How many upstream attempts the answer took.'),
  'x-meridian-cost': header(
    'string',
    '0.000345',
    'The charge in dollars as the account is shown them; whole answers only.',
  ),
  'x-meridian-idempotent-replay': header(
    'boolean',
    true,
    'The answer is the stored one of an earlier request with this Idempotency-Key.',
  ),
  'x-ratelimit-limit-requests': header('integer', 60, 'Requests that the tightest limit allows.'),
  'x-ratelimit-remaining-requests': header('integer', 59, 'Requests left in its window.'),
  'x-ratelimit-reset-requests': header('number', 1, 'Seconds until that limit is whole again.'),
  'x-ratelimit-limit-tokens': header('integer', 100000, 'Tokens that the tightest limit allows.'),
  'x-ratelimit-remaining-tokens': header('integer', 99000, 'Tokens left in its window.'),
  'x-ratelimit-reset-tokens': header('number', 1, 'Seconds until that limit is whole again.'),
  'Retry-After': header('integer', 3, 'Whole seconds until a repeated request can succeed.'),
  Allow: header('string', 'GET, HEAD, OPTIONS', 'The methods that the path knows.'),
  'X-Total-Count': header('integer', 42, 'Entries over all pages.'),
  'X-Page': header('integer', 1, 'The page that is shown, from 1.'),
  'X-Per-Page': header('integer', 100, 'Entries per page.'),
  'X-Next-Cursor': header(
    'string',
    '1795343400123456.019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
    'What `after` has to be for the next page of a list that is sent as CSV.',
  ),
  'X-Total-Pages': header('integer', 1, 'How many pages there are.'),
} as const satisfies Record<string, HeaderSpec>;

/** The rate limit headers of every answer under `/v1`. */
export const rateLimitHeaders = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
] as const satisfies readonly (keyof typeof responseHeaders)[];

/** The paging headers of the lists under `/x-*`. */
export const pagingHeaders = [
  'X-Total-Count',
  'X-Page',
  'X-Per-Page',
  'X-Total-Pages',
] as const satisfies readonly (keyof typeof responseHeaders)[];
