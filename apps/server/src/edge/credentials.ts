import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '@meridian/core/kernel';

/** Longer credentials are refused unread, in characters. */
const CREDENTIAL_MAX_CHARS = 256;
/** Its paths, also those of its newer clients under `/v1`. */
const GOOGLE_SURFACE = /^\/v1(?:beta\/|\/models\/[^?]*:)/;
const BEARER = /^Bearer +(\S+) *$/i;

/**
 * The secret key that a request presents: `Authorization: Bearer`, `x-api-key`, `x-goog-api-key`,
 * or on the Google surface `?key=`. Throws `invalid_api_key` when there is none.
 */
export function presentedKey(headers: IncomingHttpHeaders, url: string): string {
  const key =
    bearerToken(headers) ??
    single(headers['x-api-key']) ??
    single(headers['x-goog-api-key']) ??
    queryKey(url);
  if (key === undefined || key === '') {
    throw new Failure('invalid_api_key', {
      message: 'No API key given. Send it as `Authorization: Bearer …` or `x-api-key: …`.',
    });
  }
  if (key.length > CREDENTIAL_MAX_CHARS) throw wrongKey();
  return key;
}

/** The token of `Authorization: Bearer`; undefined without one. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  return BEARER.exec(authorization)?.[1];
}

/** The 401 for a key that authenticates nobody. */
export function wrongKey(): Failure {
  return new Failure('invalid_api_key', { message: 'The API key is not valid.' });
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function queryKey(url: string): string | undefined {
  const mark = url.indexOf('?');
  if (mark < 0 || !GOOGLE_SURFACE.test(url)) return undefined;
  return new URLSearchParams(url.slice(mark + 1)).get('key') ?? undefined;
}
