import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { SEVEN } from '../zodiac.ts';
import { BPHS, type Cancellation, chapter, rule, when, type YogaDraft } from './rule.ts';

const GOOD = ['mercury', 'jupiter', 'venus'] as const;
const BAD = ['sun', 'mars', 'saturn'] as const;

/** Bits of the houses that the seven grahas are in; bit 0 is the first house. */
function occupied(r: Reading): number {
  let bits = 0;
  for (const graha of SEVEN) bits |= 1 << (r.house[graha] - 1);
  return bits;
}

const bitsOf = (houses: readonly number[]): number =>
  houses.reduce((bits, house) => bits | (1 << (house - 1)), 0);

/** Houses that follow each other. */
const run = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, step) => ((first - 1 + step) % 12) + 1);

const dwelling = (key: string, words: string, mobility: number): YogaDraft =>
  rule(key, `All seven grahas in ${words} signs.`, (r) =>
    when(
      SEVEN.every((graha) => r.sign[graha] % 3 === mobility),
      ...SEVEN,
    ),
  );

/** All seven in these houses, and none of the houses empty; any of the alternatives. */
const shape = (
  key: string,
  words: string,
  alternatives: readonly (readonly number[])[],
  family?: string,
): YogaDraft => {
  const masks = alternatives.map(bitsOf);
  return rule(
    key,
    `All seven grahas in ${words}, none of these houses empty.`,
    (r) => when(masks.includes(occupied(r)), ...SEVEN),
    family === undefined ? {} : { family },
  );
};

/** Three of the kendras hold all of one kind, and the other kind has none. */
function garland(r: Reading, wanted: readonly Graha[], unwanted: readonly Graha[]): boolean {
  const kendras = new Set(wanted.filter((g) => r.inKendra(g)).map((g) => r.house[g]));
  return kendras.size === 3 && !unwanted.some((graha) => r.inKendra(graha));
}

const SHAPES: readonly YogaDraft[] = [
  dwelling('rajju', 'movable', 0),
  dwelling('musala', 'fixed', 1),
  dwelling('nala', 'dual', 2),
  rule('srak', 'Mercury, Jupiter and Venus in three kendras, no malefic in a kendra.', (r) =>
    when(garland(r, GOOD, BAD), ...GOOD),
  ),
  rule('sarpa', 'Sun, Mars and Saturn in three kendras, no benefic in a kendra.', (r) =>
    when(garland(r, BAD, GOOD), ...BAD),
  ),
  shape('gada', 'two neighbouring kendras', [
    [1, 4],
    [4, 7],
    [7, 10],
    [10, 1],
  ]),
  shape('nabhasa_shakata', 'the first and seventh', [[1, 7]]),
  shape('vihaga', 'the fourth and tenth', [[4, 10]]),
  shape('shringataka', 'the first, fifth and ninth', [[1, 5, 9]]),
  shape('hala', 'a trine of houses without the first', [
    [2, 6, 10],
    [3, 7, 11],
    [4, 8, 12],
  ]),
  shape('kamala', 'the four kendras', [[1, 4, 7, 10]]),
  shape('vapi', 'the four panapharas or the four apoklimas', [
    [2, 5, 8, 11],
    [3, 6, 9, 12],
  ]),
  shape('yupa', 'the four houses from the first', [run(1, 4)], 'four_in_a_row'),
  shape('ishu', 'the four houses from the fourth', [run(4, 4)], 'four_in_a_row'),
  shape('shakti', 'the four houses from the seventh', [run(7, 4)], 'four_in_a_row'),
  shape('danda', 'the four houses from the tenth', [run(10, 4)], 'four_in_a_row'),
  shape('nauka', 'the seven houses from the first', [run(1, 7)], 'seven_in_a_row'),
  shape('kuta', 'the seven houses from the fourth', [run(4, 7)], 'seven_in_a_row'),
  shape('chhatra', 'the seven houses from the seventh', [run(7, 7)], 'seven_in_a_row'),
  shape('chapa', 'the seven houses from the tenth', [run(10, 7)], 'seven_in_a_row'),
  shape(
    'ardhachandra',
    'seven houses in a row that begin outside the kendras',
    [2, 3, 5, 6, 8, 9, 11, 12].map((first) => run(first, 7)),
  ),
  shape('chakra', 'the six odd houses', [[1, 3, 5, 7, 9, 11]]),
  shape('samudra', 'the six even houses', [[2, 4, 6, 8, 10, 12]]),
];

const OTHER_NABHASA: Cancellation = {
  key: 'other_nabhasa',
  condition: 'Another nabhasa yoga is formed; the count of signs then does not speak.',
  holds: (r) => SHAPES.some((draft) => draft.find(r) !== null),
};

const counted = (key: string, signs: number): YogaDraft =>
  rule(
    key,
    `The seven grahas in ${signs === 1 ? 'one sign' : `${signs} signs`}.`,
    (r) => when(new Set(SEVEN.map((graha) => r.sign[graha])).size === signs, ...SEVEN),
    { family: 'sankhya', cancellations: [OTHER_NABHASA] },
  );

/**
 * The nabhasa yogas of Parashara but Vajra and Yava, which no sky can show: they set Mercury and Venus three signs from
 * the Sun, as Varahamihira remarks in chapter 12 of his Brihat Jataka.
 */
export const NABHASA = chapter(BPHS, 35, { group: 'nabhasa' }, [
  ...SHAPES,
  counted('gola', 1),
  counted('yuga', 2),
  counted('shula', 3),
  counted('kedara', 4),
  counted('pasha', 5),
  counted('dama', 6),
  counted('vina', 7),
]);
