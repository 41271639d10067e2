import { ARCSECOND } from '../time/angles.ts';
import type { State, Vector } from './vectors.ts';

/**
 * From the dynamical ecliptic and equinox J2000 of VSOP87 to equatorial axes: the rotation that
 * Bretagnon and Francou give with VSOP87, to the mean equator and
 * equinox J2000.
 */
const VSOP_TO_EQUATOR = [
  [1, 4.4036e-7, -1.90919e-7],
  [-4.79966e-7, 0.917482137087, -0.397776982902],
  [0, 0.397776982902, 0.917482137087],
] as const;

/**
 * How the ICRS is turned against that equator about its second axis, radians: what the Earth and the
 * Moon of DE440 show against VSOP87 and ELP/MPP02, so that their latitudes agree within 0.004″ rms.
 */
const TILT = 0.0185 * ARCSECOND;

/** ICRS axes of a vector on the ecliptic of VSOP87, which is also that of ELP/MPP02. */
function eclipticToIcrs({ x, y, z }: Vector): Vector {
  const [a, b, c] = VSOP_TO_EQUATOR;
  const equatorX = a[0] * x + a[1] * y + a[2] * z;
  const equatorZ = c[0] * x + c[1] * y + c[2] * z;
  return {
    x: equatorX + TILT * equatorZ,
    y: b[0] * x + b[1] * y + b[2] * z,
    z: equatorZ - TILT * equatorX,
  };
}

/** The inverse of `eclipticToIcrs`. */
export function icrsToEcliptic({ x, y, z }: Vector): Vector {
  const [a, b, c] = VSOP_TO_EQUATOR;
  const equatorX = x - TILT * z;
  const equatorZ = z + TILT * x;
  return {
    x: a[0] * equatorX + b[0] * y + c[0] * equatorZ,
    y: a[1] * equatorX + b[1] * y + c[1] * equatorZ,
    z: a[2] * equatorX + b[2] * y + c[2] * equatorZ,
  };
}

/** ICRS axes of a state on the ecliptic of VSOP87. */
export function stateToIcrs(state: State): State {
  const { x, y, z } = eclipticToIcrs(state);
  const velocity = eclipticToIcrs({ x: state.vx, y: state.vy, z: state.vz });
  return { x, y, z, vx: velocity.x, vy: velocity.y, vz: velocity.z };
}
