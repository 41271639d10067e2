import { z } from 'zod';
import { type AstrologyName, astrologyInputs, astrologyResult } from '../astrology.ts';
import { rateLimitHeaders } from '../headers.ts';
import { aliasRoute, defineRoute, type Route, type Schema } from '../route.ts';

/** A computation with every path that leads to it. */
export interface AstrologyRoutes {
  readonly name: AstrologyName;
  /** The first ones read a query, the others a body. */
  readonly byQuery: readonly Route[];
  readonly byBody: readonly Route[];
}

const BIRTH = { date: '1990-01-15', time: '14:30', lat: 18.5204, lon: 73.8567 };
const SPELLED_BIRTH = {
  ...{ date: '1990-01-15', time: '14:30', latitude: 18.5204, longitude: 73.8567 },
  timezone: 'Asia/Kolkata',
};
const TWO = { person1: SPELLED_BIRTH, person2: { ...SPELLED_BIRTH, date: '1992-07-04' } };
const PUNE = { lat: 18.5204, lon: 73.8567, tz: 'Asia/Kolkata' };

const PICTURES = { contentType: 'image/svg+xml', schema: z.string() };

const errors = [
  'insufficient_balance',
  'spending_cap_reached',
  'model_not_allowed',
  'model_not_priced',
  'rate_limit_exceeded',
] as const;

interface Described {
  readonly summary: string;
  readonly description: string;
  readonly example: unknown;
  /** What clients of other systems call it; `get` without a body, `post` with one. */
  readonly get?: readonly string[];
  readonly post?: readonly string[];
  readonly isPicture?: boolean;
}

function routesOf(name: AstrologyName, described: Described): AstrologyRoutes {
  const { summary, description, example, get = [], post = [], isPicture = false } = described;
  const schema = astrologyInputs[name] as Schema;
  const answer = {
    description,
    schema: astrologyResult,
    headers: rateLimitHeaders,
    ...(isPicture && { alternative: PICTURES }),
  };
  const shared = {
    summary,
    tag: 'Astrology',
    auth: 'key',
    responses: { 200: answer },
    errors,
  } as const;
  const [firstGet, ...otherGets] = get;
  const [firstPost, ...otherPosts] = post;
  const byQuery = firstGet
    ? withAliases(
        defineRoute({
          ...shared,
          ...{ id: `astrology.${name}`, method: 'GET', path: firstGet, query: schema },
          ...(firstGet.includes('{sign}') && { params: signParams }),
        }),
        otherGets,
      )
    : [];
  const byBody = firstPost
    ? withAliases(
        defineRoute({
          ...shared,
          ...{ id: `astrology.${name}FromBody`, method: 'POST', path: firstPost },
          body: { schema, example },
          requestHeaders: ['Idempotency-Key'],
        }),
        otherPosts,
      )
    : [];
  return { name, byQuery, byBody };
}

const signParams = z.object({
  sign: z
    .string()
    .min(1)
    .max(32)
    .meta({ examples: ['aries'] }),
});

function withAliases(route: Route, paths: readonly string[]): readonly Route[] {
  const aliases = paths.map((path, i) =>
    aliasRoute(route, { id: `${route.id}Alias${i + 1}`, path }),
  );
  return [route, ...aliases];
}

/** The paths below `/v1/astrology`, and those that existing clients of the documented system use. */
const both = (name: string) => ({
  get: [`/v1/astrology/${name}`],
  post: [`/v1/astrology/${name}`],
});
const older = (name: string) => [`/v2/astrology/${name}`, `/v1/v2/astrology/${name}`];

/** Everything that is computed about the sky. */
export const astrologyRoutes: readonly AstrologyRoutes[] = [
  routesOf('kundali', {
    summary: 'Cast a birth chart',
    description:
      'Positions, houses, yogas and the running dasha of a birth, as data or as a picture. Conventions, offset, accuracy and warnings are told with it.',
    example: BIRTH,
    isPicture: true,
    get: ['/v1/astrology/kundali'],
    post: ['/v1/astrology/kundali', '/v1/kundali', '/v1/v1/kundali'],
  }),
  routesOf('panchang', {
    summary: 'The Hindu calendar of a day at a place',
    description:
      'Tithi, nakshatra, yoga and karana with their ends, vara, sunrise both ways, and the good and bad hours.',
    example: { date: '2026-11-22', ...PUNE },
    get: ['/v1/astrology/panchang'],
    post: ['/v1/astrology/panchang', ...older('panchang')],
  }),
  routesOf('dasha', {
    summary: 'The periods of a life',
    description:
      'Vimshottari, Yogini or Ashtottari periods to five levels, and the one that runs now.',
    example: BIRTH,
    get: ['/v1/astrology/dasha'],
    post: ['/v1/astrology/dasha', ...older('dasha')],
  }),
  routesOf('divisional', {
    summary: 'Divisional charts of a birth',
    description: 'The sixteen of Parashara, or any D-n.',
    example: { ...BIRTH, divisions: '1,9,10' },
    ...both('divisional'),
  }),
  routesOf('yogas', {
    summary: 'The yogas of a birth chart',
    description: 'Each with its participants, strength, cancellations and classical source.',
    example: BIRTH,
    get: ['/v1/astrology/yogas'],
    post: ['/v1/astrology/yogas', ...older('yoga')],
  }),
  routesOf('doshas', {
    summary: 'The doshas of a birth chart',
    description: 'Manglik on every basis, Kaal Sarp and Sade Sati, with what cancels them.',
    example: BIRTH,
    ...both('doshas'),
  }),
  routesOf('compatibility', {
    summary: 'Match two births by the eight kutas',
    description:
      '36 points, with and without cancellations; `person1` is the groom, `person2` the bride.',
    example: TWO,
    post: ['/v1/astrology/compatibility', ...older('match')],
  }),
  routesOf('kp', {
    summary: 'A chart after Krishnamurti',
    description:
      'Cusps and planets with star, sub and sub-sub lords, significators and ruling planets.',
    example: BIRTH,
    ...both('kp'),
  }),
  routesOf('transits', {
    summary: 'Where the planets are, and what they touch',
    description:
      'The sky of a moment, seen from a birth where one is given; with `to`, every exact aspect in the range.',
    example: { date: '2026-11-22', time: '12:00', ...PUNE },
    get: ['/v1/astrology/transits'],
    post: ['/v1/astrology/transits', ...older('transit')],
  }),
  routesOf('progressions', {
    summary: 'Progress a birth chart to a day',
    description: 'Secondary progressions or solar arc, with the aspects to the birth chart.',
    example: { ...BIRTH, on: '2026-11-22' },
    ...both('progressions'),
  }),
  routesOf('synastry', {
    summary: 'The aspects between two charts',
    description: 'Aspects with orbs, and whose planets fall into whose houses.',
    example: TWO,
    post: ['/v1/astrology/synastry'],
  }),
  routesOf('composite', {
    summary: 'One chart of two births',
    description: 'The midpoints of two charts, or the chart of the midpoint in time and space.',
    example: TWO,
    post: ['/v1/astrology/composite'],
  }),
  routesOf('returns', {
    summary: 'Solar and lunar returns',
    description:
      'The moments at which the Sun or Moon comes back to its place at birth, with their charts.',
    example: { ...BIRTH, body: 'sun', after: '2026-11-22' },
    ...both('returns'),
  }),
  routesOf('muhurta', {
    summary: 'Search for a good time',
    description: 'The best stretches of a range of days for a purpose, with the reasons.',
    example: { from: '2026-11-22', to: '2026-11-29', purpose: 'marriage', ...PUNE },
    ...both('muhurta'),
  }),
  routesOf('eclipses', {
    summary: 'Eclipses in a range of time',
    description: 'Kind, greatest moment and magnitude; for a place also whether it is seen there.',
    example: { from: '2026-01-01', to: '2027-12-31', lat: 18.5204, lon: 73.8567 },
    ...both('eclipses'),
  }),
  routesOf('horoscope', {
    summary: 'A horoscope of a sign from the actual transits',
    description: 'Each sentence names the transit, house and orb that it rests on.',
    example: {},
    get: [
      '/v1/astrology/horoscope/{sign}',
      '/v2/astrology/horoscope/{sign}',
      '/v1/v2/astrology/horoscope/{sign}',
    ],
  }),
  routesOf('vastu', {
    summary: 'Judge a house by the directions of its rooms',
    description: 'Each room with its score, the rule, the reason and a remedy.',
    example: {
      direction: 'east',
      rooms: [{ name: 'kitchen', direction: 'southeast' }],
      ...{ latitude: 18.5204, longitude: 73.8567 },
    },
    post: ['/v1/astrology/vastu', ...older('vastu/analysis')],
  }),
  routesOf('places', {
    summary: 'Find a place with its coordinates and time zone',
    description: 'Places with more than 1,000 people, the most populous first.',
    example: {},
    get: ['/v1/astrology/places'],
  }),
];
