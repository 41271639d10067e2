import type { ReadUsage } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../json/values.ts';
import { CountReader } from '../neutral/count-reader.ts';
import { NO_USAGE } from '../neutral/usage.ts';

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
