import type { Graha } from '../../types.ts';
import { EXALTATION } from '../dignity.ts';
import type { Reading } from '../reading.ts';
import { NAKSHATRA_SPAN, SEVEN, signOf } from '../zodiac.ts';
import {
  BURNT,
  chapter,
  FALLEN,
  HORA_SARA,
  isKendra,
  isLifted,
  PHALADEEPIKA,
  rule,
  those,
  when,
  type YogaDraft,
} from './rule.ts';

const lookersAtLagna = (r: Reading): readonly Graha[] => SEVEN.filter((g) => r.looksAtHouse(g, 1));

/** The debilitated grahas for which a rule of lifting holds. */
const lifted = (
  key: string,
  words: string,
  isSo: (r: Reading, graha: Graha) => boolean,
): YogaDraft =>
  rule(
    key,
    `A debilitated graha whose fall is lifted: ${words}.`,
    (r) => those(SEVEN, (graha) => r.isDebilitated(graha) && isSo(r, graha)),
    { family: 'neecha_bhanga' },
  );

/** The graha that is exalted where this one falls, if there is one. */
const exaltedThere = (sign: number): Graha | undefined =>
  SEVEN.find((graha) => signOf(EXALTATION[graha]) === sign);

const OF_MAHARAJAS: readonly YogaDraft[] = [
  lifted('neecha_bhanga_by_host', 'its host is in a kendra from the lagna or the Moon', isLifted),
  lifted(
    'neecha_bhanga_by_exalted',
    'the graha exalted in that sign is in a kendra from the lagna or the Moon',
    (r, graha) => {
      const other = exaltedThere(r.sign[graha]);
      return other !== undefined && (r.inKendra(other) || isKendra(r.fromMoon(other)));
    },
  ),
  lifted('neecha_bhanga_by_look', 'its host looks at it', (r, graha) =>
    r.looksAt(r.host(graha), graha),
  ),
  rule(
    'three_well_in_kendras',
    'Three or more of the seven exalted or in their own signs, in kendras.',
    (r) => those(SEVEN, (graha) => r.isWell(graha) && r.inKendra(graha), 3),
  ),
  rule(
    'retrograde_and_bright',
    'A debilitated graha retrograde, not burnt, and not in a dusthana.',
    (r) =>
      those(
        SEVEN,
        (g) =>
          r.isDebilitated(g) && r.chart.grahas[g].isRetrograde && !r.isBurnt[g] && !r.inDusthana(g),
      ),
  ),
  rule(
    'directional_strength',
    'Two or more of the seven in the house of their directional strength.',
    (r) => those(SEVEN, (graha) => r.house[graha] === DIRECTION[graha], 2),
  ),
  rule(
    'malefics_in_upachayas',
    'Sun, Mars and Saturn in the third, sixth and eleventh from the lagna, the Moon or the lagna lord.',
    (r) => {
      const bad = ['sun', 'mars', 'saturn'] as const;
      const origins = [r.lagna, r.sign.moon, r.sign[r.lord(1)]];
      const isSo = origins.some((sign) => bad.every((g) => [3, 6, 11].includes(r.from(sign, g))));
      return when(isSo, ...bad);
    },
  ),
  rule('mars_and_mercury_in_second', 'Mars and Mercury in the second.', (r) =>
    when(r.house.mars === 2 && r.house.mercury === 2, 'mars', 'mercury'),
  ),
  rule('sun_and_venus_in_fourth', 'The Sun and Venus in the fourth.', (r) =>
    when(r.house.sun === 4 && r.house.venus === 4, 'sun', 'venus'),
  ),
  rule(
    'tenth_eleventh_lagna',
    'Mars in the tenth, Saturn in the eleventh, Jupiter in the lagna.',
    (r) =>
      when(
        r.house.mars === 10 && r.house.saturn === 11 && r.house.jupiter === 1,
        'mars',
        'saturn',
        'jupiter',
      ),
  ),
  rule('jupiter_in_lagna', 'Jupiter in the lagna, which is not Capricorn.', (r) =>
    when(r.house.jupiter === 1 && r.lagna !== 9, 'jupiter'),
  ),
  rule(
    'full_moon_in_pisces',
    'The Moon in Pisces, more than half lit, looked at by a natural friend.',
    (r) => {
      const friend = (['sun', 'mercury'] as const).find((graha) => r.looksAt(graha, 'moon'));
      return friend ? when(r.sign.moon === 11 && r.isBright, 'moon', friend) : null;
    },
  ),
  rule('bright_moon_exalted', 'The Moon in Taurus, more than half lit.', (r) =>
    when(r.sign.moon === 1 && r.isBright, 'moon'),
  ),
  rule(
    'lord_of_gain_in_kendra',
    'A lord of the second, ninth or eleventh in a kendra from the Moon; Jupiter lord of the second, fifth or eleventh.',
    (r) => {
      const lord = [2, 9, 11].map((house) => r.lord(house)).find((g) => isKendra(r.fromMoon(g)));
      const isSo = [2, 5, 11].some((house) => r.lord(house) === 'jupiter');
      return lord ? when(isSo, lord, 'jupiter') : null;
    },
  ),
  rule(
    'venus_in_ashvini',
    'Venus in Ashvini in the lagna, looked at by three or more grahas.',
    (r) => {
      const isSo = r.house.venus === 1 && r.chart.grahas.venus.longitude < NAKSHATRA_SPAN;
      const lookers = SEVEN.filter((graha) => r.looksAt(graha, 'venus'));
      return when(isSo && lookers.length >= 3, 'venus', ...lookers);
    },
  ),
];

const DIRECTION: Readonly<Partial<Record<Graha, number>>> = {
  sun: 10,
  moon: 4,
  mars: 10,
  mercury: 1,
  jupiter: 1,
  venus: 4,
  saturn: 7,
};

const OF_HORA_SARA: readonly YogaDraft[] = [
  rule('lagna_vargottama', 'The lagna vargottama and looked at by four or more grahas.', (r) => {
    const found = lookersAtLagna(r);
    return when(r.navamsaLagna === r.lagna && found.length >= 4, ...found);
  }),
  rule(
    'venus_with_lagna_lord',
    'Venus in the second with a strong lagna lord, neither debilitated nor with an enemy.',
    (r) => {
      const first = r.lord(1);
      const isSo = r.house.venus === 2 && first !== 'venus' && r.joins('venus', first);
      return when(isSo && r.isStrong(first) && !r.isWeak('venus'), 'venus', first);
    },
  ),
  rule(
    'three_well_with_lagna',
    'Three or more of the seven well placed, none debilitated in the navamsa, one of them in the lagna.',
    (r) => {
      const found = SEVEN.filter(
        (g) => r.isWell(g) && (signOf(EXALTATION[g]) + 6) % 12 !== r.navamsa[g],
      );
      return when(found.length >= 3 && found.some((graha) => r.house[graha] === 1), ...found);
    },
  ),
  rule(
    'moon_and_mars_rise',
    'The Moon and Mars in the first, ninth or tenth, the Sun and Jupiter strong.',
    (r) => {
      const isPlaced = r.isIn('moon', [1, 9, 10]) && r.isIn('mars', [1, 9, 10]);
      return when(
        isPlaced && r.isStrong('sun') && r.isStrong('jupiter'),
        'moon',
        'mars',
        'sun',
        'jupiter',
      );
    },
  ),
  rule(
    'venus_in_pisces_rising',
    'Pisces rises in sign and navamsa, Venus in Pisces in both.',
    (r) =>
      when(
        r.lagna === 11 && r.navamsaLagna === 11 && r.sign.venus === 11 && r.navamsa.venus === 11,
        'venus',
      ),
  ),
  rule('bright_moon_in_ninth', 'The Moon in the ninth, more than half lit.', (r) =>
    when(r.house.moon === 9 && r.isBright, 'moon'),
  ),
];

/** Yogas of great rulers, and of the fallen who rise. */
export const MAHARAJA = [
  ...chapter(PHALADEEPIKA, 7, { group: 'raja', cancellations: [BURNT] }, OF_MAHARAJAS),
  ...chapter(HORA_SARA, 20, { group: 'raja', cancellations: [BURNT, FALLEN] }, OF_HORA_SARA),
];
