import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { DEGREES, degrees360, RADIANS } from '../time/angles.ts';
import { instantFromUt } from '../time/instant.ts';
import { meanSiderealTime } from '../time/sidereal.ts';
import type { Body, Instant, Place } from '../types.ts';

/** Apparent geocentric place on the true equator of date. */
export interface EquatorialPlace {
  /** Degrees. */
  readonly rightAscension: number;
  /** Degrees. */
  readonly declination: number;
  /** Astronomical units. */
  readonly distance: number;
}

/** Apparent right ascension and declination of a body. */
export function equatorialPlace(ephemeris: SkyEphemeris, body: Body, at: Instant): EquatorialPlace {
  const { longitude, latitude, distance } = ephemeris.position(body, at);
  const epsilon = ephemeris.eclipticOfDate(at).obliquity * RADIANS;
  const [l, b] = [longitude * RADIANS, latitude * RADIANS];
  const y = Math.sin(l) * Math.cos(epsilon) - Math.tan(b) * Math.sin(epsilon);
  const sine = Math.sin(b) * Math.cos(epsilon) + Math.cos(b) * Math.sin(epsilon) * Math.sin(l);
  return {
    rightAscension: degrees360(Math.atan2(y, Math.cos(l)) * DEGREES),
    declination: Math.asin(sine) * DEGREES,
    distance,
  };
}

/** Local apparent sidereal time, degrees. */
export function localSiderealTime(ephemeris: SkyEphemeris, at: Instant, place: Place): number {
  const { dpsi, obliquity } = ephemeris.eclipticOfDate(at);
  return degrees360(meanSiderealTime(at) + dpsi * Math.cos(obliquity * RADIANS) + place.longitude);
}

/** Altitude in degrees of a place on the equator's net for an observer, without refraction. */
export function altitude(
  of: Pick<EquatorialPlace, 'rightAscension' | 'declination'>,
  siderealTime: number,
  latitude: number,
): number {
  const hours = (siderealTime - of.rightAscension) * RADIANS;
  const [delta, phi] = [of.declination * RADIANS, latitude * RADIANS];
  const sine = Math.sin(phi) * Math.sin(delta) + Math.cos(phi) * Math.cos(delta) * Math.cos(hours);
  return Math.asin(Math.min(Math.max(sine, -1), 1)) * DEGREES;
}

const NODES = [0, 1, 2, 3] as const;

/**
 * Where a body is while some days pass, from Julian dates UT. The Moon is asked each time; others move
 * so evenly that a cubic through four places is exact to 0.001″ over two days.
 */
export function equatorialTrack(
  ephemeris: SkyEphemeris,
  body: Body,
  days: { readonly from: number; readonly to: number },
): (jdUt: number) => EquatorialPlace {
  if (body === 'moon') return (jdUt) => equatorialPlace(ephemeris, body, instantFromUt(jdUt));
  const step = (days.to - days.from) / 3;
  const places = NODES.map((i) => {
    return equatorialPlace(ephemeris, body, instantFromUt(days.from + i * step));
  });
  const first = places[0]?.rightAscension ?? 0;
  const unwrapped = places.map(({ rightAscension }) => {
    return first + ((rightAscension - first + 540) % 360) - 180;
  });
  return (jdUt) => {
    const x = (jdUt - days.from) / step;
    const weights = NODES.map((i) => {
      const others = NODES.filter((j) => j !== i);
      return others.reduce<number>((product, j) => (product * (x - j)) / (i - j), 1);
    });
    const blend = (values: readonly number[]): number => {
      return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
    };
    return {
      rightAscension: degrees360(blend(unwrapped)),
      declination: blend(places.map((place) => place.declination)),
      distance: blend(places.map((place) => place.distance)),
    };
  };
}
