import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { houseFrom, SEVEN } from '../zodiac.ts';
import { BPHS, BURNT, chapter, FALLEN, rule, those, when, type YogaDraft } from './rule.ts';

const GOOD = ['mercury', 'jupiter', 'venus'] as const;
const lookersAtMoon = (r: Reading): readonly Graha[] => SEVEN.filter((g) => r.looksAt(g, 'moon'));
const isHighest = (r: Reading, graha: Graha): boolean =>
  r.dignity[graha] === 'exalted' || r.dignity[graha] === 'moolatrikona';
/** Benefics, or malefics, in each of these houses from a sign. */
const fill = (
  r: Reading,
  sign: number,
  houses: readonly number[],
  isGood: boolean,
): readonly Graha[] | null => {
  const found = houses.map((nth) => r.at(sign, nth).filter((g) => r.isBenefic(g) === isGood));
  return found.every((grahas) => grahas.length > 0) ? found.flat() : null;
};

const OF_LORDS: readonly YogaDraft[] = [
  rule(
    'maha_raja',
    'The lagna and fifth lords in exchange; or the significators of soul and children together in the first or fifth with a benefic’s look.',
    (r) => {
      const [first, fifth] = [r.lord(1), r.lord(5)];
      if (r.exchanges(first, fifth)) return when(true, first, fifth);
      const { atma, putra } = r.karakas;
      const isPlaced = r.joins(atma, putra) && r.isIn(atma, [1, 5]);
      return when(isPlaced && (r.isHelped(atma) || r.isHelped(putra)), atma, putra);
    },
  ),
  rule(
    'soul_and_lagna_lord',
    'The lagna lord and the significator of the soul in the first, fifth or seventh, touched by a benefic.',
    (r) => {
      const pair = [r.lord(1), r.karakas.atma] as const;
      const isPlaced = pair.every((graha) => r.isIn(graha, [1, 5, 7]));
      return when(isPlaced && pair.some((graha) => r.isHelped(graha)), ...pair);
    },
  ),
  rule(
    'benefics_two_four_five',
    'Benefics in the second, fourth and fifth from the lagna lord or from the significator of the soul.',
    (r) =>
      fill(r, r.sign[r.lord(1)], [2, 4, 5], true) ??
      fill(r, r.sign[r.karakas.atma], [2, 4, 5], true),
  ),
  rule(
    'malefics_three_six',
    'Malefics in the third and sixth from the lagna lord or from the significator of the soul.',
    (r) =>
      fill(r, r.sign[r.lord(1)], [3, 6], false) ?? fill(r, r.sign[r.karakas.atma], [3, 6], false),
  ),
  rule(
    'royal_kin',
    'Venus in the first, in the arudha of the lagna, or in or fifth from the soul’s navamsa sign, touched by Jupiter or the Moon.',
    (r) => {
      const soul = r.navamsa[r.karakas.atma];
      const seats = [r.lagna, r.arudha(1), soul, (soul + 4) % 12];
      const helper = (['jupiter', 'moon'] as const).find((graha) => r.touches(graha, 'venus'));
      return helper ? when(seats.includes(r.sign.venus), 'venus', helper) : null;
    },
  ),
  rule(
    'arudha_with_moon_and_jupiter',
    'The Moon in the arudha of the lagna, Jupiter in the second from it.',
    (r) =>
      when(r.sign.moon === r.arudha(1) && r.from(r.arudha(1), 'jupiter') === 2, 'moon', 'jupiter'),
  ),
  rule(
    'benefic_one_two_four',
    'Benefics in the first, second and fourth, a malefic in the third.',
    (r) => {
      const good = fill(r, r.lagna, [1, 2, 4], true);
      const bad = r.inHouse(3).filter((graha) => !r.isBenefic(graha));
      return good ? when(bad.length > 0, ...good, ...bad) : null;
    },
  ),
  rule('one_exalted_in_second', 'The Moon, Mercury, Jupiter or Venus exalted in the second.', (r) =>
    those(['moon', ...GOOD], (graha) => r.house[graha] === 2 && r.isExalted(graha)),
  ),
  rule(
    'fallen_in_bad_houses',
    'Debilitated grahas in the third, sixth or eighth, the lagna lord well placed and looking at the lagna.',
    (r) => {
      const fallen = SEVEN.filter((g) => r.isDebilitated(g) && r.isIn(g, [3, 6, 8]));
      const first = r.lord(1);
      const isSo = fallen.length > 0 && r.isWell(first) && r.touchesHouse(first, 1);
      return when(isSo, first, ...fallen);
    },
  ),
  rule(
    'bad_lords_weak',
    'The lords of the sixth, eighth and twelfth all weak, the lagna lord well placed and looking at the lagna.',
    (r) => {
      const bad = [r.lord(6), r.lord(8), r.lord(12)] as const;
      const first = r.lord(1);
      const isSo = bad.every((g) => g !== first && r.isWeak(g)) && r.isWell(first);
      return when(isSo && r.touchesHouse(first, 1), first, ...bad);
    },
  ),
  rule(
    'tenth_lord_looks_at_lagna',
    'The tenth lord well placed by sign and looking at the lagna.',
    (r) => when(r.isWell(r.lord(10)) && r.looksAtHouse(r.lord(10), 1), r.lord(10)),
  ),
  rule(
    'arudha_exalted',
    'An exalted graha, Jupiter or Venus in the arudha of the lagna, no malefic in the second, fourth or eleventh from it.',
    (r) => {
      const seat = r.arudha(1);
      const found = r.at(seat, 1).filter((g) => r.isExalted(g) || g === 'jupiter' || g === 'venus');
      const isFree = ![2, 4, 11].some((nth) => r.at(seat, nth).some((g) => !r.isBenefic(g)));
      return when(isFree, ...found);
    },
  ),
  rule(
    'fallen_bad_lord_looks_at_lagna',
    'A lord of the sixth, eighth or twelfth debilitated and looking at the lagna.',
    (r) =>
      those(
        [...new Set([r.lord(6), r.lord(8), r.lord(12)])],
        (g) => r.isDebilitated(g) && r.looksAtHouse(g, 1),
      ),
  ),
  rule(
    'lord_looks_venus_beholds',
    'A lord of the second, fourth, tenth or eleventh looks at the lagna, Venus at the eleventh from the lagna’s arudha, and a benefic is in the arudha.',
    (r) => {
      const lord = [2, 4, 10, 11].map((house) => r.lord(house)).find((g) => r.looksAtHouse(g, 1));
      const seat = r.arudha(1);
      const good = r.at(seat, 1).find((graha) => r.isBenefic(graha));
      const isSo = r.looksAtSign('venus', (seat + 10) % 12);
      return lord && good ? when(isSo, lord, 'venus', good) : null;
    },
  ),
  rule(
    'fifth_and_ninth_lords',
    'The fifth and ninth lords together or in each other’s seventh.',
    (r) => {
      const [fifth, ninth] = [r.lord(5), r.lord(9)];
      const house = houseFrom(r.sign[fifth], r.sign[ninth]);
      return when(fifth !== ninth && (house === 1 || house === 7), fifth, ninth);
    },
  ),
  rule(
    'fourth_tenth_exchange',
    'The fourth lord in the tenth and the tenth in the fourth, looking at the fifth or ninth lord.',
    (r) => {
      const [fourth, tenth] = [r.lord(4), r.lord(10)];
      const isExchanged = r.house[fourth] === 10 && r.house[tenth] === 4;
      const seen = [r.lord(5), r.lord(9)].find((g) => r.looksAt(fourth, g) || r.looksAt(tenth, g));
      return seen ? when(isExchanged, fourth, tenth, seen) : null;
    },
  ),
  rule(
    'four_lords_in_ninth',
    'Three or more of the first, fourth, fifth and tenth lords in the ninth.',
    (r) =>
      those(
        [...new Set([r.lord(1), r.lord(4), r.lord(5), r.lord(10)])],
        (g) => r.house[g] === 9,
        3,
      ),
  ),
  rule(
    'fifth_lord_with_lagna_or_ninth',
    'The fifth lord with the ninth or the lagna lord in the first, fourth or tenth.',
    (r) => {
      const fifth = r.lord(5);
      const other = [r.lord(9), r.lord(1)].find(
        (graha) => graha !== fifth && r.joins(graha, fifth),
      );
      return other ? when(r.isIn(fifth, [1, 4, 10]), fifth, other) : null;
    },
  ),
  rule(
    'jupiter_own_ninth',
    'Jupiter in its own sign in the ninth, with Venus or the fifth lord.',
    (r) => {
      const other = (['venus', r.lord(5)] as const).find(
        (g) => g !== 'jupiter' && r.joins(g, 'jupiter'),
      );
      const isSo = r.house.jupiter === 9 && r.lord(9) === 'jupiter';
      return other ? when(isSo, 'jupiter', other) : null;
    },
  ),
  rule(
    'moon_and_venus_third_eleventh',
    'The Moon and Venus in the third and eleventh from each other, looked at by a benefic.',
    (r) => {
      const house = houseFrom(r.sign.moon, r.sign.venus);
      const isPlaced = house === 3 || house === 11;
      return when(isPlaced && (r.isHelped('moon') || r.isHelped('venus')), 'moon', 'venus');
    },
  ),
  rule('moon_vargottama', 'The Moon vargottama and looked at by four or more grahas.', (r) => {
    const found = lookersAtMoon(r);
    return when(r.isVargottama('moon') && found.length >= 4, 'moon', ...found);
  }),
  rule('four_highest', 'Four or more of the seven exalted or in their moolatrikona.', (r) =>
    those(SEVEN, (graha) => isHighest(r, graha), 4),
  ),
  rule(
    'exalted_with_kendra_benefic',
    'Mercury, Jupiter or Venus exalted, and a benefic in a kendra.',
    (r) => {
      const high = GOOD.filter((graha) => r.isExalted(graha));
      const angular = r.benefics.filter((graha) => r.inKendra(graha));
      return when(high.length > 0 && angular.length > 0, ...high, ...angular);
    },
  ),
  rule(
    'benefics_in_kendras_malefics_in_upachayas',
    'Mercury, Jupiter and Venus in kendras; Sun, Mars and Saturn in the third, sixth or eleventh.',
    (r) => {
      const bad = ['sun', 'mars', 'saturn'] as const;
      const isSo = GOOD.every((g) => r.inKendra(g)) && bad.every((g) => r.isIn(g, [3, 6, 11]));
      return when(isSo, ...GOOD, ...bad);
    },
  ),
];

const kendraLords = (r: Reading): readonly Graha[] => [r.lord(1), r.lord(4), r.lord(7), r.lord(10)];

const OF_UNIONS: readonly YogaDraft[] = [
  rule(
    'dharma_karma_adhipati',
    'The ninth and tenth lords joined, looking at each other or in exchange.',
    (r) => when(r.areLinked(r.lord(9), r.lord(10)), r.lord(9), r.lord(10)),
  ),
  rule(
    'kendra_trikona',
    'A lord of the fourth, seventh or tenth linked with a lord of the fifth or ninth.',
    (r) => {
      const found: Graha[] = [];
      for (const kendra of kendraLords(r).slice(1))
        for (const kona of [r.lord(5), r.lord(9)])
          if (r.areLinked(kendra, kona)) found.push(kendra, kona);
      return when(true, ...found);
    },
  ),
  rule(
    'yogakaraka',
    'One graha is lord of a kendra and a trikona other than the first, and is in a kendra or trikona.',
    (r) => {
      const konas: readonly Graha[] = [r.lord(5), r.lord(9)];
      return those(
        kendraLords(r).slice(1),
        (graha) => konas.includes(graha) && (r.inKendra(graha) || r.inTrikona(graha)),
      );
    },
  ),
  rule(
    'node_as_yogakaraka',
    'Rahu or Ketu in a kendra with a trikona lord, or in a trikona with a kendra lord.',
    (r) => {
      const konas = [r.lord(5), r.lord(9)];
      return those(['rahu', 'ketu'], (node) => {
        const partners = r.inKendra(node) ? konas : r.inTrikona(node) ? kendraLords(r) : [];
        return partners.some((lord) => r.joins(lord, node));
      });
    },
  ),
];

/** Yogas of rulers. */
export const RAJA = [
  ...chapter(BPHS, 39, { group: 'raja', cancellations: [BURNT] }, OF_LORDS),
  ...chapter(BPHS, 34, { group: 'raja', cancellations: [BURNT, FALLEN] }, OF_UNIONS),
];
