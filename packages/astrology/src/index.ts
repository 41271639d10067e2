export { AYANAMSAS, type AyanamsaValue, ayanamsaAt } from './ayanamsa.ts';
export * from './ephemeris/index.ts';
export * from './houses/index.ts';
export { type SiderealChartQuery, siderealChart } from './sidereal-chart.ts';
export * from './time/index.ts';
export type * from './types.ts';
