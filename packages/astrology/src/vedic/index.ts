export * from './ashtakavarga.ts';
export {
  DASHA_LEVELS_MAX,
  type DashaBranch,
  type DashaPeriod,
  type DashaTimeline,
} from './dasha-timeline.ts';
export * from './dignity.ts';
export * from './doshas/kaal-sarp.ts';
export * from './doshas/manglik.ts';
export * from './doshas/sade-sati.ts';
export * from './drishti.ts';
export * from './karakas.ts';
export * from './matching/ashtakoot.ts';
export * from './muhurta.ts';
export * from './other-dashas.ts';
export * from './panchang/angas.ts';
export * from './panchang/day.ts';
export { FESTIVALS } from './panchang/festival-table.ts';
export * from './panchang/festivals.ts';
export * from './panchang/months.ts';
export * from './panchang/periods.ts';
export * from './panchang/sky.ts';
export * from './reading.ts';
export * from './shadbala/index.ts';
export * from './vargas.ts';
export * from './vimshottari.ts';
export * from './yogas/index.ts';
export * from './zodiac.ts';
