import { cycle, cyclic, norm180, signOf } from '../zodiac.ts';
import { angaAngle, settle } from './angas.ts';
import type { PanchangSky } from './sky.ts';

/** The lunar months, Chaitra first. */
export const MASAS = [
  'chaitra',
  'vaishakha',
  'jyeshtha',
  'ashadha',
  'shravana',
  'bhadrapada',
  'ashvina',
  'kartika',
  'margashirsha',
  'pausha',
  'magha',
  'phalguna',
] as const;
/** Key of a lunar month. */
export type Masa = (typeof MASAS)[number];

/** The sixty years of Jupiter, Prabhava first. */
export const SAMVATSARAS = [
  ...['prabhava', 'vibhava', 'shukla', 'pramoda', 'prajapati', 'angirasa', 'shrimukha', 'bhava'],
  ...['yuva', 'dhata', 'ishvara', 'bahudhanya', 'pramathi', 'vikrama', 'vrisha', 'chitrabhanu'],
  ...['subhanu', 'tarana', 'parthiva', 'vyaya', 'sarvajit', 'sarvadhari', 'virodhi', 'vikriti'],
  ...['khara', 'nandana', 'vijaya', 'jaya', 'manmatha', 'durmukhi', 'hevilambi', 'vilambi'],
  ...['vikari', 'sharvari', 'plava', 'shubhakrit', 'shobhakrit', 'krodhi', 'vishvavasu'],
  ...['parabhava', 'plavanga', 'kilaka', 'saumya', 'sadharana', 'virodhakrit', 'paridhavi'],
  ...['pramadi', 'ananda', 'rakshasa', 'nala', 'pingala', 'kalayukta', 'siddharthi', 'raudra'],
  ...['durmati', 'dundubhi', 'rudhirodgari', 'raktaksha', 'krodhana', 'akshaya'],
] as const;

/** A month as it is reckoned from new moon to new moon. */
export interface LunarMonth {
  /** 0 for Chaitra. */
  readonly index: number;
  readonly masa: Masa;
  /** The Sun enters no sign in it. */
  readonly isAdhika: boolean;
  /** The Sun enters two signs in it: the next month's name is dropped, this one. */
  readonly kshaya: Masa | null;
  /** Julian dates UT of the new moons before and after. */
  readonly from: number;
  readonly to: number;
}

const LUNAR_RATE = 12.190749;

/** Julian date UT of the new moon at or before a moment. */
export function newMoonBefore(sky: PanchangSky, jdUt: number): number {
  const miss = (at: number): number => norm180(angaAngle(sky, 'tithi', at));
  const guess = jdUt - angaAngle(sky, 'tithi', jdUt) / LUNAR_RATE;
  const found = settle(miss, guess, LUNAR_RATE);
  return found > jdUt + 1e-6 ? settle(miss, found - 29.53, LUNAR_RATE) : found;
}

/** The lunar month that runs at a moment. */
export function lunarMonth(sky: PanchangSky, jdUt: number): LunarMonth {
  const from = newMoonBefore(sky, jdUt);
  const miss = (at: number): number => norm180(angaAngle(sky, 'tithi', at));
  const to = settle(miss, from + 29.53, LUNAR_RATE);
  const first = signOf(sky.longitude('sun', from));
  const entered = cycle(signOf(sky.longitude('sun', to)) - first, 12);
  const index = (first + 1) % 12;
  return {
    index,
    masa: cyclic(MASAS, index),
    isAdhika: entered === 0,
    kshaya: entered === 2 ? cyclic(MASAS, index + 1) : null,
    from,
    to,
  };
}

/** Years of the eras, counted from Chaitra. */
export interface SamvatYears {
  /** Shalivahana Shaka. */
  readonly shaka: number;
  /** Vikrama, from Chaitra. */
  readonly vikram: number;
  /** Vikrama, from Kartika, as in Gujarat. */
  readonly vikramKartikadi: number;
  /** Kali Yuga, elapsed years. */
  readonly kali: number;
  /** The year's name in the southern round of sixty. */
  readonly samvatsara: string;
}

/** Years of the eras in a lunar month that runs in a Gregorian year and month (1 to 12). */
export function samvatYears(
  month: LunarMonth,
  gregorian: { year: number; month: number },
): SamvatYears {
  const isOldYear = gregorian.month <= 6 && month.index >= 8;
  const shaka = gregorian.year - 78 - (isOldYear ? 1 : 0);
  const vikram = shaka + 135;
  return {
    shaka,
    vikram,
    vikramKartikadi: month.index >= 7 ? vikram : vikram - 1,
    kali: shaka + 3179,
    samvatsara: cyclic(SAMVATSARAS, shaka + 11),
  };
}

/** The month by both reckonings for a tithi, 1 to 30. In the dark fortnight purnimanta is one ahead. */
export function bothMonths(
  month: LunarMonth,
  tithi: number,
): {
  readonly amanta: { readonly masa: Masa; readonly isAdhika: boolean };
  readonly purnimanta: { readonly masa: Masa; readonly isAdhika: boolean };
  readonly kshaya: Masa | null;
} {
  const { masa, isAdhika, kshaya } = month;
  const isAhead = tithi > 15 && !isAdhika;
  return {
    amanta: { masa, isAdhika },
    purnimanta: { masa: isAhead ? cyclic(MASAS, month.index + 1) : masa, isAdhika },
    kshaya,
  };
}
