import { degrees180, degrees360 } from '../time/angles.ts';
import { ASPECTS, type Planet } from '../western/index.ts';

/** A moving point as horoscopes see it, in the zodiac of their system. */
export interface Mover {
  readonly planet: Planet;
  /** Degrees. */
  readonly longitude: number;
  readonly speed: number;
  readonly isRetrograde: boolean;
}

/** How one moving point stands to another. */
export interface Contact {
  readonly to: Planet;
  readonly kind: 'conjunction' | 'sextile' | 'square' | 'trine' | 'opposition' | 'drishti';
  /** Degrees from one point to the other at which it is exact. */
  readonly angle: number;
  /** Degrees from exact. */
  readonly orb: number;
  readonly motion: 'applying' | 'separating';
}

/** Degrees that count as a contact in the Vedic reading, where aspects go by sign. */
const VEDIC_ORB = 8;

/** Full glances of a graha besides the seventh place, as degrees forward (BPHS chapter 26). */
const GLANCES: Readonly<Partial<Record<Planet, readonly number[]>>> = {
  mars: [90, 210],
  jupiter: [120, 240],
  saturn: [60, 270],
};

/** The closest contact of a point with any other; undefined where there is none within the orbs. */
export function closestContact(
  one: Mover,
  others: readonly Mover[],
  system: 'vedic' | 'western',
): Contact | undefined {
  const contacts = others
    .filter(({ planet }) => planet !== one.planet && !(isNode(planet) && isNode(one.planet)))
    .flatMap((other) => (system === 'western' ? western(one, other) : vedic(one, other)));
  return contacts.sort((a, b) => a.orb - b.orb)[0];
}

function isNode(planet: Planet): boolean {
  return planet === 'north_node' || planet === 'south_node';
}

function western(one: Mover, other: Mover): Contact[] {
  const apart = degrees180(other.longitude - one.longitude);
  return ASPECTS.filter((rule) => rule.isMajor).flatMap(({ key, angle, orb }): Contact[] => {
    const off = Math.abs(apart) - angle;
    if (Math.abs(off) > orb) return [];
    const widening = Math.sign(off) * Math.sign(apart) * (other.speed - one.speed);
    return [{ to: other.planet, kind: key as Contact['kind'], angle, ...closeness(off, widening) }];
  });
}

function vedic(one: Mover, other: Mover): Contact[] {
  const angles = [0, 180, ...(GLANCES[one.planet] ?? [])];
  return angles.flatMap((angle): Contact[] => {
    const off = degrees180(degrees360(other.longitude - one.longitude) - angle);
    if (Math.abs(off) > VEDIC_ORB) return [];
    const widening = Math.sign(off) * (other.speed - one.speed);
    const kind = angle === 0 ? 'conjunction' : 'drishti';
    return [{ to: other.planet, kind, angle, ...closeness(off, widening) }];
  });
}

function closeness(off: number, widening: number): Pick<Contact, 'orb' | 'motion'> {
  return { orb: Math.abs(off), motion: widening < 0 ? 'applying' : 'separating' };
}
