/** Bodies whose place in the sky is computed. */
export type Body =
  | 'sun'
  | 'moon'
  | 'mercury'
  | 'venus'
  | 'mars'
  | 'jupiter'
  | 'saturn'
  | 'uranus'
  | 'neptune'
  | 'pluto'
  | 'mean_node'
  | 'true_node';

/** A moment in the time scales that the computation needs. */
export interface Instant {
  /** Julian date, Terrestrial Time: what moves the bodies. */
  readonly jdTt: number;
  /** Julian date, Universal Time: what turns the Earth. */
  readonly jdUt: number;
}

/** A place on the Earth, WGS 84. */
export interface Place {
  /** Degrees, north positive, −90 to 90. */
  readonly latitude: number;
  /** Degrees, east positive, −180 to 180. */
  readonly longitude: number;
  /** Metres above the sea; 0 if absent. */
  readonly elevation?: number;
}

/** Where a body appears: geocentric, apparent, ecliptic and equinox of date. */
export interface Position {
  /** Degrees, 0 to 360. */
  readonly longitude: number;
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Astronomical units. */
  readonly distance: number;
  /** Change of the longitude, degrees per day; negative when retrograde. */
  readonly speed: number;
}

/** Tells where bodies are. Throws a RangeError outside 1800 to 2100. */
export interface Ephemeris {
  position(body: Body, at: Instant): Position;
  /** Only the longitude in degrees, cheaper: for searching in time. */
  longitude(body: Body, at: Instant): number;
}

/** The angles and twelve cusps of a place and moment, tropical degrees of date. */
export interface Houses {
  readonly system: HouseSystem;
  readonly ascendant: number;
  readonly midheaven: number;
  /** Cusps of houses 1 to 12. */
  readonly cusps: readonly number[];
  /** The system that was asked for where it has no solution at this latitude. */
  readonly fallbackFrom?: HouseSystem;
}

export type HouseSystem =
  | 'whole_sign'
  | 'equal'
  | 'placidus'
  | 'koch'
  | 'porphyry'
  | 'regiomontanus'
  | 'campanus'
  | 'sripati'
  | 'alcabitius'
  | 'morinus';

export type Ayanamsa =
  | 'lahiri'
  | 'raman'
  | 'kp'
  | 'kp_vp291'
  | 'fagan_bradley'
  | 'yukteshwar'
  | 'true_chitra';

/** The nine of Vedic astrology. */
export type Graha =
  | 'sun'
  | 'moon'
  | 'mars'
  | 'mercury'
  | 'jupiter'
  | 'venus'
  | 'saturn'
  | 'rahu'
  | 'ketu';

/** A graha in a sidereal chart. */
export interface GrahaPlace {
  /** Sidereal degrees, 0 to 360. */
  readonly longitude: number;
  readonly latitude: number;
  /** Degrees per day. */
  readonly speed: number;
  readonly isRetrograde: boolean;
}

/** A sidereal chart: all that Vedic rules read. */
export interface VedicChart {
  readonly grahas: Readonly<Record<Graha, GrahaPlace>>;
  /** Sidereal degrees. */
  readonly ascendant: number;
  /** Sidereal degrees. */
  readonly midheaven: number;
  /** What was taken off the tropical longitudes, degrees. */
  readonly ayanamsa: number;
  readonly at: Instant;
  readonly place: Place;
}
