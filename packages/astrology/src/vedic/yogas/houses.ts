import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { BPHS, chapter, PHALADEEPIKA, rule, when, type YogaDraft } from './rule.ts';

const FLOURISHING = [
  'bhava_chamara',
  'dhenu',
  'shaurya',
  'jaladhi',
  'chhatra_of_the_fifth',
  'astra',
  'kama',
  'asura',
  'bhagya',
  'khyati',
  'suparijata',
  'musala_of_the_twelfth',
] as const;
const WITHERING = [
  'avayoga',
  'nihsva',
  'mriti',
  'kuhu',
  'pamara',
  'harsha',
  'dushkriti',
  'sarala',
  'nirbhagya',
  'duryoga',
  'daridra',
  'vimala',
] as const;
/** Of the withering ones, those of the bad houses turn to good. */
const VIPARITA = [6, 8, 12];

const flourishes = (r: Reading, house: number): readonly Graha[] | null => {
  const lord = r.lord(house);
  if (!r.isWell(lord) || r.inDusthana(lord) || r.isBurnt[lord]) return null;
  const helper = r.benefics.find((graha) => r.touchesHouse(graha, house));
  return helper ? when(true, lord, helper) : null;
};

const HOUSE_YOGAS: readonly YogaDraft[] = [
  ...FLOURISHING.map((key, index) =>
    rule(
      key,
      `The lord of house ${index + 1} exalted or in its own sign, not burnt and not in a dusthana; a benefic in the house or looking at it.`,
      (r) => flourishes(r, index + 1),
      { family: 'flourishing_house' },
    ),
  ),
  ...WITHERING.map((key, index) =>
    rule(
      key,
      `The lord of house ${index + 1} in the sixth, eighth or twelfth.`,
      (r) => when(r.inDusthana(r.lord(index + 1)), r.lord(index + 1)),
      { family: VIPARITA.includes(index + 1) ? 'viparita' : 'withering_house' },
    ),
  ),
];

const isPlacedWell = (r: Reading, graha: Graha): boolean => r.inKendra(graha) || r.inTrikona(graha);

const OF_WEALTH: readonly YogaDraft[] = [
  rule('jupiter_lord_of_second', 'Jupiter in the second as its lord, or there with Mars.', (r) => {
    const isLord = r.lord(2) === 'jupiter';
    const isWithMars = r.joins('mars', 'jupiter');
    return when(r.house.jupiter === 2 && (isLord || isWithMars), 'jupiter');
  }),
  rule(
    'second_and_eleventh',
    'The second and eleventh lords in exchange, or together in a kendra or trikona.',
    (r) => {
      const [second, eleventh] = [r.lord(2), r.lord(11)];
      const isTogether = r.joins(second, eleventh) && isPlacedWell(r, second);
      const isExchanged = r.house[second] === 11 && r.house[eleventh] === 2;
      return when(second !== eleventh && (isExchanged || isTogether), second, eleventh);
    },
  ),
  rule(
    'second_in_kendra',
    'The second lord in a kendra, the eleventh lord in a trikona from it, Jupiter or Venus touching it.',
    (r) => {
      const [second, eleventh] = [r.lord(2), r.lord(11)];
      const isTrine = [1, 5, 9].includes(r.from(r.sign[second], eleventh));
      const helper = (['jupiter', 'venus'] as const).find((graha) => r.touches(graha, second));
      return helper ? when(r.inKendra(second) && isTrine, second, eleventh, helper) : null;
    },
  ),
  rule(
    'wealth_undone',
    'The second and eleventh lords both in dusthanas, a malefic in the second.',
    (r) => {
      const lords = [r.lord(2), r.lord(11)] as const;
      const thief = r.inHouse(2).find((graha) => !r.isBenefic(graha));
      return thief
        ? when(
            lords.every((g) => r.inDusthana(g)),
            ...lords,
            thief,
          )
        : null;
    },
  ),
];

const OF_FORTUNE: readonly YogaDraft[] = [
  rule('fortune_in_its_house', 'The ninth lord strong in the ninth.', (r) =>
    when(r.house[r.lord(9)] === 9 && r.isStrong(r.lord(9)), r.lord(9)),
  ),
  rule(
    'great_fortune',
    'Jupiter in the ninth, its lord in a kendra, the lagna lord strong.',
    (r) => {
      const [ninth, first] = [r.lord(9), r.lord(1)];
      const isSo = r.house.jupiter === 9 && r.inKendra(ninth) && r.isStrong(first);
      return when(isSo, 'jupiter', ninth, first);
    },
  ),
  rule('father_fortunate', 'A strong ninth lord, Venus in the ninth, Jupiter in a kendra.', (r) =>
    when(
      r.isStrong(r.lord(9)) && r.house.venus === 9 && r.inKendra('jupiter'),
      r.lord(9),
      'venus',
      'jupiter',
    ),
  ),
  rule('father_needy', 'The ninth lord debilitated, Mars in the tenth or the twelfth.', (r) =>
    when(r.isDebilitated(r.lord(9)) && r.isIn('mars', [10, 12]), r.lord(9), 'mars'),
  ),
  rule('father_royal', 'The ninth lord in a kendra, looked at by Jupiter.', (r) =>
    when(r.inKendra(r.lord(9)) && r.looksAt('jupiter', r.lord(9)), r.lord(9), 'jupiter'),
  ),
];

const OF_DEEDS: readonly YogaDraft[] = [
  rule('deeds_of_merit', 'The tenth lord strong, exalted or in its own sign or navamsa.', (r) => {
    const tenth = r.lord(10);
    return when(r.isStrong(tenth) && (r.isWell(tenth) || r.isVargottama(tenth)), tenth);
  }),
  rule('deeds_of_ill', 'Malefics alone in the tenth and alone in the eleventh.', (r) => {
    const [tenth, eleventh] = [r.inHouse(10), r.inHouse(11)];
    const all = [...tenth, ...eleventh];
    const isSo = tenth.length > 0 && eleventh.length > 0 && !all.some((g) => r.isBenefic(g));
    return when(isSo, ...all);
  }),
  rule('deeds_with_rahu', 'The tenth lord in the eighth with Rahu.', (r) =>
    when(r.house[r.lord(10)] === 8 && r.house.rahu === 8, r.lord(10), 'rahu'),
  ),
  rule(
    'tenth_exalted_with_jupiter',
    'The tenth lord exalted, with Jupiter, the ninth lord in the tenth.',
    (r) => {
      const [ninth, tenth] = [r.lord(9), r.lord(10)];
      const isSo = r.isExalted(tenth) && r.joins(tenth, 'jupiter') && r.house[ninth] === 10;
      return when(isSo, tenth, 'jupiter', ninth);
    },
  ),
  rule('deeds_bring_gain', 'The eleventh lord in the tenth and the tenth lord in the first.', (r) =>
    when(r.house[r.lord(11)] === 10 && r.house[r.lord(10)] === 1, r.lord(11), r.lord(10)),
  ),
  rule('deeds_and_gain_together', 'The tenth and eleventh lords together in a kendra.', (r) => {
    const [tenth, eleventh] = [r.lord(10), r.lord(11)];
    const isSo = tenth !== eleventh && r.joins(tenth, eleventh) && r.inKendra(tenth);
    return when(isSo, tenth, eleventh);
  }),
];

/** Yogas that a house and its lord make. */
export const HOUSES = [
  ...chapter(PHALADEEPIKA, 6, { group: 'house' }, HOUSE_YOGAS),
  ...chapter(BPHS, 13, { group: 'wealth' }, OF_WEALTH),
  ...chapter(BPHS, 20, { group: 'house' }, OF_FORTUNE),
  ...chapter(BPHS, 21, { group: 'house' }, OF_DEEDS),
];
