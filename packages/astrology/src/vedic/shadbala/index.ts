import type { VedicChart } from '../../types.ts';
import { drishtiVirupas } from '../drishti.ts';
import { Reading } from '../reading.ts';
import { norm180, SEVEN, type VisibleGraha } from '../zodiac.ts';
import { digBala, motionBala, type SthanaBala, sthanaBala } from './place.ts';
import { type SolarDay, solarDay } from './solar-day.ts';
import { ayana, type KalaBala, kalaBala } from './time.ts';

export type { SthanaBala } from './place.ts';
export type { KalaBala } from './time.ts';

/** The sixfold strength of a graha. All figures in virupas, of which 60 are a rupa. */
export interface Shadbala {
  readonly sthana: SthanaBala & { readonly total: number };
  readonly dig: number;
  readonly kala: KalaBala & { readonly total: number };
  /** Strength of motion; the Sun's is its ayana bala, the Moon's half of its paksha bala. */
  readonly cheshta: number;
  readonly naisargika: number;
  /** Strength of looks received, negative where malefics prevail. */
  readonly drik: number;
  readonly total: number;
  readonly rupas: number;
  /** What the graha needs to be called strong (BPHS chapter 27). */
  readonly required: number;
  /** `total` over `required`. */
  readonly ratio: number;
}

/** 60 sevenths, from the brightest. */
const NATURAL: Readonly<Record<VisibleGraha, number>> = {
  sun: 60,
  moon: (60 * 6) / 7,
  venus: (60 * 5) / 7,
  jupiter: (60 * 4) / 7,
  mercury: (60 * 3) / 7,
  mars: (60 * 2) / 7,
  saturn: 60 / 7,
};
const REQUIRED: Readonly<Record<VisibleGraha, number>> = {
  sun: 390,
  moon: 360,
  mars: 300,
  mercury: 420,
  jupiter: 390,
  venus: 330,
  saturn: 300,
};
/** Diameters of the discs in seconds of arc, as Shripati takes them. */
const DISCS: Readonly<Partial<Record<VisibleGraha, number>>> = {
  mars: 9.4,
  mercury: 6.6,
  jupiter: 190.4,
  venus: 16.6,
  saturn: 158,
};
const FIGHTERS = ['mars', 'mercury', 'jupiter', 'venus', 'saturn'] as const;

type Sums = Readonly<Record<VisibleGraha, Omit<Shadbala, 'total' | 'rupas' | 'ratio'>>>;

/** Shadbala of the seven (BPHS chapter 27, the variants of Shripati where it is silent). */
export function shadbala(
  chart: VedicChart,
  reading: Reading = new Reading(chart),
): Readonly<Record<VisibleGraha, Shadbala>> {
  const day = solarDay(chart);
  const before = perVisible((graha) => strengths(reading, graha, day));
  const war = warOf(reading, before);
  return perVisible((graha) => {
    const parts = before[graha];
    const yuddha = war[graha] ?? 0;
    const kala = { ...parts.kala, yuddha, total: parts.kala.total + yuddha };
    const total =
      parts.sthana.total + parts.dig + kala.total + parts.cheshta + parts.naisargika + parts.drik;
    return { ...parts, kala, total, rupas: total / 60, ratio: total / parts.required };
  });
}

function perVisible<T>(value: (graha: VisibleGraha) => T): Record<VisibleGraha, T> {
  return Object.fromEntries(SEVEN.map((graha) => [graha, value(graha)])) as Record<VisibleGraha, T>;
}

function strengths(reading: Reading, graha: VisibleGraha, day: SolarDay): Sums[VisibleGraha] {
  const sthana = sthanaBala(reading, graha);
  const kala = { ...kalaBala(reading, graha, day), yuddha: 0 };
  return {
    sthana: { ...sthana, total: sum(sthana) },
    dig: digBala(reading, graha),
    kala: { ...kala, total: sum(kala) },
    cheshta: cheshta(reading, graha, kala),
    naisargika: NATURAL[graha],
    drik: drik(reading, graha),
    required: REQUIRED[graha],
  };
}

function sum(parts: SthanaBala | KalaBala): number {
  return Object.values(parts).reduce((total: number, part: number) => total + part, 0);
}

function cheshta(reading: Reading, graha: VisibleGraha, kala: KalaBala): number {
  if (graha === 'sun') return ayana(reading, graha);
  return graha === 'moon' ? kala.paksha / 2 : motionBala(reading, graha);
}

function drik(reading: Reading, graha: VisibleGraha): number {
  const { grahas } = reading.chart;
  let total = 0;
  for (const other of SEVEN) {
    if (other === graha) continue;
    const look = drishtiVirupas(other, grahas[other].longitude, grahas[graha].longitude);
    total += reading.isBenefic(other) ? look : -look;
  }
  return total / 4;
}

/**
 * Two of Mars to Saturn within 1° fight; the one further north wins. It gains, and the other loses, the difference of
 * their strengths of place, direction and time over the difference of their discs.
 */
function warOf(reading: Reading, sums: Sums): Readonly<Partial<Record<VisibleGraha, number>>> {
  const { grahas } = reading.chart;
  const war: Partial<Record<VisibleGraha, number>> = {};
  for (const [index, a] of FIGHTERS.entries())
    for (const b of FIGHTERS.slice(index + 1)) {
      if (Math.abs(norm180(grahas[a].longitude - grahas[b].longitude)) >= 1) continue;
      const [winner, loser] = grahas[a].latitude >= grahas[b].latitude ? [a, b] : [b, a];
      const discs = Math.abs((DISCS[a] ?? 0) - (DISCS[b] ?? 0));
      const stake = Math.abs(beforeWar(sums[a]) - beforeWar(sums[b])) / discs;
      war[winner] = (war[winner] ?? 0) + stake;
      war[loser] = (war[loser] ?? 0) - stake;
    }
  return war;
}

function beforeWar(parts: Sums[VisibleGraha]): number {
  return parts.sthana.total + parts.dig + parts.kala.total;
}
