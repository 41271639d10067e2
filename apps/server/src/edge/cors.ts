import { requestHeaders, responseHeaders } from '@meridian/contract';

/** The origins an owner lets browsers call from: all, or these. */
export type AllowedOrigins = '*' | readonly string[];

const SURFACES = ['/v1/', '/v1beta/', '/v2/', '/x-', '/dashboard/', '/models'];
/** How long a browser may reuse the answer to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;
const EXPOSED = Object.keys(responseHeaders).join(', ');
const ALWAYS_ACCEPTED = [
  'Authorization',
  'Content-Type',
  'x-api-key',
  'x-goog-api-key',
  ...Object.keys(requestHeaders),
].join(', ');
/** A list of header names; anything else is not echoed. */
const HEADER_NAMES = /^[\w-]+(?: *, *[\w-]+)*$/;
const HEADER_NAMES_MAX_CHARS = 2048;

/** Whether browsers of other origins may talk to this path at all. */
export function isCrossOriginPath(path: string): boolean {
  return SURFACES.some((prefix) => path.startsWith(prefix));
}

/** Headers of the answer to a preflight: any origin, no credentials, whatever headers are asked for. */
export function preflightHeaders(
  methods: string,
  askedHeaders: string | undefined,
): Readonly<Record<string, string>> {
  const isEchoed =
    askedHeaders !== undefined &&
    askedHeaders.length <= HEADER_NAMES_MAX_CHARS &&
    HEADER_NAMES.test(askedHeaders);
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': methods,
    'access-control-allow-headers': isEchoed ? askedHeaders : ALWAYS_ACCEPTED,
    'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
    vary: 'Access-Control-Request-Headers',
  };
}

/** Headers of a real answer to a browser at `origin`; none for an origin that the owner left out. */
export function crossOriginHeaders(
  origin: string | undefined,
  allowed: AllowedOrigins,
): Readonly<Record<string, string>> {
  if (allowed === '*') {
    if (origin === undefined) return {};
    return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
  }
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin',
  };
}
