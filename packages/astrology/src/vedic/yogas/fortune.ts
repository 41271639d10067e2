import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { lordOf, SEVEN } from '../zodiac.ts';
import {
  BPHS,
  BURNT,
  chapter,
  FALLEN,
  isKendra,
  isTrikona,
  PHALADEEPIKA,
  rule,
  when,
  type YogaDraft,
} from './rule.ts';

const GOOD = ['mercury', 'jupiter', 'venus'] as const;

const isAngular = (r: Reading, graha: Graha): boolean => r.inKendra(graha) || r.inTrikona(graha);
/** In its own, exaltation or a friend's sign. */
const isAtEase = (r: Reading, graha: Graha): boolean =>
  r.isWell(graha) || r.dignity[graha] === 'friend' || r.dignity[graha] === 'great_friend';
/** A house that holds grahas, all of them of one nature. */
const only = (r: Reading, found: readonly Graha[], isGood: boolean): boolean =>
  found.length > 0 && found.every((graha) => r.isBenefic(graha) === isGood);
/** Whether each of these houses from a sign holds a benefic. */
const beneficsIn = (
  r: Reading,
  sign: number,
  houses: readonly number[],
): readonly Graha[] | null => {
  const found = houses.map((nth) => r.at(sign, nth).filter((graha) => r.isBenefic(graha)));
  return found.every((grahas) => grahas.length > 0) ? found.flat() : null;
};
const malefic = (r: Reading) => (graha: Graha) => !r.isBenefic(graha);

const LAGNA_AND_TENTH: readonly YogaDraft[] = [
  rule('shubha', 'A benefic and no malefic in the lagna.', (r) =>
    only(r, r.inHouse(1), true) ? r.inHouse(1) : null,
  ),
  rule('ashubha', 'A malefic and no benefic in the lagna.', (r) =>
    only(r, r.inHouse(1), false) ? r.inHouse(1) : null,
  ),
  rule(
    'gajakesari',
    'Jupiter in a kendra from the lagna or the Moon, with another benefic or looked at by one.',
    (r) => {
      const isPlaced = r.inKendra('jupiter') || isKendra(r.fromMoon('jupiter'));
      const helper = r.benefics.find((benefic) => r.touches(benefic, 'jupiter'));
      return helper ? when(isPlaced, 'jupiter', helper, 'moon') : null;
    },
    {
      cancellations: [
        {
          key: 'jupiter_weak',
          condition: 'Jupiter is debilitated, burnt or with an enemy.',
          holds: (r) => r.isWeak('jupiter'),
        },
      ],
    },
  ),
  rule('amala', 'Only benefics in the tenth from the lagna or from the Moon.', (r) => {
    const tenths = [r.inHouse(10), r.at(r.sign.moon, 10)];
    return tenths.find((found) => only(r, found, true)) ?? null;
  }),
  rule(
    'parvata',
    'Benefics in kendras; the seventh and eighth empty or with benefics only.',
    (r) => {
      const isFree = [...r.inHouse(7), ...r.inHouse(8)].every((graha) => r.isBenefic(graha));
      const found = r.benefics.filter((graha) => r.inKendra(graha));
      const isClean = !r.malefics.some((graha) => r.inKendra(graha));
      return when(isFree && isClean, ...found);
    },
  ),
  rule(
    'kahala',
    'The fourth lord and Jupiter in kendras from each other with a strong lagna lord; or the fourth lord exalted or in its own sign with the tenth lord.',
    (r) => {
      const [fourth, tenth] = [r.lord(4), r.lord(10)];
      if (fourth !== 'jupiter' && r.areInMutualKendra(fourth, 'jupiter') && r.isStrong(r.lord(1)))
        return when(true, fourth, 'jupiter', r.lord(1));
      return when(fourth !== tenth && r.isWell(fourth) && r.joins(fourth, tenth), fourth, tenth);
    },
  ),
  rule(
    'chamara',
    'The lagna lord exalted in a kendra and looked at by Jupiter; or two benefics together in the first, seventh, ninth or tenth.',
    (r) => {
      const lord = r.lord(1);
      if (r.isExalted(lord) && r.inKendra(lord) && r.looksAt('jupiter', lord))
        return when(true, lord, 'jupiter');
      const pairs = [1, 7, 9, 10].map((house) => r.inHouse(house).filter((g) => r.isBenefic(g)));
      return pairs.find((found) => found.length >= 2) ?? null;
    },
  ),
  rule(
    'shankha',
    'A strong lagna lord, the fifth and sixth lords in kendras from each other; or the lagna and tenth lords together in a movable sign with a strong ninth lord.',
    (r) => {
      const [first, fifth, sixth, tenth] = [r.lord(1), r.lord(5), r.lord(6), r.lord(10)];
      if (fifth !== sixth && r.isStrong(first) && r.areInMutualKendra(fifth, sixth))
        return when(true, first, fifth, sixth);
      const isTogether = first !== tenth && r.joins(first, tenth) && r.sign[first] % 3 === 0;
      return when(isTogether && r.isStrong(r.lord(9)), first, tenth, r.lord(9));
    },
  ),
  rule(
    'bheri',
    'A strong ninth lord, and either grahas in the first, second, seventh and twelfth, or Venus, Jupiter and the lagna lord in kendras from each other.',
    (r) => {
      const ninth = r.lord(9);
      if (!r.isStrong(ninth)) return null;
      const found = [12, 1, 2, 7].map((house) => r.inHouse(house));
      if (found.every((grahas) => grahas.length > 0)) return when(true, ninth, ...found.flat());
      const trio = ['venus', 'jupiter', r.lord(1)] as const;
      const isApart = trio.every((a) => trio.every((b) => r.areInMutualKendra(a, b)));
      return when(isApart && new Set(trio).size === 3, ninth, ...trio);
    },
  ),
  rule(
    'mridanga',
    'A strong lagna lord; all others of the seven in kendras, trikonas, own or exaltation signs.',
    (r) => {
      const isSo = SEVEN.every((graha) => isAngular(r, graha) || r.isWell(graha));
      return when(isSo && r.isStrong(r.lord(1)), ...SEVEN);
    },
  ),
  rule(
    'srinatha',
    'The seventh lord exalted in the tenth, the tenth lord with the ninth lord.',
    (r) => {
      const [seventh, ninth, tenth] = [r.lord(7), r.lord(9), r.lord(10)];
      const isSo = r.house[seventh] === 10 && r.isExalted(seventh) && r.joins(ninth, tenth);
      return when(isSo && ninth !== tenth, seventh, ninth, tenth);
    },
  ),
  rule(
    'sharada',
    'The tenth lord in the fifth, Mercury in a kendra and the Sun in its own sign; or Jupiter or Mercury in a trikona from the Moon and Mars in the eleventh.',
    (r) => {
      const tenth = r.lord(10);
      if (r.house[tenth] === 5 && r.inKendra('mercury') && r.isWell('sun'))
        return when(true, tenth, 'mercury', 'sun');
      const found = (['jupiter', 'mercury'] as const).filter((g) => isTrikona(r.fromMoon(g)));
      return found.length > 0 ? when(r.house.mars === 11, ...found, 'mars') : null;
    },
  ),
];

const CREATURES: readonly YogaDraft[] = [
  rule(
    'matsya',
    'Benefics in the first and ninth, both kinds in the fifth, malefics in the fourth and eighth.',
    (r) => {
      const fifth = r.inHouse(5);
      const isMixed = fifth.some((g) => r.isBenefic(g)) && fifth.some(malefic(r));
      const good = beneficsIn(r, r.lagna, [1, 9]);
      const bad = [r.inHouse(4).filter(malefic(r)), r.inHouse(8).filter(malefic(r))];
      const isSo = isMixed && bad.every((grahas) => grahas.length > 0);
      return good ? when(isSo, ...good, ...fifth, ...bad.flat()) : null;
    },
  ),
  rule(
    'kurma',
    'Benefics at ease in the fifth, sixth and seventh; or malefics at ease in the first, third and eleventh.',
    (r) => {
      const inside = (houses: readonly number[], isGood: boolean): readonly Graha[] | null => {
        const found = houses.map((house) =>
          r.inHouse(house).filter((g) => r.isBenefic(g) === isGood && isAtEase(r, g)),
        );
        return found.every((grahas) => grahas.length > 0) ? found.flat() : null;
      };
      return inside([5, 6, 7], true) ?? inside([1, 3, 11], false);
    },
  ),
  rule(
    'khadga',
    'The second and ninth lords in exchange, the lagna lord in a kendra or trikona.',
    (r) => {
      const [second, ninth, first] = [r.lord(2), r.lord(9), r.lord(1)];
      return when(r.exchanges(second, ninth) && isAngular(r, first), second, ninth, first);
    },
  ),
  rule(
    'lakshmi',
    'The ninth lord exalted or in its own sign in a kendra, the lagna lord strong.',
    (r) => {
      const [ninth, first] = [r.lord(9), r.lord(1)];
      return when(r.isWell(ninth) && r.inKendra(ninth) && r.isStrong(first), ninth, first);
    },
  ),
  rule(
    'kusuma',
    'A fixed lagna, Venus in a kendra, the Moon in a trikona with a benefic, Saturn in the tenth.',
    (r) => {
      const friend = r.benefics.find((g) => g !== 'moon' && r.joins(g, 'moon'));
      const isSo = r.lagna % 3 === 1 && r.inKendra('venus') && r.inTrikona('moon');
      return friend ? when(isSo && r.house.saturn === 10, 'venus', 'moon', friend, 'saturn') : null;
    },
  ),
  rule(
    'kalanidhi',
    'Jupiter in the second or fifth, joined or looked at by both Mercury and Venus.',
    (r) => {
      const isTouched = r.touches('mercury', 'jupiter') && r.touches('venus', 'jupiter');
      return when(isTouched && r.isIn('jupiter', [2, 5]), 'jupiter', 'mercury', 'venus');
    },
  ),
  rule(
    'kalpadruma',
    'The lagna lord, its host, the host of that one and the lord of this one’s navamsa, each exalted or in a kendra or trikona.',
    (r) => {
      const first = r.lord(1);
      const host = r.host(first);
      const third = r.host(host);
      const chain = [first, host, third, lordOf(r.navamsa[third])];
      return when(
        chain.every((g) => isAngular(r, g) || r.isExalted(g)),
        ...chain,
      );
    },
  ),
  rule('hari', 'Benefics in the second, eighth and twelfth from the second lord.', (r) =>
    beneficsIn(r, r.sign[r.lord(2)], [2, 8, 12]),
  ),
  rule('hara', 'Benefics in the fourth, eighth and ninth from the seventh lord.', (r) =>
    beneficsIn(r, r.sign[r.lord(7)], [4, 8, 9]),
  ),
  rule('brahma', 'Benefics in the fourth, tenth and eleventh from the lagna lord.', (r) =>
    beneficsIn(r, r.sign[r.lord(1)], [4, 10, 11]),
  ),
  rule(
    'lagna_adhi',
    'Benefics in the seventh and eighth, no malefic with them or looking at them.',
    (r) => {
      const found = beneficsIn(r, r.lagna, [7, 8]);
      return found ? when(!found.some((graha) => r.isHurt(graha)), ...found) : null;
    },
  ),
];

const PHALADEEPIKA_SIX: readonly YogaDraft[] = [
  rule('shubha_kartari', 'Only benefics in the second and in the twelfth.', (r) => {
    const [before, after] = [r.inHouse(12), r.inHouse(2)];
    return when(only(r, before, true) && only(r, after, true), ...before, ...after);
  }),
  rule('papa_kartari', 'Only malefics in the second and in the twelfth.', (r) => {
    const [before, after] = [r.inHouse(12), r.inHouse(2)];
    return when(only(r, before, false) && only(r, after, false), ...before, ...after);
  }),
  rule('shubha_mala', 'Mercury, Jupiter and Venus in the fifth, sixth or seventh.', (r) =>
    when(
      GOOD.every((graha) => r.isIn(graha, [5, 6, 7])),
      ...GOOD,
    ),
  ),
  rule('ashubha_mala', 'Mercury, Jupiter and Venus in the sixth, eighth or twelfth.', (r) =>
    when(
      GOOD.every((graha) => r.inDusthana(graha)),
      ...GOOD,
    ),
  ),
  rule(
    'gauri',
    'The Moon exalted or in its own sign in a kendra or trikona, looked at by Jupiter.',
    (r) =>
      when(
        r.isWell('moon') && isAngular(r, 'moon') && r.looksAt('jupiter', 'moon'),
        'moon',
        'jupiter',
      ),
  ),
  rule(
    'sarasvati',
    'Mercury, Jupiter and Venus in kendras, trikonas or the second, Jupiter at ease.',
    (r) => {
      const isPlaced = GOOD.every((graha) => isAngular(r, graha) || r.house[graha] === 2);
      return when(isPlaced && isAtEase(r, 'jupiter'), ...GOOD);
    },
  ),
  blessed('shrikantha', 'The lagna lord, the Sun and the Moon', (r) => [r.lord(1), 'sun', 'moon']),
  blessed('shrinatha_of_venus', 'Venus, the ninth lord and Mercury', (r) => [
    'venus',
    r.lord(9),
    'mercury',
  ]),
  blessed('virinchi', 'Jupiter, the fifth lord and Saturn', (r) => [
    'jupiter',
    r.lord(5),
    'saturn',
  ]),
  rule(
    'lakshmi_of_venus',
    'The ninth lord and Venus exalted or in their own signs, in kendras or trikonas.',
    (r) => {
      const pair = [r.lord(9), 'venus'] as const;
      return when(
        pair.every((graha) => r.isWell(graha) && isAngular(r, graha)),
        ...pair,
      );
    },
  ),
];

function blessed(key: string, words: string, trio: (r: Reading) => readonly Graha[]): YogaDraft {
  return rule(
    key,
    `${words}, each at ease in a kendra or trikona.`,
    (r) => {
      const grahas = trio(r);
      return when(
        grahas.every((graha) => isAtEase(r, graha) && isAngular(r, graha)),
        ...grahas,
      );
    },
    { family: 'blessed_trio' },
  );
}

const exchange = (
  key: string,
  words: string,
  isKind: (a: number, b: number) => boolean,
): YogaDraft =>
  rule(
    key,
    `Two lords in exchange: ${words}.`,
    (r) => {
      const found: Graha[] = [];
      for (let a = 1; a <= 12; a++)
        for (let b = a + 1; b <= 12; b++)
          if (isKind(a, b) && isExchanged(r, a, b)) found.push(r.lord(a), r.lord(b));
      return when(true, ...found);
    },
    { family: 'parivartana' },
  );

const isExchanged = (r: Reading, a: number, b: number): boolean =>
  r.house[r.lord(a)] === b && r.house[r.lord(b)] === a;
const isBad = (house: number): boolean => house === 6 || house === 8 || house === 12;

/** Yogas of good and ill fortune that the classics name one by one. */
export const FORTUNE = [
  ...chapter(BPHS, 36, { group: 'fortune' }, [...LAGNA_AND_TENTH, ...CREATURES]),
  ...chapter(PHALADEEPIKA, 6, { group: 'fortune' }, PHALADEEPIKA_SIX),
  ...chapter(PHALADEEPIKA, 6, { group: 'fortune', cancellations: [BURNT, FALLEN] }, [
    exchange('maha_parivartana', 'neither of the third, sixth, eighth or twelfth', (a, b) =>
      [a, b].every((house) => !isBad(house) && house !== 3),
    ),
    exchange(
      'khala_parivartana',
      'one of the third, the other of no dusthana',
      (a, b) => (a === 3 && !isBad(b)) || (b === 3 && !isBad(a)),
    ),
    exchange(
      'dainya_parivartana',
      'one of the sixth, eighth or twelfth',
      (a, b) => isBad(a) || isBad(b),
    ),
  ]),
];
