import type { PanchangSky } from '../panchang/sky.ts';
import { cycle, houseFrom, norm180, signOf } from '../zodiac.ts';

/**
 * Saturn's stay by its house from the Moon's sign: `rising` in the twelfth, `peak` in the first, `setting` in the
 * second; `kantaka` in the fourth and `ashtama` in the eighth are the small ones.
 */
export type SaturnPhase = 'rising' | 'peak' | 'setting' | 'kantaka' | 'ashtama';

/** One unbroken stay of Saturn in a sign. */
export interface SaturnStay {
  readonly phase: SaturnPhase;
  /** Julian dates UT; cut at the ends of the range. */
  readonly from: number;
  readonly to: number;
}

/** One Sade Sati, from the first entry into the twelfth sign to the last leaving of the second. */
export interface SadeSatiCycle {
  readonly from: number;
  readonly to: number;
  readonly stays: readonly SaturnStay[];
}

/** Sade Sati in a range of time. */
export interface SadeSati {
  readonly cycles: readonly SadeSatiCycle[];
  /** The small ones. */
  readonly dhaiyas: readonly SaturnStay[];
}

const PHASES: Readonly<Record<number, SaturnPhase>> = {
  12: 'rising',
  1: 'peak',
  2: 'setting',
  4: 'kantaka',
  8: 'ashtama',
};
/** Days of a step; Saturn turns at most once in two of them. */
const STEP_DAYS = 40;
/** Nearer to a border than this, degrees, a turn of Saturn is looked at closely. */
const TURN_DEGREES = 3;
/** Accuracy of an entry, days: 0.1 s. */
const EXACT_DAYS = 1e-6;
const PASSES_MAX = 60;
const RANGE_DAYS_MAX = 130 * 366;
/** Stays that are nearer than this belong to one Sade Sati, days. */
const APART_DAYS = 5 * 365;

/**
 * The stays of Saturn that make Sade Sati for a Moon sign (0 to 11) between two Julian dates UT. Throws a RangeError for
 * a range that is empty or longer than 130 years.
 */
export function sadeSati(sky: PanchangSky, moonSign: number, from: number, to: number): SadeSati {
  if (!(to > from && to - from <= RANGE_DAYS_MAX))
    throw new RangeError('The range must be longer than nothing and at most 130 years.');
  const saturn = (jd: number): number => sky.longitude('saturn', jd);
  const samples = sampled(saturn, from, to);
  const borders = [11, 0, 1, 2, 3, 4, 7, 8].map((step) => cycle(moonSign + step, 12) * 30);
  const changes = borders.flatMap((border) => crossings(saturn, border, samples));
  const moments = [from, ...changes.sort((a, b) => a - b), to];
  const stays: SaturnStay[] = [];
  for (let index = 1; index < moments.length; index++) {
    const [start = from, end = to] = [moments[index - 1], moments[index]];
    const phase = PHASES[houseFrom(moonSign, signOf(saturn((start + end) / 2)))];
    if (phase && end > start) stays.push({ phase, from: start, to: end });
  }
  const isSmall = (stay: SaturnStay): boolean =>
    stay.phase === 'kantaka' || stay.phase === 'ashtama';
  return {
    cycles: gather(stays.filter((stay) => !isSmall(stay))),
    dhaiyas: stays.filter(isSmall),
  };
}

function gather(stays: readonly SaturnStay[]): readonly SadeSatiCycle[] {
  const groups: SaturnStay[][] = [];
  for (const stay of stays) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && stay.from - last.to < APART_DAYS) group.push(stay);
    else groups.push([stay]);
  }
  return groups.map((group) => ({
    from: group[0]?.from ?? 0,
    to: group.at(-1)?.to ?? 0,
    stays: group,
  }));
}

interface Sample {
  readonly jd: number;
  /** Degrees. */
  readonly value: number;
}

function sampled(saturn: (jd: number) => number, from: number, to: number): readonly Sample[] {
  const count = Math.max(2, Math.ceil((to - from) / STEP_DAYS));
  return Array.from({ length: count + 1 }, (_, step) => {
    const jd = step === count ? to : from + (step * (to - from)) / count;
    return { jd, value: saturn(jd) };
  });
}

/** When Saturn passes a longitude either way, two passes about one turn included. */
function crossings(
  saturn: (jd: number) => number,
  border: number,
  samples: readonly Sample[],
): readonly number[] {
  const miss = (jd: number): number => norm180(saturn(jd) - border);
  const near = samples.map(({ jd, value }) => ({ jd, value: norm180(value - border) }));
  const found: number[] = [];
  for (const [index, b] of near.entries()) {
    const [a, c] = [near[index - 1], near[index + 1]];
    if (!a || Math.abs(b.value) > 60) continue;
    if (a.value < 0 !== b.value < 0) found.push(root(miss, a, b));
    else if (c && b.value < 0 === c.value < 0 && isTurn(a, b, c)) {
      const jd = turnOf(a, b, c);
      const turn = { jd, value: miss(jd) };
      if (turn.value < 0 !== b.value < 0) found.push(root(miss, a, turn), root(miss, turn, c));
    }
  }
  return found;
}

function isTurn(a: Sample, b: Sample, c: Sample): boolean {
  const isBent = b.value - a.value > 0 !== c.value - b.value > 0;
  return isBent && Math.abs(b.value) < TURN_DEGREES;
}

/** Where the parabola through three samples turns. */
function turnOf(a: Sample, b: Sample, c: Sample): number {
  const [left, right] = [b.jd - a.jd, c.jd - b.jd];
  const [fall, rise] = [(b.value - a.value) / left, (c.value - b.value) / right];
  const bend = (rise - fall) / (left + right);
  return (a.jd + b.jd) / 2 - fall / (2 * bend);
}

/** The zero between two samples of different signs, by the Illinois method. */
function root(miss: (jd: number) => number, from: Sample, to: Sample): number {
  let [a, b] = [from, to];
  for (let pass = 0; pass < PASSES_MAX && Math.abs(b.jd - a.jd) > EXACT_DAYS; pass++) {
    const jd = (a.jd * b.value - b.jd * a.value) / (b.value - a.value);
    const value = miss(jd);
    if (Math.abs(value) < 1e-9) return jd;
    if (value < 0 !== b.value < 0) a = b;
    else a = { jd: a.jd, value: a.value / 2 };
    b = { jd, value };
  }
  return b.jd;
}
