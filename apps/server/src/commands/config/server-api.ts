import type { OwnerConfigSettings } from '@meridian/contract';
import type { Secret } from '@meridian/core/kernel';
import type { ServerConfig, ShownKey } from './plan.ts';

/** A request that the server refused, or that never reached it; the message is for a person. */
class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** Calls of an owner's server. */
export interface ServerApi {
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 100;
const PAGES_MAX = 1_000;
const SHOWN_CHARS_MAX = 200;

/** Calls the server at `url` with an owner's key. Throws `ApiError`. */
export function createServerApi(url: string, key: Secret): ServerApi {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key.reveal()}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        throw new ApiError(`${url} cannot be reached: ${reasonOf(error)}`);
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as T;
      throw new ApiError(`${method} ${path}: ${response.status} ${messageOf(text)}`);
    },
  };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text.slice(0, SHOWN_CHARS_MAX);
  }
}

/** Reads everything that a file can hold. */
export async function readServer(api: ServerApi): Promise<ServerConfig> {
  const { configs } = await api.call<{ configs: OwnerConfigSettings }>('GET', '/x-config');
  const { PRICING: pricing, ...settings } = configs;
  const keys: ShownKey[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const path = `/x-keys?page=${page}&size=${PAGE_SIZE}`;
    const found = await api.call<{ keys: ShownKey[] }>('GET', path);
    keys.push(...found.keys);
    if (found.keys.length < PAGE_SIZE) break;
  }
  const priced = pricing === undefined ? {} : { PRICING: JSON.parse(pricing) as unknown };
  return { settings: { ...settings, ...priced }, keys };
}
