export {
  type HouseSignificators,
  KP_GRAHAS,
  type KpChart,
  type KpCusp,
  type KpInput,
  type KpPlanet,
  kpChart,
  type RulingPlanets,
  rulingPlanets,
} from './chart.ts';
export { type KpLords, LORDS, lordsAt, SUBS, type Sub } from './subs.ts';
