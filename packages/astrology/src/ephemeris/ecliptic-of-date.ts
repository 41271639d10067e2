import { DEGREES, degrees360 } from '../time/angles.ts';
import { nutation } from '../time/nutation.ts';
import { precessionAngles } from '../time/precession.ts';
import type { Vector } from './vectors.ts';

/**
 * The true ecliptic and equinox of a date against the ICRS: IAU 2006 precession with IAU 2000B
 * nutation. In Fukushima-Williams angles it is R3(−ψ − Δψ) R1(φ) R3(γ).
 */
export interface EclipticOfDate {
  /** Turns an ICRS vector to the ecliptic of date; longitudes there lack `origin`. */
  rotate(vector: Vector): Vector;
  /** ψ + Δψ, degrees. */
  readonly origin: number;
  /** Change of `origin`, degrees per day. */
  readonly originSpeed: number;
  /** Nutation in longitude, degrees. */
  readonly dpsi: number;
  /** True obliquity, degrees. */
  readonly obliquity: number;
}

const RATE_STEP_DAYS = 0.05;

/** The ecliptic of a date. */
export function eclipticOfDate(jdTt: number): EclipticOfDate {
  const { gamma, phi, psi, epsilon } = precessionAngles(jdTt);
  const { dpsi, deps } = nutation(jdTt);
  const [sg, cg, sp, cp] = [Math.sin(gamma), Math.cos(gamma), Math.sin(phi), Math.cos(phi)];
  let originSpeed: number | undefined;
  return {
    rotate({ x, y, z }) {
      const turned = cg * y - sg * x;
      return { x: cg * x + sg * y, y: cp * turned + sp * z, z: cp * z - sp * turned };
    },
    origin: (psi + dpsi) * DEGREES,
    get originSpeed() {
      originSpeed ??= originRate(jdTt);
      return originSpeed;
    },
    dpsi: dpsi * DEGREES,
    obliquity: (epsilon + deps) * DEGREES,
  };
}

function originRate(jdTt: number): number {
  const originAt = (jd: number): number => precessionAngles(jd).psi + nutation(jd).dpsi;
  const change = originAt(jdTt + RATE_STEP_DAYS) - originAt(jdTt - RATE_STEP_DAYS);
  return (change * DEGREES) / (2 * RATE_STEP_DAYS);
}

/** Longitude in degrees of a vector that `rotate` gave. */
export function longitudeOf(vector: Vector, origin: number): number {
  return degrees360(Math.atan2(vector.y, vector.x) * DEGREES + origin);
}
