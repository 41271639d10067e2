import { degrees360 } from '../time/angles.ts';
import type { Body, Ephemeris, Instant } from '../types.ts';
import { ASPECTS, type AspectKey, type AspectPoint } from './aspects.ts';
import { crossings, type Span, stations, type Track, track } from './crossings.ts';
import { bodyOf, type Node, type Planet, type PointKey } from './points.ts';

/** One exact aspect of a moving body to a point that stands still. */
export interface TransitHit {
  readonly planet: Planet;
  readonly aspect: AspectKey;
  readonly to: PointKey;
  readonly at: Instant;
  /** Where the moving body stands, tropical degrees. */
  readonly longitude: number;
  readonly isRetrograde: boolean;
  /** Which meeting this is of those that one retrograde loop makes: 1 of 3, and so on. */
  readonly pass: number;
  readonly passes: number;
}

/** What transits to look for. */
export interface TransitSearch {
  readonly span: Span;
  readonly planets: readonly Planet[];
  readonly aspects: readonly AspectKey[];
  readonly to: readonly AspectPoint[];
  readonly node: Node;
}

/** The longest range with the Moon, days: she makes some 1,300 exact major aspects in a year. */
export const MOON_RANGE_DAYS_MAX = 400;
/** The longest range without the Moon, days: three years, half a second of a core with the true node. */
export const RANGE_DAYS_MAX = 1_100;

/** The major aspects, which transits are usually judged by. */
export const MAJOR_ASPECTS: readonly AspectKey[] = ASPECTS.filter((rule) => rule.isMajor).map(
  (rule) => rule.key,
);

/** Throws a RangeError where a span is empty, turned round or longer than the planets allow. */
function requireTransitRange(span: Span, planets: readonly Planet[]): void {
  const days = span.to - span.from;
  const most = planets.includes('moon') ? MOON_RANGE_DAYS_MAX : RANGE_DAYS_MAX;
  if (!(days > 0)) throw new RangeError('the range must end after it begins');
  if (days > most) throw new RangeError(`the range must not be longer than ${most} days`);
}

/**
 * Every exact aspect in a range of time, in order of time: each root on each piece of the body's way between two
 * stations, so that all passes of a retrograde loop are found.
 */
export function transits(ephemeris: Ephemeris, search: TransitSearch): TransitHit[] {
  requireTransitRange(search.span, search.planets);
  const rules = ASPECTS.filter((rule) => search.aspects.includes(rule.key));
  const wayOf = createTracks(ephemeris, search.span);
  const hits = search.planets.flatMap((planet) => {
    const way = wayOf(bodyOf(planet, search.node));
    const turn = planet === 'south_node' ? 180 : 0;
    return search.to.flatMap((point) =>
      rules.flatMap((rule) =>
        sidesOf(rule.angle).flatMap((side) => {
          const target = degrees360(point.longitude + side + turn);
          const found = crossings(ephemeris, way, target);
          return withPasses(
            found.map(({ at, longitude, isRetrograde }) => ({
              ...{ planet, aspect: rule.key, to: point.key, at, isRetrograde },
              longitude: degrees360(longitude - turn),
            })),
          );
        }),
      ),
    );
  });
  return hits.sort((a, b) => a.at.jdTt - b.at.jdTt);
}

/** Follows each body once: the two nodes share one way. */
function createTracks(ephemeris: Ephemeris, span: Span): (body: Body) => Track {
  const tracks = new Map<Body, Track>();
  return (body) => {
    const known = tracks.get(body) ?? track(ephemeris, body, span);
    tracks.set(body, known);
    return known;
  };
}

/** An aspect is met before and behind a point, but for the conjunction and the opposition. */
function sidesOf(angle: number): readonly number[] {
  return angle === 0 || angle === 180 ? [angle] : [angle, -angle];
}

/** Meetings in alternating directions belong to one loop; two direct ones in a row are two loops. */
function withPasses<T extends { readonly isRetrograde: boolean }>(
  hits: readonly T[],
): (T & { pass: number; passes: number })[] {
  const loops: T[][] = [];
  for (const hit of hits) {
    const loop = loops.at(-1);
    const last = loop?.at(-1);
    if (loop && last && last.isRetrograde !== hit.isRetrograde) loop.push(hit);
    else loops.push([hit]);
  }
  return loops.flatMap((loop) =>
    loop.map((hit, index) => ({ ...hit, pass: index + 1, passes: loop.length })),
  );
}

/** A body entering a sign, or turning. */
export interface SkyEvent {
  readonly planet: Planet;
  readonly kind: 'ingress' | 'station_retrograde' | 'station_direct';
  readonly at: Instant;
  /** Degrees of the zodiac that was asked for. */
  readonly longitude: number;
  readonly isRetrograde: boolean;
}

/** What sky events to look for. */
export interface SkyEventSearch {
  readonly span: Span;
  readonly planets: readonly Planet[];
  readonly node: Node;
  /** Taken off tropical longitudes, degrees: 0 for the tropical zodiac. */
  readonly ayanamsa: number;
}

/** Every entry into a sign and every station in a range of time, in order of time. */
export function skyEvents(ephemeris: Ephemeris, search: SkyEventSearch): SkyEvent[] {
  requireTransitRange(search.span, search.planets);
  const wayOf = createTracks(ephemeris, search.span);
  const events = search.planets.flatMap((planet): SkyEvent[] => {
    const way = wayOf(bodyOf(planet, search.node));
    const turn = planet === 'south_node' ? 180 : 0;
    const ingresses = Array.from({ length: 12 }, (_, sign) => sign * 30).flatMap((edge) =>
      crossings(ephemeris, way, degrees360(edge + search.ayanamsa + turn)).map((crossing) => ({
        ...{ planet, kind: 'ingress' as const, longitude: edge },
        ...{ at: crossing.at, isRetrograde: crossing.isRetrograde },
      })),
    );
    if (planet === 'north_node' || planet === 'south_node') return ingresses;
    const turns = stations(way).map(
      ({ at, longitude, turns, isRetrograde }): SkyEvent => ({
        ...{ planet, at, isRetrograde },
        kind: turns === 'direct' ? 'station_direct' : 'station_retrograde',
        longitude: degrees360(longitude - search.ayanamsa),
      }),
    );
    return [...ingresses, ...turns];
  });
  return events.sort((a, b) => a.at.jdTt - b.at.jdTt);
}
