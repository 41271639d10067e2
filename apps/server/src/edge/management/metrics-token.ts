import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type Secret } from '@meridian/core/kernel';
import { bearerToken } from '../credentials.ts';

/** Lets a reader of the metrics pass: everybody when no token is set, else its holders. */
export function requireMetricsToken(headers: IncomingHttpHeaders, token: Secret | undefined): void {
  if (token === undefined) return;
  const presented = bearerToken(headers) ?? '';
  if (timingSafeEqual(digest(presented), digest(token.reveal()))) return;
  throw new Failure('invalid_api_key', { message: 'The metrics need their bearer token.' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
