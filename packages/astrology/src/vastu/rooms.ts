import type { Direction } from './directions.ts';

/** Rooms that the rules know. */
export const ROOMS = [
  'entrance',
  'living_room',
  'kitchen',
  'dining_room',
  'master_bedroom',
  'bedroom',
  'children_bedroom',
  'guest_room',
  'bathroom',
  'toilet',
  'prayer_room',
  'study',
  'office',
  'staircase',
  'store_room',
  'safe',
  'garage',
  'garden',
  'balcony',
  'water_well',
  'overhead_tank',
  'septic_tank',
  'basement',
  'electrical_room',
] as const;
/** Key of a room. */
export type Room = (typeof ROOMS)[number];

/** Where a room belongs: directions by score; all that are not named score 0. */
export interface RoomRule {
  readonly room: Room;
  readonly best: readonly Direction[];
  readonly good: readonly Direction[];
  readonly poor: readonly Direction[];
  readonly worst: readonly Direction[];
  /** How much it weighs in the score of the house, 1 to 3. */
  readonly weight: number;
  /** What the room wants of its place. */
  readonly wants: string;
  /** What its use disturbs where it stands wrong. */
  readonly disturbs: string;
  /** What can be done without building. */
  readonly remedy: string;
}

/** Short names of the directions, so that the table can be read. */
const D = {
  ...{ N: 'north', NNE: 'north_northeast', NE: 'northeast', ENE: 'east_northeast' },
  ...{ E: 'east', ESE: 'east_southeast', SE: 'southeast', SSE: 'south_southeast' },
  ...{ S: 'south', SSW: 'south_southwest', SW: 'southwest', WSW: 'west_southwest' },
  ...{ W: 'west', WNW: 'west_northwest', NW: 'northwest', NNW: 'north_northwest' },
} as const satisfies Readonly<Record<string, Direction>>;
type Short = keyof typeof D;

function list(text: string): Direction[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((short) => D[short as Short]);
}

type Row = readonly [
  room: Room,
  weight: number,
  best: string,
  good: string,
  poor: string,
  worst: string,
  wants: string,
  disturbs: string,
  remedy: string,
];

const ROWS: readonly Row[] = [
  [
    'entrance',
    3,
    'N NE E',
    'NNE ENE W NW NNW',
    'ESE SE WSW',
    'SSW SW',
    'morning light and an open approach',
    'what comes into the house',
    'Light the threshold well, keep it free, and use the door on the north or east side where there is one.',
  ],
  [
    'living_room',
    2,
    'N NE E',
    'NNE ENE NW NNW W',
    'SW',
    'SSW',
    'daylight and room for guests',
    'the ease of those who meet there',
    'Put heavy furniture along the south and west walls and leave the north-east corner empty.',
  ],
  [
    'kitchen',
    3,
    'SE',
    'SSE NW ESE',
    'N E S W NNW',
    'NE NNE ENE SW SSW',
    'fire and moving air',
    'water or earth with fire',
    'Place the stove in the south-east corner of the kitchen and cook facing east; keep sink and stove apart.',
  ],
  [
    'dining_room',
    1,
    'W E',
    'N NW WNW ENE',
    'SW SE',
    'SSW',
    'a calm place near the kitchen',
    'digestion and table talk',
    'Eat facing east or north, and keep the table away from the toilet wall.',
  ],
  [
    'master_bedroom',
    3,
    'SW',
    'S W WSW',
    'N E NNW',
    'NE NNE ENE SE',
    'earth, weight and quiet',
    'deep rest',
    'Sleep with the head to the south and put the heaviest wardrobe in the south-west corner.',
  ],
  [
    'bedroom',
    2,
    'S W',
    'SW NW WSW SSE WNW',
    'N SE',
    'NE NNE',
    'quiet and shade',
    'sleep',
    'Sleep with the head to the south or east; use calm colours.',
  ],
  [
    'children_bedroom',
    2,
    'W',
    'E NW ENE N WNW',
    'SW S',
    'SE SSW',
    'light for study and calm for sleep',
    'attention and sleep',
    'Set the desk so that the child looks east, and the bed in the south-west of the room.',
  ],
  [
    'guest_room',
    1,
    'NW',
    'NNW WNW W',
    'NE',
    'SW',
    'the direction of movement',
    'who stays and who goes',
    'Give guests a room to the north-west, or keep this one lightly furnished.',
  ],
  [
    'bathroom',
    2,
    'NW E',
    'ENE ESE WNW W',
    'SE S N',
    'NE NNE SW',
    'drainage and drying air',
    'clean water zones',
    'Keep it dry and its door shut, air it outwards, and drain towards north or east.',
  ],
  [
    'toilet',
    3,
    'WNW SSW',
    'ESE NW',
    'N E S W SE NNW',
    'NE NNE ENE SW',
    'a zone of disposal',
    'whatever the zone stands for',
    'Keep lid and door closed, use an exhaust fan, and put a bowl of rock salt there, changed weekly.',
  ],
  [
    'prayer_room',
    2,
    'NE',
    'N E NNE ENE',
    'W SE NW',
    'S SW SSW SSE',
    'silence and first light',
    'collectedness',
    'Keep a small altar in the north-east corner of the living room instead, facing east in prayer.',
  ],
  [
    'study',
    2,
    'NE WSW',
    'N E W NNE ENE',
    'S SE',
    'SSW',
    'clear light and few distractions',
    'concentration',
    'Sit facing east or north with a wall behind you.',
  ],
  [
    'office',
    2,
    'N SW',
    'E W NNE S',
    'SE NW',
    'SSW',
    'a firm seat with a view of the door',
    'decisions',
    'Sit in the south-west of the room and look north or east.',
  ],
  [
    'staircase',
    2,
    'SW',
    'S W SSW WSW',
    'N E SE NW',
    'NE NNE ENE',
    'weight on the heavy side',
    'the light corner with load',
    'Keep the space below it empty and clean, and climb clockwise where a new stair is built.',
  ],
  [
    'store_room',
    1,
    'SW',
    'S W NW SSW WSW',
    'E N',
    'NE NNE ENE',
    'stillness and weight',
    'open zones with things at rest',
    'Clear what is not used and keep the stock along the south and west walls.',
  ],
  [
    'safe',
    1,
    'N SW',
    'S W NNE',
    'SE NW',
    'NE SSW',
    'a firm place that opens to the north',
    'savings',
    'Stand the safe against the south wall so that its door opens to the north.',
  ],
  [
    'garage',
    1,
    'NW SE',
    'WNW SSE ESE NNW',
    'S W',
    'NE SW NNE',
    'coming and going',
    'stillness or clean air',
    'Park facing north or east and keep fuel and tyres out of the north-east.',
  ],
  [
    'garden',
    1,
    'N E NE',
    'NNE ENE NW',
    'SW',
    'SSW',
    'low plants and water to the light side',
    'shade on the light side',
    'Plant tall trees to the south and west, low beds to the north and east.',
  ],
  [
    'balcony',
    1,
    'N E NE',
    'NNE ENE NW NNW',
    'S W SE',
    'SW SSW',
    'an opening to the gentle light',
    'shelter on the hot side',
    'Screen it with heavy planters and blinds.',
  ],
  [
    'water_well',
    2,
    'NE',
    'N E NNE ENE',
    'NW W',
    'SW SE S SSW SSE',
    'low ground and clean water',
    'fire or earth with water',
    'Draw from a tap in the north-east and cover the well when it is not used.',
  ],
  [
    'overhead_tank',
    2,
    'W WSW',
    'SW S NW WNW',
    'N E SE',
    'NE NNE ENE',
    'weight on the heavy side',
    'the light corner with load',
    'Use a light tank on a high stand and stop every leak.',
  ],
  [
    'septic_tank',
    2,
    'NW WNW',
    'NNW',
    'N E W S',
    'NE NNE SW SE',
    'a low outlet away from wells',
    'water and ground',
    'Seal it, vent it above the roof, and lead the outlet to the north-west.',
  ],
  [
    'basement',
    1,
    'N E',
    'NE NNE ENE',
    'NW S W',
    'SW SSW SE',
    'depth on the light side',
    'support on the heavy side',
    'Use it for storage along the south and west walls and keep it bright and dry.',
  ],
  [
    'electrical_room',
    1,
    'SE',
    'SSE ESE NW',
    'N E W',
    'NE NNE SW',
    'fire',
    'water or earth with fire',
    'Move inverters and meters to the south-east wall and earth them well.',
  ],
];

/** The rule of every room. */
export const ROOM_RULES: readonly RoomRule[] = ROWS.map(
  ([room, weight, best, good, poor, worst, wants, disturbs, remedy]) => ({
    ...{ room, weight, wants, disturbs, remedy },
    ...{ best: list(best), good: list(good), poor: list(poor), worst: list(worst) },
  }),
);
