import type { CostPrice } from '@meridian/contract';
import { type CostRow, compileCostPrice } from '@meridian/core/metering';
import type { Queries } from '../database.ts';

/** Above every pattern: an exact name. */
const EXACT_WEIGHT = 10_000;

/** The pattern as LIKE reads it, and how specific it is. */
function likeOf(pattern: string): { like: string; weight: number } {
  const like = pattern.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%');
  const weight = pattern.includes('*') ? pattern.replaceAll('*', '').length : EXACT_WEIGHT;
  return { like, weight };
}

const FIELDS = [
  'share',
  'input',
  'cacheRead',
  'cacheWrite',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
  'unit',
  'call',
] as const satisfies readonly (keyof CostRow)[];

/** What a key costs from now on, within the transaction that writes the key; earlier charges stay. */
export async function recordCostPrice(
  queries: Queries,
  providerKeyId: number,
  price: Readonly<Record<string, unknown>> | null,
): Promise<void> {
  const rows = compileCostPrice(price as CostPrice | null);
  const [version] = await queries.query(
    'insert into provider_key_cost_versions (provider_key_id) values ($1) returning id',
    [providerKeyId],
  );
  const arrays = FIELDS.map((_, index) => `$${index + 4}::int8[]`).join(', ');
  await queries.query(
    `insert into provider_key_costs (version_id, pattern, weight, share, input, cache_read,
        cache_write, input_audio, input_image, output, reasoning, output_audio, output_image, unit, call)
      select $1, r.* from unnest($2::text[], $3::int4[], ${arrays}) r`,
    [
      Number(version?.id),
      rows.map(({ pattern }) => likeOf(pattern).like),
      rows.map(({ pattern }) => likeOf(pattern).weight),
      ...FIELDS.map((field) => rows.map((row) => row[field])),
    ],
  );
}
