export type { Orientation } from './angles-of-place.ts';
export { eclipticOfRightAscension } from './angles-of-place.ts';
export * from './houses.ts';
