import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { cycle } from '../zodiac.ts';
import { BPHS, chapter, isKendra, isTrikona, rule, those, when, type YogaDraft } from './rule.ts';

const isAngularFrom = (r: Reading, sign: number, graha: Graha): boolean => {
  const house = r.from(sign, graha);
  return isKendra(house) || isTrikona(house);
};

const ROYAL_ASSOCIATION: readonly YogaDraft[] = [
  rule(
    'chief_at_court',
    'The tenth lord joined or looked at by the significator of the minister or by its host.',
    (r) => {
      const { amatya } = r.karakas;
      const tenth = r.lord(10);
      const other = [r.host(amatya), amatya].find((graha) => r.touches(graha, tenth));
      return other ? when(true, tenth, other, amatya) : null;
    },
  ),
  rule(
    'gain_guarded',
    'The eleventh lord looks at the eleventh; no malefic in the tenth or eleventh.',
    (r) => {
      const eleventh = r.lord(11);
      const isFree = [10, 11].every((house) => r.inHouse(house).every((g) => r.isBenefic(g)));
      return when(isFree && r.looksAtHouse(eleventh, 11), eleventh);
    },
  ),
  rule('soul_with_minister', 'The significators of soul and minister in one sign.', (r) =>
    when(r.joins(r.karakas.atma, r.karakas.amatya), r.karakas.atma, r.karakas.amatya),
  ),
  rule(
    'minister_strong',
    'The significator of the minister strong, with a benefic or well placed by sign.',
    (r) => {
      const { amatya } = r.karakas;
      const hasCompany = r.benefics.some((graha) => graha !== amatya && r.joins(graha, amatya));
      return when(r.isStrong(amatya) && (hasCompany || r.isWell(amatya)), amatya);
    },
  ),
  rule('minister_in_trikona', 'The significator of the minister in a trikona.', (r) =>
    when(r.inTrikona(r.karakas.amatya), r.karakas.amatya),
  ),
  rule(
    'soul_angular_from_minister',
    'The significator of the soul in a kendra or trikona from that of the minister, in another sign.',
    (r) => {
      const { atma, amatya } = r.karakas;
      return when(!r.joins(atma, amatya) && isAngularFrom(r, r.sign[amatya], atma), atma, amatya);
    },
  ),
  rule(
    'army_chief',
    'Malefics in the third and sixth from the significator of the soul, from the lagna and from its arudha.',
    (r) => {
      const origins = [r.sign[r.karakas.atma], r.lagna, r.arudha(1)];
      const found = origins.flatMap((sign) =>
        [3, 6].map((nth) => r.at(sign, nth).filter((g) => !r.isBenefic(g))),
      );
      return when(
        found.every((grahas) => grahas.length > 0),
        ...found.flat(),
      );
    },
  ),
  rule(
    'soul_well_seen_by_ninth',
    'The significator of the soul well placed in a kendra or trikona, touched by the ninth lord.',
    (r) => {
      const { atma } = r.karakas;
      const isPlaced = r.isWell(atma) && (r.inKendra(atma) || r.inTrikona(atma));
      return when(isPlaced && r.touches(r.lord(9), atma), atma, r.lord(9));
    },
  ),
  rule(
    'moon_host_is_soul',
    'The host of the Moon is the significator of the soul and in the lagna with a benefic.',
    (r) => {
      const { atma } = r.karakas;
      const friend = r.inHouse(1).find((graha) => graha !== atma && r.isBenefic(graha));
      return friend ? when(r.host('moon') === atma && r.house[atma] === 1, atma, friend) : null;
    },
  ),
  rule(
    'soul_with_benefic',
    'The significator of the soul with a benefic in the fifth, seventh, ninth or tenth.',
    (r) => {
      const { atma } = r.karakas;
      const friend = r.benefics.find((graha) => graha !== atma && r.joins(graha, atma));
      return friend ? when(r.isIn(atma, [5, 7, 9, 10]), atma, friend) : null;
    },
  ),
  rule(
    'ninth_arudha_in_lagna',
    'The arudha of the ninth in the lagna, or the significator of the soul in the ninth.',
    (r) =>
      when(
        r.arudha(9) === r.lagna || r.house[r.karakas.atma] === 9,
        r.arudha(9) === r.lagna ? r.lord(9) : r.karakas.atma,
      ),
  ),
  rule(
    'gain_by_association',
    'The eleventh lord in the eleventh, no malefic looking at it; the significator of the soul with a benefic.',
    (r) => {
      const eleventh = r.lord(11);
      const { atma } = r.karakas;
      const friend = r.benefics.find((graha) => graha !== atma && r.joins(graha, atma));
      const isSeen = r.malefics.some((graha) => r.looksAt(graha, eleventh));
      return friend ? when(r.house[eleventh] === 11 && !isSeen, eleventh, atma, friend) : null;
    },
  ),
  rule(
    'lagna_tenth_exchange',
    'The lagna lord in the tenth and the tenth lord in the lagna.',
    (r) =>
      when(
        r.house[r.lord(1)] === 10 && r.house[r.lord(10)] === 1 && r.lord(1) !== r.lord(10),
        r.lord(1),
        r.lord(10),
      ),
  ),
  rule(
    'royal_insignia',
    'Venus and the Moon in the fourth from the navamsa sign of the soul’s significator.',
    (r) => {
      const fourth = cycle(r.navamsa[r.karakas.atma] + 3, 12);
      return when(r.sign.venus === fourth && r.sign.moon === fourth, 'venus', 'moon');
    },
  ),
  rule(
    'friend_of_the_king',
    'The lagna lord or the significator of the soul with the fifth lord in a kendra or trikona.',
    (r) => {
      const fifth = r.lord(5);
      const other = [r.lord(1), r.karakas.atma].find(
        (graha) => graha !== fifth && r.joins(graha, fifth),
      );
      return other ? when(r.inKendra(fifth) || r.inTrikona(fifth), fifth, other) : null;
    },
  ),
];

interface Pairing {
  readonly graha: Graha;
  readonly others: readonly Graha[];
}

/** The chapter has the Sun and Mercury too; no sky of 1800 to 2100 shows these two. */
const FIFTH_AND_ELEVENTH: readonly Pairing[] = [
  { graha: 'venus', others: ['mars'] },
  { graha: 'saturn', others: ['sun', 'moon'] },
  { graha: 'jupiter', others: ['mercury'] },
  { graha: 'mars', others: ['venus'] },
  { graha: 'moon', others: ['saturn'] },
];
const IN_LAGNA: readonly Pairing[] = [
  { graha: 'sun', others: ['mars', 'jupiter'] },
  { graha: 'moon', others: ['mercury', 'jupiter'] },
  { graha: 'mars', others: ['mercury', 'venus', 'saturn'] },
  { graha: 'mercury', others: ['jupiter', 'saturn'] },
  { graha: 'jupiter', others: ['mercury', 'mars'] },
  { graha: 'venus', others: ['mercury', 'saturn'] },
  { graha: 'saturn', others: ['mars', 'jupiter'] },
];

const WEALTH_DRAFTS: readonly YogaDraft[] = [
  ...FIFTH_AND_ELEVENTH.map(({ graha, others }) =>
    rule(
      `riches_of_${graha}`,
      `The fifth is a sign of ${graha} and holds it; ${others.join(', ')} in the eleventh.`,
      (r) =>
        when(
          r.lord(5) === graha &&
            r.house[graha] === 5 &&
            others.every((other) => r.house[other] === 11),
          graha,
          ...others,
        ),
      { family: 'riches_fifth_eleventh' },
    ),
  ),
  ...IN_LAGNA.map(({ graha, others }) =>
    rule(
      `wealth_of_${graha}_in_lagna`,
      `The lagna is a sign of ${graha} and holds it, joined or looked at by ${others.join(' and ')}.`,
      (r) =>
        when(
          r.lord(1) === graha &&
            r.house[graha] === 1 &&
            others.every((other) => r.touches(other, graha)),
          graha,
          ...others,
        ),
      { family: 'wealth_lagna' },
    ),
  ),
  rule(
    'lord_with_givers',
    'The second lord joined with the fifth or ninth lord, none of them weak.',
    (r) => {
      const second = r.lord(2);
      const givers = those(
        [r.lord(5), r.lord(9)],
        (g) => g !== second && r.joins(g, second) && !r.isWeak(g),
      );
      return givers ? when(!r.isWeak(second), second, ...givers) : null;
    },
  ),
];

/** Yogas of service to rulers. */
export const SERVICE = chapter(BPHS, 40, { group: 'service' }, ROYAL_ASSOCIATION);
/** Yogas of wealth. */
export const WEALTH = chapter(BPHS, 41, { group: 'wealth' }, WEALTH_DRAFTS);
