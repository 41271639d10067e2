import { z } from 'zod';

const NAME_CHARS_MAX = 100;
const ROOMS_MAX = 50;
const PERSONS_YEARS = [1800, 2100] as const;
const TEXT_CHARS_MAX = 64;

/** A number that may come as text, as in a query. */
const number = (min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^[+-]?\d{1,4}(\.\d{1,12})?$/, 'Expected a number.')])
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const whole = (min: number, max: number) => number(min, max).pipe(z.int());

/** A calendar date that exists. */
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'Expected a date as YYYY-MM-DD.')
  .refine(isDate, 'There is no such date.')
  .refine(isInRange, `Expected a year from ${PERSONS_YEARS[0]} to ${PERSONS_YEARS[1]}.`)
  .meta({ examples: ['1990-01-15'] });

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/, 'Expected a time as HH:MM, 24 hours.')
  .meta({ examples: ['14:30'] });

function isDate(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number];
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

function isInRange(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= PERSONS_YEARS[0] && year <= PERSONS_YEARS[1];
}

/** Both spellings of a place; one of each pair is needed. */
const place = {
  lat: number(-90, 90).optional().describe('Degrees, north positive.'),
  lon: number(-180, 180).optional().describe('Degrees, east positive.'),
  latitude: number(-90, 90).optional().describe('The same as `lat`.'),
  longitude: number(-180, 180).optional().describe('The same as `lon`.'),
};

const zoneText = z.string().min(1).max(TEXT_CHARS_MAX);
const zone = {
  tz: z
    .union([z.number().min(-18).max(18), zoneText])
    .optional()
    .describe(
      'Hours east of UTC (`5.5`), an offset (`+05:30`), an IANA zone, or `LMT` for local mean time; found from the place if absent.',
    ),
  timezone: z
    .union([z.number().min(-18).max(18), zoneText])
    .optional()
    .describe('The same as `tz`.'),
};

const language = z
  .string()
  .regex(/^[a-z]{2}(-[A-Za-z]{2,4})?$/, 'Expected a language as ISO 639-1, such as en or hi.')
  .optional()
  .describe('Language of the labels; keys are English in every language.');

const conventions = {
  ayanamsa: z
    .enum(['lahiri', 'raman', 'kp', 'kp_vp291', 'fagan_bradley', 'yukteshwar', 'true_chitra'])
    .optional()
    .describe('`lahiri` if absent, `kp` for the system kp.'),
  node: z.enum(['mean', 'true']).optional().describe('Which node Rahu is.'),
};

const houseSystem = z
  .enum([
    'whole_sign',
    'equal',
    'placidus',
    'koch',
    'porphyry',
    'regiomontanus',
    'campanus',
    'sripati',
    'alcabitius',
    'morinus',
  ])
  .optional()
  .describe('`whole_sign` for vedic, `placidus` for western if absent; kp always has Placidus.');

const dashaYear = z
  .enum(['julian', 'gregorian', 'tropical', 'sidereal', 'savana'])
  .optional()
  .describe('Length of a dasha year: 365.25, 365.2425, 365.2422, 365.25636 or 360 days.');

/** A birth: when the clock showed what, and where. */
const birth = {
  name: z.string().max(NAME_CHARS_MAX).optional(),
  date,
  time,
  ...place,
  ...zone,
};

const day = { date, time: time.optional(), ...place, ...zone };
const system = z.enum(['vedic', 'western', 'kp']).optional().describe('`vedic` if absent.');
const picture = {
  format: z.enum(['json', 'svg', 'png']).optional().describe('`json` if absent; else a picture.'),
  style: z.enum(['north', 'south', 'wheel']).optional().describe('How the picture is drawn.'),
};

const person = z.object({ ...birth });
const two = { person1: person, person2: person };
const vedicBirth = { ...birth, ...conventions, language };

/** What each kind of computation is asked with. */
export const astrologyInputs = {
  kundali: z.object({
    ...vedicBirth,
    ...{ system, house_system: houseSystem, dasha_year: dashaYear, ...picture },
  }),
  panchang: z.object({ ...day, ayanamsa: conventions.ayanamsa, language }),
  dasha: z.object({
    ...vedicBirth,
    dasha: z.enum(['vimshottari', 'yogini', 'ashtottari']).optional(),
    levels: whole(1, 5).optional().describe('2 if absent; below 3 only the running branch opens.'),
    dasha_year: dashaYear,
  }),
  divisional: z.object({
    ...vedicBirth,
    divisions: z
      .string()
      .regex(/^\d{1,3}(,\d{1,3}){0,59}$/, 'Expected numbers such as 1,9,10.')
      .optional()
      .describe('Numbers of charts with commas between; the sixteen of Parashara if absent.'),
    scheme: z.enum(['parashari', 'cyclic']).optional(),
  }),
  yogas: z.object(vedicBirth),
  doshas: z.object(vedicBirth),
  compatibility: z.object({ ...two, ...conventions, language }),
  kp: z.object({ ...birth, ayanamsa: z.enum(['kp', 'kp_vp291', 'lahiri']).optional(), language }),
  transits: z.object({
    ...day,
    natal: person.optional().describe('A birth whose chart the transits are seen from.'),
    to: date.optional().describe('Last day of a range; every exact aspect in it is listed.'),
    ...conventions,
    system: z.enum(['vedic', 'western']).optional(),
    language,
  }),
  progressions: z.object({
    ...birth,
    on: date.describe('The day that the chart is progressed to.'),
    method: z.enum(['secondary', 'solar_arc']).optional(),
    house_system: houseSystem,
    language,
  }),
  synastry: z.object({ ...two, house_system: houseSystem, language }),
  composite: z.object({
    ...two,
    method: z.enum(['midpoint', 'davison']).optional(),
    house_system: houseSystem,
    language,
  }),
  returns: z.object({
    ...birth,
    body: z.enum(['sun', 'moon']).optional(),
    after: date.describe('The first return after this day.'),
    count: whole(1, 12).optional(),
    house_system: houseSystem,
    language,
  }),
  muhurta: z.object({
    ...place,
    ...zone,
    from: date,
    to: date,
    purpose: z.string().max(TEXT_CHARS_MAX).optional(),
    limit: whole(1, 50).optional(),
    language,
  }),
  eclipses: z.object({
    from: date,
    to: date,
    ...place,
    kind: z.enum(['solar', 'lunar', 'both']).optional(),
  }),
  horoscope: z.object({
    period: z.enum(['daily', 'weekly', 'monthly']).optional(),
    system: z.enum(['vedic', 'western']).optional(),
    date: date.optional().describe('Today if absent.'),
    language,
  }),
  vastu: z.object({
    direction: z.string().min(1).max(TEXT_CHARS_MAX).describe('Where the entrance faces.'),
    rooms: z
      .array(
        z.object({
          name: z.string().min(1).max(NAME_CHARS_MAX),
          direction: z.string().min(1).max(TEXT_CHARS_MAX),
        }),
      )
      .max(ROOMS_MAX),
    ...place,
  }),
  places: z.object({
    q: z
      .string()
      .min(1)
      .max(NAME_CHARS_MAX)
      .describe('The beginning of a name; a country may follow a comma.'),
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'Expected two letters.')
      .optional(),
    limit: whole(1, 50).optional(),
  }),
} as const;

/** Names of the computations. */
export type AstrologyName = keyof typeof astrologyInputs;

/** What a computation is asked with, checked. */
export type AstrologyInput<N extends AstrologyName = AstrologyName> = z.infer<
  (typeof astrologyInputs)[N]
>;

/** Any result: what it contains depends on what was asked, and is described with each route. */
export const astrologyResult = z.looseObject({});
