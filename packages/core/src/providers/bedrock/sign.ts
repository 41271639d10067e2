import { createHmac, hash } from 'node:crypto';
import type { AwsCredentials } from '../types.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What is signed of a request; `path` may have a query. */
export interface SignableRequest {
  readonly method: string;
  /** Host name with its port, where that is not the scheme's own. */
  readonly host: string;
  readonly path: string;
  /** Flat list name, value, name, value …, lower-case names; all of them are signed. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** For whom and where signatures hold. */
export interface SigningScope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
}

/** Signs requests with AWS Signature Version 4. */
export interface Signer {
  /** The request's headers, the date, the session token and the signature, as a flat list. */
  sign(request: SignableRequest, nowMs: number): readonly string[];
}

/** A signer for one key; what holds for a day is derived once. */
export function createSigner({ credentials, region, service }: SigningScope): Signer {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let known: { readonly day: string; readonly key: Buffer } | undefined;

  function keyOf(day: string): Buffer {
    if (known?.day === day) return known.key;
    const parts = [day, region, service, 'aws4_request'];
    const first: Buffer = Buffer.from(`AWS4${secretAccessKey.reveal()}`);
    known = { day, key: parts.reduce(hmac, first) };
    return known.key;
  }

  return {
    sign(request, nowMs) {
      const date = amzDate(nowMs);
      const day = date.slice(0, 8);
      const token = sessionToken ? ['x-amz-security-token', sessionToken.reveal()] : [];
      const headers = [...request.headers, 'x-amz-date', date, ...token];
      const { canonical, names } = canonicalRequest(request, ['host', request.host, ...headers]);
      const scope = `${day}/${region}/${service}/aws4_request`;
      const toSign = [ALGORITHM, date, scope, hash('sha256', canonical, 'hex')].join('\n');
      const signature = hmac(keyOf(day), toSign).toString('hex');
      const credential = `${accessKeyId}/${scope}`;
      const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
      return [...headers, 'authorization', authorization];
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `20261122T102427Z`. */
function amzDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function canonicalRequest(
  { method, path, body }: SignableRequest,
  headers: readonly string[],
): { readonly canonical: string; readonly names: string } {
  const queryAt = path.indexOf('?');
  const pathname = queryAt < 0 ? path : path.slice(0, queryAt);
  const pairs: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    pairs.push(`${headers[at]}:${(headers[at + 1] ?? '').trim().replace(/ +/g, ' ')}`);
  }
  pairs.sort(byName);
  const names = pairs.map((pair) => pair.slice(0, pair.indexOf(':'))).join(';');
  const lines = [
    method,
    pathname.split('/').map(uriEncode).join('/'),
    queryAt < 0 ? '' : canonicalQuery(path.slice(queryAt + 1)),
    ...pairs,
    '',
    names,
    hash('sha256', body, 'hex'),
  ];
  return { canonical: lines.join('\n'), names };
}

function byName(a: string, b: string): number {
  return a.slice(0, a.indexOf(':')) < b.slice(0, b.indexOf(':')) ? -1 : 1;
}

/** Sorted by name, then by value, all in their encoded form. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')].map((part) => uriEncode(decodeURIComponent(part)));
    })
    .sort(([aName = '', aValue = ''], [bName = '', bValue = '']) =>
      aName === bName ? (aValue < bValue ? -1 : 1) : aName < bName ? -1 : 1,
    )
    .map((pair) => pair.join('='))
    .join('&');
}

/** Everything but unreserved characters as `%XX`, which `encodeURIComponent` leaves some of. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
