import {
  createCivilTime,
  createEphemeris,
  type Place,
  places,
  type SkyEphemeris,
} from '@meridian/astrology';

/** What computations read; opened when it is first needed, so that a start does not wait for it. */
export interface Sky {
  readonly ephemeris: SkyEphemeris;
  readonly civilTime: ReturnType<typeof createCivilTime>;
  zoneAt(place: Place): Promise<places.PlaceZone>;
  gazetteer(): Promise<places.Gazetteer>;
}

/** A sky of which nothing is loaded yet. */
export function createSky(): Sky {
  let ephemeris: SkyEphemeris | undefined;
  let civilTime: Sky['civilTime'] | undefined;
  let zones: ReturnType<typeof places.openZones> | undefined;
  let gazetteer: Promise<places.Gazetteer> | undefined;
  return {
    get ephemeris() {
      ephemeris ??= createEphemeris();
      return ephemeris;
    },
    get civilTime() {
      civilTime ??= createCivilTime();
      return civilTime;
    },
    async zoneAt(place) {
      zones ??= places.openZones();
      return (await zones)(place);
    },
    gazetteer() {
      gazetteer ??= places.openGazetteer();
      return gazetteer;
    },
  };
}
