/** Keys of the signs from Aries on. */
export const SIGN_KEYS = [
  ...(['aries', 'taurus', 'gemini', 'cancer', 'leo', 'virgo'] as const),
  ...(['libra', 'scorpio', 'sagittarius', 'capricorn', 'aquarius', 'pisces'] as const),
] as const;

/** Sanskrit names in their usual spellings without accents. */
const SANSKRIT: readonly (readonly string[])[] = [
  ['mesha', 'mesh', 'aja'],
  ['vrishabha', 'vrishabh', 'vrushabha', 'rishabha', 'vrsabha'],
  ['mithuna', 'mithun'],
  ['karka', 'kark', 'karkataka', 'kataka', 'karkata'],
  ['simha', 'sinha', 'singh'],
  ['kanya'],
  ['tula', 'thula'],
  ['vrischika', 'vrishchika', 'vrishchik', 'vrschika'],
  ['dhanu', 'dhanus', 'dhanush', 'dhanur'],
  ['makara', 'makar'],
  ['kumbha', 'kumbh'],
  ['meena', 'mina', 'meen', 'min'],
];

/** The number of a sign, 0 Aries to 11 Pisces, by its English or Sanskrit name; undefined if it names none. */
export function parseSign(text: string): number | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');
  const english = (SIGN_KEYS as readonly string[]).indexOf(plain);
  const index = english >= 0 ? english : SANSKRIT.findIndex((names) => names.includes(plain));
  return index >= 0 ? index : undefined;
}
