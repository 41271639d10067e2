import { apiPath } from '../base-path.ts';
import type { UpstreamKey } from '../types.ts';

const ROOT = { version: '/v1', endings: ['/embeddings', '/rerank'] };

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Path in front of the endpoint's own part, e.g. `/v1`. */
  readonly basePath: string;
  readonly headers: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, secret }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const text = secret.reveal();
  const headers = ['content-type', 'application/json', 'accept', 'application/json'];
  return {
    origin: url.origin,
    basePath: apiPath(url.pathname, ROOT),
    headers: text === '' ? headers : [...headers, 'authorization', `Bearer ${text}`],
  };
}
