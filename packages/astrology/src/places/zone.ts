import type { Place } from '../types.ts';

/** The IANA zones at a place; more than one where a border or a claim is disputed. */
export interface PlaceZone {
  /** The zone to take. */
  readonly zone: string;
  /** Others that the same point is counted in. */
  readonly alternatives: readonly string[];
}

/**
 * Opens the zone polygons of the time zone boundary builder (OpenStreetMap data, ODbL, see NOTICE) with every zone that
 * has a history of its own. 31 MB on disk are read piece by piece; the index takes some 5 MB of memory. Call it once.
 */
export async function openZones(): Promise<(place: Place) => PlaceZone> {
  const { find } = await import('geo-tz/all');
  return ({ latitude, longitude }) => {
    const [zone = 'UTC', ...alternatives] = find(latitude, longitude);
    return { zone, alternatives };
  };
}
