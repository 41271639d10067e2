/** The sixteen directions, clockwise from north, 22.5° each. */
export const DIRECTIONS = [
  'north',
  'north_northeast',
  'northeast',
  'east_northeast',
  'east',
  'east_southeast',
  'southeast',
  'south_southeast',
  'south',
  'south_southwest',
  'southwest',
  'west_southwest',
  'west',
  'west_northwest',
  'northwest',
  'north_northwest',
] as const;
/** Key of a direction. */
export type Direction = (typeof DIRECTIONS)[number];

/** What tradition says of a direction. */
export interface DirectionMeaning {
  readonly direction: Direction;
  /** Degrees clockwise from north, the middle of the sector. */
  readonly bearing: number;
  readonly element: 'water' | 'fire' | 'earth' | 'air';
  /** The guardian of the direction; between two chief directions the nearer of the eight guardians. */
  readonly guardian: string;
  readonly graha: string;
  /** What part of life the zone stands for. */
  readonly theme: string;
  /** How well a house faces this way, −2 to 2. */
  readonly facing: number;
}

type Row = readonly [
  element: DirectionMeaning['element'],
  guardian: string,
  graha: string,
  facing: number,
  theme: string,
];

const ROWS: Readonly<Record<Direction, Row>> = {
  north: ['water', 'Kubera', 'mercury', 2, 'earnings and new openings'],
  north_northeast: ['water', 'Kubera', 'mercury', 2, 'health and recovery'],
  northeast: ['water', 'Ishana', 'jupiter', 2, 'clarity, prayer and learning'],
  east_northeast: ['air', 'Ishana', 'jupiter', 1, 'freshness and recreation'],
  east: ['air', 'Indra', 'sun', 2, 'standing among people'],
  east_southeast: ['air', 'Indra', 'sun', 0, 'thinking things over'],
  southeast: ['fire', 'Agni', 'venus', -1, 'fire, cash flow and vigour'],
  south_southeast: ['fire', 'Agni', 'venus', 0, 'strength and confidence'],
  south: ['fire', 'Yama', 'mars', 0, 'rest and reputation'],
  south_southwest: ['earth', 'Nirriti', 'rahu', -2, 'letting go and disposal'],
  southwest: ['earth', 'Nirriti', 'rahu', -2, 'stability and family bonds'],
  west_southwest: ['earth', 'Nirriti', 'rahu', -1, 'study and savings'],
  west: ['earth', 'Varuna', 'saturn', 1, 'gains and results'],
  west_northwest: ['air', 'Varuna', 'saturn', 0, 'release of strain'],
  northwest: ['air', 'Vayu', 'moon', 1, 'movement, guests and support'],
  north_northwest: ['air', 'Vayu', 'moon', 1, 'attraction and closeness'],
};

/** All sixteen directions with their meaning. */
export const DIRECTION_MEANINGS: readonly DirectionMeaning[] = DIRECTIONS.map(
  (direction, index) => {
    const [element, guardian, graha, facing, theme] = ROWS[direction];
    return { direction, bearing: index * 22.5, element, guardian, graha, theme, facing };
  },
);

/** The meaning of one direction. */
export function directionMeaning(direction: Direction): DirectionMeaning {
  const [element, guardian, graha, facing, theme] = ROWS[direction];
  const bearing = DIRECTIONS.indexOf(direction) * 22.5;
  return { direction, bearing, element, guardian, graha, theme, facing };
}

const SHORT: Readonly<Record<string, Direction>> = Object.fromEntries(
  DIRECTIONS.map((direction) => {
    const parts = direction.replace(/(north|south)(east|west)/, '$1_$2').split('_');
    return [parts.map((part) => part.charAt(0)).join(''), direction];
  }),
);

/**
 * The direction that a text names: `north_east`, `North-East`, `NE`, `NNE`, or a bearing in degrees such as `45`;
 * undefined if it names none.
 */
export function parseDirection(text: string): Direction | undefined {
  const plain = text.trim().toLowerCase();
  if (/^\d{1,3}(\.\d+)?$/.test(plain) && Number(plain) <= 360) {
    return DIRECTIONS[Math.round(Number(plain) / 22.5) % 16];
  }
  const letters = plain.replace(/[^a-z]/g, '');
  return (
    SHORT[letters] ?? DIRECTIONS.find((direction) => direction.replaceAll('_', '') === letters)
  );
}
