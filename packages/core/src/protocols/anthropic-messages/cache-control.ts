import type { Fields } from '../json/values.ts';
import type { CacheBreakpoint } from '../neutral/parts.ts';
import { objectIn } from './fields.ts';

/** The breakpoint that a block or tool carries; nothing to spread when it has none. */
export function readCache(block: Fields): { cache?: CacheBreakpoint } {
  const control = objectIn(block.cache_control);
  if (control?.type !== 'ephemeral') return {};
  return { cache: { ttl: control.ttl === '1h' ? '1h' : '5m' } };
}

/** The field of a block or tool with a breakpoint; nothing to spread when there is none. */
export function writeCache(cache: CacheBreakpoint | undefined): object {
  if (cache === undefined) return {};
  const control = cache.ttl === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
  return { cache_control: control };
}
