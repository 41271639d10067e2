export * from './angles.ts';
export * from './calendar.ts';
export * from './civil-time.ts';
export { DELTA_T_MEASURED_TO, type DeltaT, deltaT } from './delta-t.ts';
export * from './instant.ts';
export { type Nutation, nutation } from './nutation.ts';
export { generalPrecession, meanObliquity } from './precession.ts';
export { apparentSiderealTime, meanSiderealTime } from './sidereal.ts';
export { fixedOffset, formatOffset } from './zone-offset.ts';
