import { apiPath } from '../base-path.ts';
import type { UpstreamKey } from '../types.ts';
import { ANTHROPIC_HOSTS, ANTHROPIC_VERSION } from './quirks.ts';

const ROOT = { version: '/v1', endings: ['/messages/count_tokens', '/messages'] };

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Path in front of the endpoint's own part, e.g. `/v1`. */
  readonly basePath: string;
  /** Without version and beta flags, which the client may choose. */
  readonly headers: readonly string[];
  /** With the usual version, for clients that choose nothing. */
  readonly versionedHeaders: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, host, secret }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const common = ['content-type', 'application/json', 'accept', 'application/json'];
  const text = secret.reveal();
  const apiKey = text === '' ? [] : ['x-api-key', text];
  const bearer = text === '' ? [] : ['authorization', `Bearer ${text}`];
  // Others who speak this API read one of the two, and say in their guides which only at times.
  const own = ANTHROPIC_HOSTS.has(host) ? apiKey : [...apiKey, ...bearer];
  return {
    origin: url.origin,
    basePath: apiPath(url.pathname, ROOT),
    headers: [...common, ...own],
    versionedHeaders: [...common, ...own, 'anthropic-version', ANTHROPIC_VERSION],
  };
}
