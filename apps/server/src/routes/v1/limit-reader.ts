import type { Caller } from '../../edge/management/served-route.ts';

/** How the caller's rate limits stand. */
export interface LimitReader {
  /** The `x-ratelimit-*` headers of the tightest limits; empty where there is none. */
  headers(caller: Caller): Promise<Readonly<Record<string, string>>>;
}
