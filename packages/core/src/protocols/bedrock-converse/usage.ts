import type { ReadUsage } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../json/values.ts';
import { NO_USAGE } from '../neutral/usage.ts';

/** Larger counts than any model can process are a provider's error, not usage. */
const TOKENS_MAX = 1_000_000_000;

/** Reads counts, clamping what cannot be and remembering that it did. */
class CountReader {
  isSuspicious = false;

  read(value: unknown, max = TOKENS_MAX): number {
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'number' || !(value >= 0)) {
      this.isSuspicious = true;
      return 0;
    }
    if (value > max) this.isSuspicious = true;
    return Math.min(Math.floor(value), max);
  }
}

/**
 * Usage in disjoint buckets; undefined when there is none. `inputTokens` counts neither what was read
 * from the cache nor what was written to it; `outputTokens` includes thoughts, which are not told apart.
 */
export function readConverseUsage(wire: unknown): ReadUsage | undefined {
  if (!isFields(wire)) return undefined;
  if (wire.inputTokens === undefined && wire.outputTokens === undefined) return undefined;
  const reader = new CountReader();
  const written = reader.read(wire.cacheWriteInputTokens);
  const cacheWrite1h = writtenForAnHour(wire, written, reader);
  const usage = {
    ...NO_USAGE,
    input: reader.read(wire.inputTokens),
    cacheRead: reader.read(wire.cacheReadInputTokens),
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: reader.read(wire.outputTokens),
  };
  return { usage, isSuspicious: reader.isSuspicious };
}

function writtenForAnHour(wire: Fields, written: number, reader: CountReader): number {
  const details = listOf(wire.cacheDetails).map(fieldsOf);
  const hour = details.find(({ ttl }) => ttl === '1h' || ttl === 'T1H');
  return reader.read(hour?.inputTokens, written);
}
