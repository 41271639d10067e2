import type { Millionths, Nanodollars } from '@meridian/core/kernel';
import type { StoredUsage } from '@meridian/core/ledger';
import { parsePrice } from '@meridian/core/metering';
import type { Row } from '../database.ts';
import { amountOf, nullOr, numberOf, textOf, timeOf } from './cells.ts';
import { readFlags } from './record-flags.ts';

/** A query of usage records with their names, out of a source with the alias `u`. */
export function recordsSql(source: string): string {
  return `
    select u.*, asked.name as asked_name, used.name as used_name, s.name as surface,
      p.body as price, (extract(epoch from u.at) * 1000000)::int8 as at_us
    from ${source} u
      join models asked on asked.id = u.model_asked join models used on used.id = u.model_used
      join surfaces s on s.id = u.surface_id join prices p on p.id = u.price_id`;
}

function usageOf(row: Row): StoredUsage['usage'] {
  const count = (name: string): number => nullOr(row, name, numberOf) ?? 0;
  return {
    input: count('input'),
    cacheRead: count('cache_read'),
    cacheWrite5m: count('cache_write_5m'),
    cacheWrite1h: count('cache_write_1h'),
    inputAudio: count('input_audio'),
    inputImage: count('input_image'),
    output: count('output'),
    reasoning: count('reasoning'),
    outputAudio: count('output_audio'),
    outputImage: count('output_image'),
    units: count('units'),
  };
}

/** A record out of such a row. */
export function recordOf(row: Row): StoredUsage {
  return {
    id: textOf(row, 'id'),
    at: timeOf(row, 'at'),
    late: (nullOr(row, 'late', amountOf) ?? 0n) as Nanodollars,
    accountId: numberOf(row, 'account_id'),
    namedKeyId: nullOr(row, 'named_key_id', numberOf),
    providerKeyId: nullOr(row, 'provider_key_id', numberOf),
    modelAsked: textOf(row, 'asked_name'),
    modelUsed: textOf(row, 'used_name'),
    surface: textOf(row, 'surface'),
    startedAt: timeOf(row, 'started_at'),
    durationMs: numberOf(row, 'duration_ms'),
    firstByteMs: nullOr(row, 'first_byte_ms', numberOf),
    usage: usageOf(row),
    ...readFlags(numberOf(row, 'flags')),
    attempts: numberOf(row, 'attempts'),
    price: parsePrice(textOf(row, 'price')),
    factor: (nullOr(row, 'factor', amountOf) ?? 1_000_000n) as Millionths,
    rates: (nullOr(row, 'rates', amountOf) ?? 1_000_000n) as Millionths,
    cost: amountOf(row, 'cost') as Nanodollars,
  };
}
