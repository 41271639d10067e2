import type { SphericalState } from './series.ts';

/** Rectangular coordinates. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Place and velocity (per day) in rectangular coordinates. */
export interface State extends Vector {
  readonly vx: number;
  readonly vy: number;
  readonly vz: number;
}

/** Rectangular state of a spherical one. */
export function rectangular({ value, rate }: SphericalState): State {
  const [l, b, r] = value;
  const [dl, db, dr] = rate;
  const [sl, cl, sb, cb] = [Math.sin(l), Math.cos(l), Math.sin(b), Math.cos(b)];
  return {
    x: r * cb * cl,
    y: r * cb * sl,
    z: r * sb,
    vx: dr * cb * cl - r * (db * sb * cl + dl * cb * sl),
    vy: dr * cb * sl - r * (db * sb * sl - dl * cb * cl),
    vz: dr * sb + r * db * cb,
  };
}

/** The length of a vector. */
export function length({ x, y, z }: Vector): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** `a` − `b`. */
export function minus(a: Vector, b: Vector): Vector {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

/** The scalar product. */
export function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
