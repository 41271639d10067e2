import type { Graha } from '../../types.ts';
import { SEVEN } from '../zodiac.ts';
import { BPHS, type Cancellation, chapter, rule, those, when, type YogaDraft } from './rule.ts';

const isKeptByJupiter: Cancellation = {
  key: 'jupiter_in_lagna',
  condition: 'Jupiter is strong in the lagna.',
  holds: (r) => r.house.jupiter === 1 && !r.isWeak('jupiter'),
};
const isKeptByLord: Cancellation = {
  key: 'lagna_lord_strong',
  condition: 'The lagna lord is strong in a kendra.',
  holds: (r) => r.isStrong(r.lord(1)) && r.inKendra(r.lord(1)),
};
const BAD = ['sun', 'mars', 'saturn', 'rahu', 'ketu'] as const;

const EVIL_DRAFTS: readonly YogaDraft[] = [
  rule(
    'moon_in_bad_house',
    'The Moon in the sixth, eighth or twelfth, looked at by a malefic and by no benefic.',
    (r) => {
      const bad = r.malefics.find((graha) => r.looksAt(graha, 'moon'));
      const isHelped = r.benefics.some((graha) => r.looksAt(graha, 'moon'));
      return bad ? when(r.inDusthana('moon') && !isHelped, 'moon', bad) : null;
    },
  ),
  rule(
    'retrograde_good_in_bad_house',
    'Mercury, Jupiter or Venus retrograde in a dusthana, looked at by a malefic; no benefic in the lagna.',
    (r) => {
      const isBare = !r.inHouse(1).some((graha) => r.isBenefic(graha));
      const found = (['mercury', 'jupiter', 'venus'] as const).filter(
        (g) =>
          r.chart.grahas[g].isRetrograde &&
          r.inDusthana(g) &&
          r.malefics.some((malefic) => r.looksAt(malefic, g)),
      );
      return when(isBare, ...found);
    },
  ),
  rule('saturn_mars_sun_in_fifth', 'Sun, Mars and Saturn in the fifth.', (r) =>
    when(
      ['sun', 'mars', 'saturn'].every((graha) => r.house[graha as Graha] === 5),
      'sun',
      'mars',
      'saturn',
    ),
  ),
  rule(
    'mars_or_saturn_in_eighth',
    'Mars or Saturn in the eighth, joined or looked at by another malefic and by no benefic.',
    (r) => those(['mars', 'saturn'], (g) => r.house[g] === 8 && r.isHurt(g) && !r.isHelped(g)),
  ),
  rule(
    'lagna_between_malefics_with_malefic',
    'A malefic in the lagna or seventh with the Moon, malefics in the second and twelfth.',
    (r) => {
      const near = [2, 12].map((house) => r.inHouse(house).filter((g) => !r.isBenefic(g)));
      const bad = r.malefics.find((graha) => graha !== 'moon' && r.isIn(graha, [1, 7]));
      const isClosed = near.every((grahas) => grahas.length > 0) && r.isIn('moon', [1, 7]);
      return bad ? when(isClosed, bad, 'moon', ...near.flat()) : null;
    },
  ),
  rule(
    'waning_moon_in_lagna',
    'The waning Moon in the lagna, malefics in the eighth and in a kendra.',
    (r) => {
      const eighth = r.inHouse(8).filter((g) => !r.isBenefic(g));
      const angular = BAD.filter((g) => r.inKendra(g));
      const isSo = !r.isWaxing && r.house.moon === 1;
      return when(isSo && eighth.length > 0 && angular.length > 0, 'moon', ...eighth, ...angular);
    },
  ),
  rule(
    'moon_between_malefics',
    'The Moon in the fourth, seventh or eighth with malefics in the signs before and after it.',
    (r) => {
      const sides = [2, 12].map((nth) => r.at(r.sign.moon, nth).filter((g) => !r.isBenefic(g)));
      return when(
        r.isIn('moon', [4, 7, 8]) && sides.every((grahas) => grahas.length > 0),
        'moon',
        ...sides.flat(),
      );
    },
  ),
  rule('rahu_with_moon_in_lagna', 'The Moon with Rahu in the lagna, Mars in the eighth.', (r) =>
    when(r.house.moon === 1 && r.house.rahu === 1 && r.house.mars === 8, 'moon', 'rahu', 'mars'),
  ),
  rule(
    'lagna_lord_beaten',
    'The lagna lord in the eighth or twelfth, burnt or with a malefic, no benefic looking at the lagna.',
    (r) => {
      const first = r.lord(1);
      const isBeaten = r.isBurnt[first] || r.malefics.some((g) => g !== first && r.joins(g, first));
      const isHelped = r.benefics.some((graha) => r.touchesHouse(graha, 1));
      return when(r.isIn(first, [8, 12]) && isBeaten && !isHelped, first);
    },
  ),
  rule(
    'mother_afflicted',
    'The Moon joined or looked at by three malefics, and by no benefic.',
    (r) => {
      const bad = r.malefics.filter((graha) => r.touches(graha, 'moon'));
      return when(bad.length >= 3 && !r.isHelped('moon'), 'moon', ...bad);
    },
  ),
  rule(
    'father_afflicted',
    'The Sun between malefics, or with two of them, and no benefic touching it.',
    (r) => {
      const bad = BAD.filter((graha) => graha !== 'sun');
      const sides = [2, 12].map((nth) => bad.filter((g) => r.from(r.sign.sun, g) === nth));
      const beside = bad.filter((graha) => r.joins(graha, 'sun'));
      const isClosed = sides.every((grahas) => grahas.length > 0) || beside.length >= 2;
      return when(isClosed && !r.isHelped('sun'), 'sun', ...sides.flat(), ...beside);
    },
  ),
];

const RELIEF_DRAFTS: readonly YogaDraft[] = [
  rule(
    'good_in_kendra',
    'Mercury, Jupiter or Venus in a kendra, strong and not hurt by a malefic.',
    (r) =>
      those(['mercury', 'jupiter', 'venus'], (g) => r.inKendra(g) && r.isStrong(g) && !r.isHurt(g)),
  ),
  rule('lagna_lord_guards', 'The lagna lord strong in a kendra.', (r) =>
    when(r.isStrong(r.lord(1)) && r.inKendra(r.lord(1)), r.lord(1)),
  ),
  rule(
    'birth_suits_fortnight',
    'A birth by night in the bright fortnight, or by day in the dark one.',
    (r) => when(r.isWaxing !== r.isDay, 'moon', 'sun'),
  ),
  rule('sun_in_twelfth_of_libra', 'Libra rises and the Sun is in the twelfth.', (r) =>
    when(r.lagna === 6 && r.house.sun === 12, 'sun'),
  ),
  rule('mars_with_jupiter', 'Mars with Jupiter, or looked at by it.', (r) =>
    when(r.touches('jupiter', 'mars'), 'mars', 'jupiter'),
  ),
  rule(
    'malefics_between_benefics',
    'Malefics in kendras or trikonas, benefics in the signs before and after the lagna.',
    (r) => {
      const sides = [2, 12].map((house) => r.inHouse(house).filter((g) => r.isBenefic(g)));
      const bad = BAD.filter((g) => r.inKendra(g) || r.inTrikona(g));
      return when(
        bad.length > 0 && sides.every((grahas) => grahas.length > 0),
        ...bad,
        ...sides.flat(),
      );
    },
  ),
  rule(
    'rahu_in_upachaya',
    'Rahu in the third, sixth or eleventh, joined or looked at by a benefic.',
    (r) => when(r.isIn('rahu', [3, 6, 11]) && r.isHelped('rahu'), 'rahu'),
  ),
  rule('head_rising_signs', 'All of the seven in signs that rise with the head.', (r) =>
    when(
      SEVEN.every((graha) => HEAD_RISING.includes(r.sign[graha])),
      ...SEVEN,
    ),
  ),
  rule(
    'full_moon_helped',
    'The Moon more than half lit, its host or a benefic looking at it.',
    (r) => {
      const friend = [r.host('moon'), ...r.benefics].find((graha) => r.looksAt(graha, 'moon'));
      return friend ? when(r.isBright && !r.inDusthana('moon'), 'moon', friend) : null;
    },
  ),
];

/** Gemini, Leo, Virgo, Libra, Scorpio, Aquarius; Pisces rises with both ends. */
const HEAD_RISING = [2, 4, 5, 6, 7, 10, 11];

/** Evils at birth, and what lifts them. */
export const EVILS = [
  ...chapter(
    BPHS,
    9,
    { group: 'affliction', cancellations: [isKeptByJupiter, isKeptByLord] },
    EVIL_DRAFTS,
  ),
  ...chapter(BPHS, 10, { group: 'relief' }, RELIEF_DRAFTS),
];
