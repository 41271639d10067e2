import type { UpstreamKey } from '../types.ts';

/** Ends of paths that people copy along with the base URL. */
const ENDINGS = /\/(v[12](\/rerank|\/chat|\/embed)?|compatibility(\/v1)?(\/chat\/completions)?)$/;

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Path in front of the API's versions; usually empty. */
  readonly root: string;
  readonly headers: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, secret }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const text = secret.reveal();
  const headers = ['content-type', 'application/json'];
  return {
    origin: url.origin,
    root: url.pathname.replace(/\/+$/, '').replace(ENDINGS, ''),
    headers: text === '' ? headers : [...headers, 'authorization', `Bearer ${text}`],
  };
}
