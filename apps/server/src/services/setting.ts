import type { ResourceBounds } from '@meridian/core/accounts';

/** What a write is judged by. */
export interface WriteLimits {
  readonly ownerId: number;
  /** What the owner may open at most. */
  readonly bounds: ResourceBounds;
}

/** One value that was written, and what it meets. */
export interface Write extends WriteLimits {
  readonly stored: unknown;
  readonly written: unknown;
  /** The field that errors name. */
  readonly param: string;
}

/** What the product does with one setting. */
export interface Setting {
  /** The value to store after `/x-config` wrote; undefined reverts to the default. Throws a 400. */
  replace(write: Write): unknown;
  /** The same after `/x-conf` wrote; absent where that has no such field. */
  merge?(write: Write): unknown;
  show(stored: unknown): unknown;
  text(stored: unknown): string;
}
