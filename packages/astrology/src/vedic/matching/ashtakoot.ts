import type { VedicChart } from '../../types.ts';
import { naturalRegard, type Regard } from '../dignity.ts';
import { vargaSign } from '../vargas.ts';
import {
  cyclic,
  degreesInSign,
  houseFrom,
  lordOf,
  type NakshatraPlace,
  nakshatraOf,
  signOf,
  type VisibleGraha,
} from '../zodiac.ts';
import { type Gana, ganaOf, nadiOf, yoniOf, yoniPoints } from './nakshatra-kinds.ts';

/** The eight kutas with their greatest points: 36 in all. */
export const KUTA_POINTS = {
  varna: 1,
  vashya: 2,
  tara: 3,
  yoni: 4,
  graha_maitri: 5,
  gana: 6,
  bhakoot: 7,
  nadi: 8,
} as const;
/** Key of a kuta. */
export type Kuta = keyof typeof KUTA_POINTS;

/** One kuta of a match. */
export interface KutaScore {
  readonly kuta: Kuta;
  readonly max: number;
  /** By the tables alone. */
  readonly points: number;
  /** `max` where a cancellation lifts the fault, else `points`. */
  readonly pointsWithCancellations: number;
  /** What the groom's and the bride's Moon have: a key, or of Bhakoot the houses from each other. */
  readonly groom: string;
  readonly bride: string;
  /** Keys of the cancellations that hold. */
  readonly cancelledBy: readonly string[];
}

/** A match of 36. */
export interface Ashtakoot {
  readonly kutas: readonly KutaScore[];
  readonly total: number;
  readonly totalWithCancellations: number;
  readonly max: 36;
}

interface MoonSide {
  readonly sign: number;
  readonly lord: VisibleGraha;
  readonly navamsaLord: VisibleGraha;
  readonly nakshatra: NakshatraPlace;
  readonly degrees: number;
}

interface Raw {
  readonly points: number;
  readonly groom: string;
  readonly bride: string;
  /** Cancellations by key; only asked when points are missing. */
  readonly lifts?: Readonly<Record<string, boolean>>;
}

/** Matches the Moons of two charts: the groom's first, then the bride's. North Indian points. */
export function ashtakoot(groom: VedicChart, bride: VedicChart): Ashtakoot {
  const [g, b] = [moonSide(groom), moonSide(bride)];
  const raw: Readonly<Record<Kuta, Raw>> = {
    varna: varna(g, b),
    vashya: vashya(g, b),
    tara: tara(g, b),
    yoni: yoni(g, b),
    graha_maitri: grahaMaitri(g, b),
    gana: gana(g, b),
    bhakoot: bhakoot(g, b),
    nadi: nadi(g, b),
  };
  const kutas = (Object.keys(KUTA_POINTS) as Kuta[]).map((kuta) => score(kuta, raw[kuta]));
  return {
    kutas,
    total: kutas.reduce((sum, one) => sum + one.points, 0),
    totalWithCancellations: kutas.reduce((sum, one) => sum + one.pointsWithCancellations, 0),
    max: 36,
  };
}

function score(kuta: Kuta, raw: Raw): KutaScore {
  const max = KUTA_POINTS[kuta];
  const lifts = raw.points < max ? Object.entries(raw.lifts ?? {}) : [];
  const cancelledBy = lifts.filter(([, holds]) => holds).map(([key]) => key);
  const pointsWithCancellations = cancelledBy.length > 0 ? max : raw.points;
  const { points, groom, bride } = raw;
  return { kuta, max, points, pointsWithCancellations, groom, bride, cancelledBy };
}

function moonSide(chart: VedicChart): MoonSide {
  const { longitude } = chart.grahas.moon;
  const sign = signOf(longitude);
  return {
    sign,
    lord: lordOf(sign),
    navamsaLord: lordOf(vargaSign(longitude, 9)),
    nakshatra: nakshatraOf(longitude),
    degrees: degreesInSign(longitude),
  };
}

const regards = (a: VisibleGraha, b: VisibleGraha): readonly [Regard, Regard] => [
  a === b ? 'friend' : naturalRegard(a, b),
  a === b ? 'friend' : naturalRegard(b, a),
];
const areFriends = (a: VisibleGraha, b: VisibleGraha): boolean =>
  regards(a, b).every((regard) => regard === 'friend');
/** Lords that are one or friends, by sign or by navamsa, lift most faults. */
const lordLifts = (g: MoonSide, b: MoonSide): Readonly<Record<string, boolean>> => ({
  sign_lords_same: g.lord === b.lord,
  sign_lords_friends: g.lord !== b.lord && areFriends(g.lord, b.lord),
  navamsa_lords_same_or_friends: areFriends(g.navamsaLord, b.navamsaLord),
});

/** From the highest: signs of water, fire, earth, air. */
const VARNAS = ['shudra', 'vaishya', 'kshatriya', 'brahmin'] as const;
const VARNA_OF = [2, 1, 0, 3] as const;

function varna(g: MoonSide, b: MoonSide): Raw {
  const [groom, bride] = [cyclic(VARNA_OF, g.sign), cyclic(VARNA_OF, b.sign)];
  return {
    points: groom >= bride ? 1 : 0,
    groom: cyclic(VARNAS, groom),
    bride: cyclic(VARNAS, bride),
    lifts: lordLifts(g, b),
  };
}

const VASHYAS = ['quadruped', 'human', 'water', 'wild', 'insect'] as const;
/** Rows: bride; columns: groom; both in the order of `VASHYAS`. */
const VASHYA_POINTS = [
  [2, 1, 1, 1.5, 1],
  [1, 2, 1.5, 0, 1],
  [1, 1.5, 2, 1, 1],
  [0, 0, 0, 2, 0],
  [1, 1, 1, 0, 2],
] as const;
/** Kind of each sign; Sagittarius and Capricorn change at 15°. */
const VASHYA_OF = [0, 0, 1, 2, 3, 1, 1, 4, 1, 0, 1, 2] as const;
const VASHYA_OF_SECOND_HALF: Readonly<Record<number, number>> = { 8: 0, 9: 2 };

function vashya(g: MoonSide, b: MoonSide): Raw {
  const kind = (side: MoonSide): number =>
    (side.degrees >= 15 ? VASHYA_OF_SECOND_HALF[side.sign] : undefined) ??
    cyclic(VASHYA_OF, side.sign);
  const [groom, bride] = [kind(g), kind(b)];
  return {
    points: cyclic(cyclic(VASHYA_POINTS, bride), groom),
    groom: cyclic(VASHYAS, groom),
    bride: cyclic(VASHYAS, bride),
    lifts: lordLifts(g, b),
  };
}

const TARAS = [
  'janma',
  'sampat',
  'vipat',
  'kshema',
  'pratyari',
  'sadhaka',
  'vadha',
  'mitra',
  'ati_mitra',
] as const;

function tara(g: MoonSide, b: MoonSide): Raw {
  const from = (a: MoonSide, to: MoonSide): number =>
    (to.nakshatra.index - a.nakshatra.index + 27) % 9;
  const isGood = (count: number): boolean => count !== 2 && count !== 4 && count !== 6;
  const [groom, bride] = [from(b, g), from(g, b)];
  return {
    points: (isGood(groom) ? 1.5 : 0) + (isGood(bride) ? 1.5 : 0),
    groom: cyclic(TARAS, groom),
    bride: cyclic(TARAS, bride),
    lifts: lordLifts(g, b),
  };
}

function yoni(g: MoonSide, b: MoonSide): Raw {
  const [groom, bride] = [yoniOf(g.nakshatra.index), yoniOf(b.nakshatra.index)];
  return { points: yoniPoints(groom, bride), groom, bride, lifts: lordLifts(g, b) };
}

const WORTH: Readonly<Record<Regard, number>> = { friend: 2, neutral: 1, enemy: 0 };
/** Points by both regards: worth of the better, then of the worse. */
const MAITRI_POINTS: Readonly<Record<string, number>> = {
  '22': 5,
  '21': 4,
  '11': 3,
  '20': 1,
  '10': 0.5,
  '00': 0,
};

function grahaMaitri(g: MoonSide, b: MoonSide): Raw {
  const [one, other] = regards(g.lord, b.lord).map((regard) => WORTH[regard]);
  const [low = 0, high = 0] = [one ?? 0, other ?? 0].sort((x, y) => x - y);
  const lifts = { navamsa_lords_same_or_friends: areFriends(g.navamsaLord, b.navamsaLord) };
  return { points: MAITRI_POINTS[`${high}${low}`] ?? 0, groom: g.lord, bride: b.lord, lifts };
}

/** Points by the groom's temper, then the bride's. */
const GANA_POINTS: Readonly<Record<Gana, Readonly<Record<Gana, number>>>> = {
  deva: { deva: 6, manushya: 6, rakshasa: 0 },
  manushya: { deva: 5, manushya: 6, rakshasa: 0 },
  rakshasa: { deva: 1, manushya: 0, rakshasa: 6 },
};

function gana(g: MoonSide, b: MoonSide): Raw {
  const [groom, bride] = [ganaOf(g.nakshatra.index), ganaOf(b.nakshatra.index)];
  return { points: GANA_POINTS[groom][bride], groom, bride, lifts: lordLifts(g, b) };
}

function bhakoot(g: MoonSide, b: MoonSide): Raw {
  const [groom, bride] = [houseFrom(b.sign, g.sign), houseFrom(g.sign, b.sign)];
  const isFault = [2, 12, 5, 9, 6, 8].includes(bride);
  return {
    points: isFault ? 0 : 7,
    groom: String(groom),
    bride: String(bride),
    lifts: lordLifts(g, b),
  };
}

function nadi(g: MoonSide, b: MoonSide): Raw {
  const [groom, bride] = [nadiOf(g.nakshatra.index), nadiOf(b.nakshatra.index)];
  const isSameStar = g.nakshatra.index === b.nakshatra.index;
  const isSameSign = g.sign === b.sign;
  return {
    points: groom === bride ? 0 : 8,
    groom,
    bride,
    lifts: {
      same_nakshatra_other_pada: isSameStar && g.nakshatra.pada !== b.nakshatra.pada,
      same_sign_other_nakshatra: isSameSign && !isSameStar,
      same_nakshatra_other_sign: isSameStar && !isSameSign,
    },
  };
}
