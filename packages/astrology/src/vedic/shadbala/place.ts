import { compoundRegard, EXALTATION, naturalRegard, temporalRegard } from '../dignity.ts';
import type { Reading } from '../reading.ts';
import { vargaSign } from '../vargas.ts';
import {
  degreesInSign,
  lordOf,
  norm180,
  norm360,
  signsRuledBy,
  type VisibleGraha,
} from '../zodiac.ts';

/** Strength of place, in virupas. */
export interface SthanaBala {
  /** Nearness to exaltation, 0 to 60. */
  readonly uchcha: number;
  /** Dignity in D1, D2, D3, D7, D9, D12 and D30. */
  readonly saptavargaja: number;
  /** Odd or even sign and navamsa, 0 to 30. */
  readonly ojayugma: number;
  /** 60 in a kendra, 30 in a panaphara, 15 in an apoklima. */
  readonly kendradi: number;
  /** 15 in the third of the sign that suits its sex. */
  readonly drekkana: number;
}

const SEVEN_VARGAS = [1, 2, 3, 7, 9, 12, 30] as const;
const BY_REGARD = {
  great_friend: 22.5,
  friend: 15,
  neutral: 7.5,
  enemy: 3.75,
  great_enemy: 1.875,
} as const;
/** The third of a sign, 0-based, for male, neuter and female grahas (Shripati Paddhati chapter 3). */
const THIRD: Readonly<Record<VisibleGraha, number>> = {
  sun: 0,
  mars: 0,
  jupiter: 0,
  mercury: 1,
  saturn: 1,
  moon: 2,
  venus: 2,
};

/** Strength of place of a graha (BPHS chapter 27). */
export function sthanaBala(reading: Reading, graha: VisibleGraha): SthanaBala {
  const { longitude } = reading.chart.grahas[graha];
  const wantsEven = graha === 'moon' || graha === 'venus' ? 1 : 0;
  const suits = (sign: number): number => (sign % 2 === wantsEven ? 15 : 0);
  const house = reading.house[graha] % 3;
  const third = Math.min(2, Math.floor(degreesInSign(longitude) / 10));
  return {
    uchcha: Math.abs(norm180(longitude - EXALTATION[graha] - 180)) / 3,
    saptavargaja: saptavargaja(reading, graha, longitude),
    ojayugma: suits(reading.sign[graha]) + suits(reading.navamsa[graha]),
    kendradi: house === 1 ? 60 : house === 2 ? 30 : 15,
    drekkana: third === THIRD[graha] ? 15 : 0,
  };
}

function saptavargaja(reading: Reading, graha: VisibleGraha, longitude: number): number {
  let sum = reading.dignity[graha] === 'moolatrikona' ? 45 : 0;
  for (const division of SEVEN_VARGAS) {
    if (division === 1 && sum > 0) continue;
    const sign = vargaSign(longitude, division);
    const lord = lordOf(sign);
    if (signsRuledBy(graha).includes(sign)) sum += 30;
    else {
      const temporal = temporalRegard(reading.sign[graha], reading.sign[lord]);
      sum += BY_REGARD[compoundRegard(naturalRegard(graha, lord), temporal)];
    }
  }
  return sum;
}

/** Where each graha has no strength of direction: the angle opposite to its strong one. */
const POWERLESS: Readonly<Record<VisibleGraha, 'lagna' | 'fourth' | 'seventh' | 'tenth'>> = {
  sun: 'fourth',
  mars: 'fourth',
  mercury: 'seventh',
  jupiter: 'seventh',
  moon: 'tenth',
  venus: 'tenth',
  saturn: 'lagna',
};

/** Strength of direction, 0 to 60 virupas: a third of the degrees from the powerless angle. */
export function digBala(reading: Reading, graha: VisibleGraha): number {
  const { ascendant, midheaven, grahas } = reading.chart;
  const angle = POWERLESS[graha];
  const base = angle === 'lagna' || angle === 'seventh' ? ascendant : midheaven;
  const point = angle === 'lagna' || angle === 'tenth' ? base : base + 180;
  return Math.abs(norm180(grahas[graha].longitude - point)) / 3;
}

/** Mean longitudes of date, degrees at J2000 and per Julian century (Meeus, Astronomical Algorithms, table 31.A). */
const MEAN: Readonly<Record<VisibleGraha, readonly [at: number, rate: number]>> = {
  sun: [280.466449, 36000.7698278],
  moon: [218.3164477, 481267.88123421],
  mercury: [252.250906, 149474.0722491],
  venus: [181.979801, 58519.2130302],
  mars: [355.433, 19141.6964471],
  jupiter: [34.351519, 3036.3027748],
  saturn: [50.077444, 1223.5110686],
};

/**
 * Strength of motion of Mars to Saturn, 0 to 60 virupas: a third of the angle between the shighrochcha and the middle
 * of mean and true place (BPHS chapter 27).
 */
export function motionBala(reading: Reading, graha: VisibleGraha): number {
  const centuries = (reading.chart.at.jdTt - 2451545) / 36525;
  const mean = (of: VisibleGraha): number =>
    norm360(MEAN[of][0] + MEAN[of][1] * centuries - reading.chart.ayanamsa);
  const isInner = graha === 'mercury' || graha === 'venus';
  const apex = isInner ? mean(graha) : mean('sun');
  const middle = isInner ? mean('sun') : mean(graha);
  const place = reading.chart.grahas[graha].longitude;
  const average = middle + norm180(place - middle) / 2;
  return Math.abs(norm180(apex - average)) / 3;
}
