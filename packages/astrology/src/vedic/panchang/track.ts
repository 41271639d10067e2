import { norm180, norm360 } from '../zodiac.ts';

/** How finely a longitude is tabulated. */
interface TrackGrid {
  /** Days of a stretch. */
  readonly days: number;
  /** Exact places in a stretch, at the Chebyshev points with both ends. */
  readonly points: number;
}

interface Stretch {
  /** Degrees, unwrapped within the stretch. */
  readonly values: readonly number[];
}

/** Stretches kept; the oldest goes first. */
const STRETCHES_MAX = 256;

/**
 * A longitude that is interpolated between exact ones, for searches that ask often and closely: stretches of a few days,
 * each a polynomial through exact places (barycentric form at Chebyshev points of the second kind).
 */
export function createTrack(
  exact: (jdUt: number) => number,
  { days, points }: TrackGrid,
): (jdUt: number) => number {
  const last = points - 1;
  const nodes = Array.from({ length: points }, (_, k) => (1 - Math.cos((Math.PI * k) / last)) / 2);
  const weights = nodes.map((_, k) => (k % 2 === 0 ? 1 : -1) * (k === 0 || k === last ? 0.5 : 1));
  const stretches = new Map<number, Stretch>();

  const make = (index: number): Stretch => {
    const values: number[] = [];
    for (const node of nodes) {
      const place = exact((index + node) * days);
      const before = values.at(-1);
      values.push(before === undefined ? place : before + norm180(place - before));
    }
    const [oldest] = stretches.keys();
    if (stretches.size >= STRETCHES_MAX && oldest !== undefined) stretches.delete(oldest);
    const stretch = { values };
    stretches.set(index, stretch);
    return stretch;
  };

  return (jdUt) => {
    const index = Math.floor(jdUt / days);
    const { values } = stretches.get(index) ?? make(index);
    const at = jdUt / days - index;
    let above = 0;
    let below = 0;
    for (let k = 0; k < points; k++) {
      const value = values[k] ?? 0;
      const distance = at - (nodes[k] ?? 0);
      if (distance === 0) return norm360(value);
      const weight = (weights[k] ?? 0) / distance;
      above += weight * value;
      below += weight;
    }
    return norm360(above / below);
  };
}
