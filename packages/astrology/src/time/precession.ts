import { ARCSECOND } from './angles.ts';
import { centuries } from './nutation.ts';

/**
 * The four Fukushima-Williams angles of bias and precession, IAU 2006 (Capitaine, Wallace, Chapront
 * 2003, P03; Wallace and Capitaine 2006), radians.
 */
export interface PrecessionAngles {
  readonly gamma: number;
  readonly phi: number;
  readonly psi: number;
  /** Mean obliquity of date. */
  readonly epsilon: number;
}

/** The angles from the ICRS to the mean equator and ecliptic of date. */
export function precessionAngles(jdTt: number): PrecessionAngles {
  const t = centuries(jdTt);
  const gamma = polynomial(t, -0.052928, 10.556378, 0.4932044, -0.00031238, -2.788e-6, 2.6e-8);
  const phi = polynomial(t, 84381.412819, -46.811016, 0.0511268, 0.00053289, -4.4e-7, -1.76e-8);
  const psi = polynomial(t, -0.041775, 5038.481484, 1.5584175, -0.00018522, -2.6452e-5, -1.48e-8);
  return {
    gamma: gamma * ARCSECOND,
    phi: phi * ARCSECOND,
    psi: psi * ARCSECOND,
    epsilon: meanObliquity(jdTt),
  };
}

/** Mean obliquity of the ecliptic of date, IAU 2006, radians. */
export function meanObliquity(jdTt: number): number {
  const t = centuries(jdTt);
  const seconds = polynomial(t, 84381.406, -46.836769, -0.0001831, 0.0020034, -5.76e-7, -4.34e-8);
  return seconds * ARCSECOND;
}

/** General precession in longitude since J2000.0, IAU 2006 (Capitaine et al. 2003), degrees. */
export function generalPrecession(jdTt: number): number {
  const t = centuries(jdTt);
  return polynomial(t, 0, 5028.796195, 1.1054348, 0.00007964, -0.000023857) / 3600;
}

/** c0 + c1·t + c2·t² + … by Horner's scheme. */
export function polynomial(t: number, ...coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
}
