export {
  ASPECTS,
  type Aspect,
  type AspectKey,
  type AspectPoint,
  type AspectRule,
  aspectPoints,
  aspectsBetween,
  aspectsWithin,
  stillPoints,
} from './aspects.ts';
export { type Crossing, crossings, nextCrossing, type Span, stations, track } from './crossings.ts';
export {
  DIGNITY_SCORES,
  type Dignity,
  dignities,
  isDayChart,
  type PlanetDignity,
  type Rulers,
} from './dignities.ts';
export {
  castWestern,
  type Node,
  PLANETS,
  type Planet,
  type PlanetPlace,
  type PointKey,
  WESTERN_DEFAULTS,
  type WesternBirth,
  type WesternChart,
  type WesternOptions,
} from './points.ts';
export {
  type ProgressedChart,
  secondaryProgressions,
  solarArcDirections,
} from './progressions.ts';
export {
  type ReturnChart,
  type ReturningBody,
  type ReturnQuery,
  returnChart,
  returnsWithin,
} from './returns.ts';
export {
  MAJOR_ASPECTS,
  MOON_RANGE_DAYS_MAX,
  RANGE_DAYS_MAX,
  type SkyEvent,
  type SkyEventSearch,
  skyEvents,
  type TransitHit,
  type TransitSearch,
  transits,
} from './transits.ts';
export {
  compositeChart,
  type DavisonChart,
  davisonChart,
  SYNASTRY_ASPECTS,
  type Synastry,
  synastry,
} from './two-charts.ts';
