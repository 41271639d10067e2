export { foldName } from './fold.ts';
export {
  GAZETTEER_BYTES,
  type Gazetteer,
  type GazetteerPlace,
  openGazetteer,
  type PlaceQuery,
} from './gazetteer.ts';
export { openZones, type PlaceZone } from './zone.ts';
