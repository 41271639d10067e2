const QUIET_SHARE = 0.2;

function finite(values: readonly number[]): readonly number[] {
  return values.filter(Number.isFinite).toSorted((a, b) => a - b);
}

/** The value below which a share of the values lies, interpolated; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = finite(values);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** The middle value; the mean of the middle two of an even count; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The mean of the smallest fifth, at least of one: what a cost is while nobody disturbs. */
export function quiet(costs: readonly number[]): number {
  const sorted = finite(costs);
  const smallest = sorted.slice(0, Math.max(1, Math.round(QUIET_SHARE * sorted.length)));
  return smallest.reduce((sum, cost) => sum + cost, 0) / smallest.length;
}

/**
 * Comparisons made inside each round, where both have one. The machine's speed drifts between
 * rounds, so that comparing two medians would compare different moments.
 */
export function paired<T>(
  mine: readonly T[],
  others: readonly T[],
  compare: (mine: T, other: T) => number,
): readonly number[] {
  return mine.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [compare(value, other)];
  });
}

/** Least-squares slope of evenly spaced values, per step; NaN of fewer than two. */
export function slope(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [step, value] of values.entries()) {
    above += (step - middle) * (value - mean);
    below += (step - middle) ** 2;
  }
  return above / below;
}

/** The list turned so that another member comes first each round: no target always goes first. */
export function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
