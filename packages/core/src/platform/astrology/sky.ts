import {
  type Ayanamsa,
  createCivilTime,
  createEphemeris,
  type Place,
  places,
  type SkyEphemeris,
  vedic,
} from '@meridian/astrology';

/** What computations read; opened when it is first needed, so that a start does not wait for it. */
export interface Sky {
  readonly ephemeris: SkyEphemeris;
  readonly civilTime: ReturnType<typeof createCivilTime>;
  /** The same sky as the Hindu calendar reads it; it remembers what it was asked last. */
  calendar(ayanamsa?: Ayanamsa): vedic.PanchangSky;
  zoneAt(place: Place): Promise<places.PlaceZone>;
  gazetteer(): Promise<places.Gazetteer>;
}

/** A sky of which nothing is loaded yet. */
export function createSky(): Sky {
  let ephemeris: SkyEphemeris | undefined;
  let civilTime: Sky['civilTime'] | undefined;
  const calendars = new Map<Ayanamsa, vedic.PanchangSky>();
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
    calendar(ayanamsa = 'lahiri') {
      const known = calendars.get(ayanamsa);
      if (known) return known;
      const made = vedic.createPanchangSky(this.ephemeris, ayanamsa);
      calendars.set(ayanamsa, made);
      return made;
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
