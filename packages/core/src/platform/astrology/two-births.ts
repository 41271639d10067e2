import { unixMs, vedic, western } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure, isFailure } from '../../kernel/index.ts';
import { type AskedMoment, type Birth, readBirth } from './birth.ts';
import { ENGINE, momentOf, utcText } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import { castVedic, conventionsOf, pointOf, vedicOptions } from './vedic-chart.ts';
import {
  aspectOf,
  castTropical,
  planetsOf,
  polarWarnings,
  tropicalConventions,
  tropicalHouses,
  tropicalPoint,
  westernOptions,
} from './western-chart.ts';

interface Two {
  readonly person1: AskedMoment;
  readonly person2: AskedMoment;
}

async function readTwo({ person1, person2 }: Two, sky: Sky): Promise<readonly [Birth, Birth]> {
  return [await readPerson('person1', person1, sky), await readPerson('person2', person2, sky)];
}

/** What is wrong with a person is told by the person's field. */
async function readPerson(field: string, asked: AskedMoment, sky: Sky): Promise<Birth> {
  try {
    return await readBirth(asked, sky);
  } catch (error) {
    if (!isFailure(error) || error.detail.param === undefined) throw error;
    const param = `${field}.${error.detail.param}`;
    throw new Failure(error.code, { message: `${field}: ${error.message}`, param });
  }
}

/** The eight kutas of groom and bride. */
export async function compatibility(asked: AstrologyInput<'compatibility'>, sky: Sky) {
  const [groom, bride] = await readTwo(asked, sky);
  const options = vedicOptions(asked);
  const casts = [groom, bride].map((birth) => castVedic(birth, options, sky));
  const [first, second] = casts as [(typeof casts)[0], (typeof casts)[0]];
  const match = vedic.ashtakoot(first.chart, second.chart);
  return {
    ...match,
    persons: casts.map(({ chart }, i) => ({
      role: i === 0 ? 'groom' : 'bride',
      moon: pointOf(chart.grahas.moon.longitude),
      manglik: vedic.manglik(chart),
    })),
    conventions: conventionsOf(first, sky),
    moments: [momentOf(groom), momentOf(bride)],
    engine: ENGINE,
  };
}

/** The aspects between two charts. */
export async function synastry(asked: AstrologyInput<'synastry'>, sky: Sky) {
  const births = await readTwo(asked, sky);
  const options = westernOptions(asked);
  const [first, second] = births.map((birth) => castTropical(birth, options, sky)) as [
    western.WesternChart,
    western.WesternChart,
  ];
  const { aspects, firstInSecond, secondInFirst } = western.synastry(first, second);
  return {
    aspects: aspects.map(aspectOf),
    person1_in_houses_of_person2: firstInSecond,
    person2_in_houses_of_person1: secondInFirst,
    charts: [first, second].map((chart) => ({
      planets: planetsOf(chart),
      houses: tropicalHouses(chart),
    })),
    orb_rules: western.SYNASTRY_ASPECTS,
    conventions: tropicalConventions(first, options),
    moments: births.map(momentOf),
    warnings: [first, second].flatMap(polarWarnings),
    engine: ENGINE,
  };
}

/** One chart of two births. */
export async function composite(asked: AstrologyInput<'composite'>, sky: Sky) {
  const births = await readTwo(asked, sky);
  const options = westernOptions(asked);
  const [first, second] = births.map(({ moment, place }) => ({ at: moment.at, place })) as [
    western.WesternBirth,
    western.WesternBirth,
  ];
  const { method = 'midpoint' } = asked;
  const davison =
    method === 'davison' ? western.davisonChart(sky.ephemeris, first, second, options) : undefined;
  const chart = davison?.chart ?? western.compositeChart(sky.ephemeris, first, second, options);
  return {
    method,
    ...(davison && {
      chart_moment: { utc: utcText(davison.at), unix_ms: Math.round(unixMs(davison.at)) },
      chart_place: davison.place,
    }),
    ascendant: tropicalPoint(chart.houses.ascendant),
    midheaven: tropicalPoint(chart.houses.midheaven),
    planets: planetsOf(chart),
    houses: tropicalHouses(chart),
    aspects: western.aspectsWithin(western.aspectPoints(chart)).map(aspectOf),
    conventions: tropicalConventions(chart, options),
    moments: births.map(momentOf),
    warnings: polarWarnings(chart),
    engine: ENGINE,
  };
}
