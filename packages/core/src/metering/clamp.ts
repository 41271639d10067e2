import { USAGE_BUCKETS, type Usage } from '../protocols/index.ts';

/** The largest quantity of one bucket that is believed; more is taken for a provider's error. */
export const QUANTITY_MAX = 1_000_000_000;

/** Usage that can be charged, and which buckets had to be changed for it. */
export interface ClampedUsage {
  readonly usage: Usage;
  readonly flagged: readonly (keyof Usage)[];
}

/**
 * Makes reported usage chargeable: negative and NaN become 0, fractions round up, more than
 * `QUANTITY_MAX` becomes that. Sound usage is returned as it is, with nothing flagged.
 */
export function clampUsage(raw: Usage): ClampedUsage {
  let usage: Record<keyof Usage, number> | undefined;
  const flagged: (keyof Usage)[] = [];
  for (const bucket of USAGE_BUCKETS) {
    const value = raw[bucket];
    const sound = clampQuantity(value);
    if (Object.is(sound, value)) continue;
    usage ??= { ...raw };
    usage[bucket] = sound;
    flagged.push(bucket);
  }
  return { usage: usage ?? raw, flagged };
}

function clampQuantity(value: unknown): number {
  if (typeof value !== 'number' || !(value > 0)) return 0;
  return Math.ceil(Math.min(value, QUANTITY_MAX));
}
