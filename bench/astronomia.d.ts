/** What the astrology bench uses of astronomia 4.2.0, which has no types of its own. */
declare module 'astronomia' {
  interface Place {
    readonly lon: number;
    readonly lat: number;
    readonly range: number;
  }
  interface EquatorialPlace {
    readonly ra: number;
    readonly dec: number;
    toEcliptic(obliquity: number): Place;
  }
  export const coord: { Equatorial: new (ra: number, dec: number) => EquatorialPlace };
  export const elliptic: {
    position(planet: object, earth: object, jde: number): EquatorialPlace;
  };
  export const moonposition: { position(jde: number): Place; node(jde: number): number };
  export const nutation: { meanObliquity(jde: number): number; nutation(jde: number): number[] };
  export const planetposition: { Planet: new (data: object) => object };
  export const pluto: { astrometric(jde: number, earth: object): EquatorialPlace };
  export const solar: { apparentVSOP87(earth: object, jde: number): Place };
}

declare module 'astronomia/data' {
  const data: Readonly<Record<string, object>>;

  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export { data as default };
}
