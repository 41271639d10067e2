import { findCrossings } from '../../sky/roots.ts';
import type { PanchangSky } from '../panchang/sky.ts';
import { cycle, houseFrom, signOf } from '../zodiac.ts';

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
/** Days of a step; Saturn turns at most once in it. */
const STEP_DAYS = 40;
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
  const seen = new Map<number, number>();
  const saturn = (jd: number): number => {
    const known = seen.get(jd);
    if (known !== undefined) return known;
    const longitude = sky.longitude('saturn', jd);
    seen.set(jd, longitude);
    return longitude;
  };
  const range = { from, to, step: Math.min(STEP_DAYS, to - from) };
  const borders = [11, 0, 1, 2, 3, 4, 7, 8].map((step) => cycle(moonSign + step, 12) * 30);
  const changes = borders.flatMap((border) =>
    findCrossings(saturn, border, range).map((crossing) => crossing.jd),
  );
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
