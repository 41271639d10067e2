import type { Masa } from './months.ts';

/** The part of a day in which the tithi has to run. */
export type FestivalWindow =
  | 'sunrise'
  /** Three of the day's fifteen muhurtas after sunrise. */
  | 'three_muhurtas'
  /** Sunrise to noon. */
  | 'purvahna'
  /** The third fifth of the day. */
  | 'madhyahna'
  /** The fourth fifth of the day. */
  | 'aparahna'
  /** The first fifth of the night. */
  | 'pradosha'
  /** The eighth of the night's fifteen muhurtas. */
  | 'nishita';

/** A festival of the Moon: a tithi (1 to 30) of an amanta month that is not adhika. */
export interface LunarFestival {
  readonly key: string;
  readonly masa: Masa;
  readonly tithi: number;
  readonly window: FestivalWindow;
  /** `most`: the day whose window holds most of the tithi, of equal ones the first; `last`: the last that holds some. */
  readonly pick: 'most' | 'last';
  /** What else decides: see `festivals.ts`. */
  readonly special?: 'holi' | 'dussehra';
}

/** A festival of the Sun: its entry into a sidereal sign (0 to 11). */
export interface SolarFestival {
  readonly key: string;
  readonly sign: number;
  /** An entry after sunset is kept on the next day. */
  readonly isNextDayAfterSunset: boolean;
}

/** Festivals by lunar months, as the Nirnaya texts and the almanacs of Delhi reckon them. */
export const LUNAR_FESTIVALS: readonly LunarFestival[] = [
  { key: 'vasant_panchami', masa: 'magha', tithi: 5, window: 'purvahna', pick: 'most' },
  { key: 'maha_shivaratri', masa: 'magha', tithi: 29, window: 'nishita', pick: 'last' },
  {
    key: 'holika_dahan',
    masa: 'phalguna',
    tithi: 15,
    window: 'pradosha',
    pick: 'most',
    special: 'holi',
  },
  { key: 'ugadi', masa: 'chaitra', tithi: 1, window: 'sunrise', pick: 'most' },
  { key: 'rama_navami', masa: 'chaitra', tithi: 9, window: 'madhyahna', pick: 'most' },
  { key: 'hanuman_jayanti', masa: 'chaitra', tithi: 15, window: 'sunrise', pick: 'most' },
  { key: 'akshaya_tritiya', masa: 'vaishakha', tithi: 3, window: 'three_muhurtas', pick: 'most' },
  { key: 'buddha_purnima', masa: 'vaishakha', tithi: 15, window: 'sunrise', pick: 'most' },
  { key: 'guru_purnima', masa: 'ashadha', tithi: 15, window: 'sunrise', pick: 'most' },
  { key: 'nag_panchami', masa: 'shravana', tithi: 5, window: 'sunrise', pick: 'most' },
  { key: 'raksha_bandhan', masa: 'shravana', tithi: 15, window: 'three_muhurtas', pick: 'most' },
  { key: 'janmashtami', masa: 'shravana', tithi: 23, window: 'nishita', pick: 'last' },
  { key: 'ganesh_chaturthi', masa: 'bhadrapada', tithi: 4, window: 'madhyahna', pick: 'most' },
  { key: 'anant_chaturdashi', masa: 'bhadrapada', tithi: 14, window: 'sunrise', pick: 'most' },
  { key: 'sharad_navaratri', masa: 'ashvina', tithi: 1, window: 'sunrise', pick: 'most' },
  {
    key: 'dussehra',
    masa: 'ashvina',
    tithi: 10,
    window: 'aparahna',
    pick: 'most',
    special: 'dussehra',
  },
  { key: 'dhanteras', masa: 'ashvina', tithi: 28, window: 'pradosha', pick: 'most' },
  { key: 'diwali', masa: 'ashvina', tithi: 30, window: 'pradosha', pick: 'most' },
  { key: 'bhai_dooj', masa: 'kartika', tithi: 2, window: 'aparahna', pick: 'last' },
  { key: 'kartik_purnima', masa: 'kartika', tithi: 15, window: 'sunrise', pick: 'most' },
];

/** Festivals by the Sun. */
export const SOLAR_FESTIVALS: readonly SolarFestival[] = [
  { key: 'makar_sankranti', sign: 9, isNextDayAfterSunset: true },
  { key: 'mesha_sankranti', sign: 0, isNextDayAfterSunset: false },
];

/** Keys of all festivals; `holi` is the day after `holika_dahan`. */
export const FESTIVALS: readonly string[] = [
  ...LUNAR_FESTIVALS.map((festival) => festival.key),
  'holi',
  ...SOLAR_FESTIVALS.map((festival) => festival.key),
];
