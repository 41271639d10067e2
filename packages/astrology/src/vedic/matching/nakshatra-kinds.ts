import { cyclic } from '../zodiac.ts';

/** Animals of the nakshatras. */
export const YONIS = [
  'horse',
  'elephant',
  'sheep',
  'serpent',
  'dog',
  'cat',
  'rat',
  'cow',
  'buffalo',
  'tiger',
  'deer',
  'monkey',
  'mongoose',
  'lion',
] as const;
/** Key of an animal. */
export type Yoni = (typeof YONIS)[number];
/** Temper of a nakshatra. */
export type Gana = 'deva' | 'manushya' | 'rakshasa';
/** Humour of a nakshatra. */
export type Nadi = 'adi' | 'madhya' | 'antya';

/** Number of the animal of each nakshatra, Ashvini first. */
const YONI_OF = [
  0, 1, 2, 3, 3, 4, 5, 2, 5, 6, 6, 7, 8, 9, 8, 9, 10, 10, 4, 11, 12, 11, 13, 0, 13, 7, 1,
] as const;
/** Temper of each nakshatra: d, m, r. */
const GANA_OF = 'dmrmdmddrrmmdrdrdrrmmdrrmmd';
const NADI_OF = ['adi', 'madhya', 'antya', 'antya', 'madhya', 'adi'] as const;

/** The animal of a nakshatra, 0 to 26. */
export function yoniOf(nakshatra: number): Yoni {
  return cyclic(YONIS, cyclic(YONI_OF, nakshatra));
}

/** The temper of a nakshatra, 0 to 26. */
export function ganaOf(nakshatra: number): Gana {
  const letter = GANA_OF[nakshatra];
  if (letter === 'd') return 'deva';
  return letter === 'm' ? 'manushya' : 'rakshasa';
}

/** The humour of a nakshatra, 0 to 26. */
export function nadiOf(nakshatra: number): Nadi {
  return cyclic(NADI_OF, nakshatra);
}

/** Points of two animals, 0 to 4, the same both ways; 0 for the seven pairs of sworn enemies. */
const YONI_POINTS = [
  '42232221011321',
  '24332222312320',
  '23421213312031',
  '33242111122202',
  '22124212210211',
  '22212402213321',
  '22111042222212',
  '12312224303221',
  '03312223412221',
  '11121120141121',
  '12220323214221',
  '33022322212432',
  '22301212222342',
  '10121121111224',
] as const;

/** Points of a pair of animals, 0 to 4. */
export function yoniPoints(a: Yoni, b: Yoni): number {
  return Number(YONI_POINTS[YONIS.indexOf(a)]?.[YONIS.indexOf(b)] ?? 0);
}
