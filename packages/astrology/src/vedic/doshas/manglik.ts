import type { VedicChart } from '../../types.ts';
import { Reading } from '../reading.ts';
import { houseFrom } from '../zodiac.ts';

/** What the house of Mars is counted from. */
export type ManglikBasis = 'lagna' | 'moon' | 'venus';

/** Manglik on one basis. */
export interface ManglikFinding {
  readonly basis: ManglikBasis;
  /** House of Mars from there, 1 to 12. */
  readonly house: number;
  /** In 1, 2, 4, 7, 8 or 12. */
  readonly isManglik: boolean;
  /** The same where the second house is not counted. */
  readonly isManglikWithoutSecond: boolean;
}

/** Manglik on every basis, with what cancels it. */
export interface Manglik {
  readonly bases: readonly ManglikFinding[];
  /** From the lagna or the Moon, the second house counted, before cancellations. */
  readonly isManglik: boolean;
  /** Keys of the cancellations that hold; empty where there is nothing to cancel. */
  readonly cancelledBy: readonly string[];
  /** `isManglik`, and nothing cancels it. */
  readonly isEffective: boolean;
}

const HOUSES = [1, 2, 4, 7, 8, 12];

interface ManglikCancellation {
  readonly key: string;
  readonly condition: string;
  readonly holds: (r: Reading) => boolean;
}

/** Signs in which Mars of a house from the lagna does no harm. */
const HARMLESS: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [2, 5],
  4: [0, 7],
  7: [3, 9],
  8: [8, 11],
  12: [1, 6],
};

/** What cancels Manglik, as rules in words; traditions differ, so each is named apart. */
export const MANGLIK_CANCELLATIONS: readonly ManglikCancellation[] = [
  {
    key: 'mars_own_or_exalted',
    condition: 'Mars is exalted or in its own sign.',
    holds: (r) => r.isWell('mars'),
  },
  {
    key: 'mars_harmless_sign',
    condition:
      'Mars in the 1st in Aries, 2nd in Gemini or Virgo, 4th in Aries or Scorpio, 7th in Cancer or Capricorn, 8th in Sagittarius or Pisces, 12th in Taurus or Libra.',
    holds: (r) => HARMLESS[r.house.mars]?.includes(r.sign.mars) ?? false,
  },
  {
    key: 'lagna_cancer_or_leo',
    condition: 'Cancer or Leo rises, for which Mars is yogakaraka.',
    holds: (r) => r.lagna === 3 || r.lagna === 4,
  },
  {
    key: 'jupiter_touches_mars',
    condition: 'Jupiter joins Mars or looks at it.',
    holds: (r) => r.touches('jupiter', 'mars'),
  },
  {
    key: 'moon_joins_mars',
    condition: 'The Moon joins Mars.',
    holds: (r) => r.joins('moon', 'mars'),
  },
  {
    key: 'benefic_in_lagna_or_seventh',
    condition: 'Jupiter or Venus is in the lagna, or Venus in the seventh.',
    holds: (r) => r.house.jupiter === 1 || r.isIn('venus', [1, 7]),
  },
];

/** Manglik from the lagna, the Moon and Venus, with and without the second house. */
export function manglik(chart: VedicChart, reading: Reading = new Reading(chart)): Manglik {
  const { sign } = reading;
  const bases = (
    [
      ['lagna', reading.lagna],
      ['moon', sign.moon],
      ['venus', sign.venus],
    ] as const
  ).map(([basis, origin]) => {
    const house = houseFrom(origin, sign.mars);
    const isManglik = HOUSES.includes(house);
    return { basis, house, isManglik, isManglikWithoutSecond: isManglik && house !== 2 };
  });
  const isManglik = bases.some((finding) => finding.basis !== 'venus' && finding.isManglik);
  const holding = MANGLIK_CANCELLATIONS.filter((cancellation) => cancellation.holds(reading));
  const cancelledBy = isManglik ? holding.map((cancellation) => cancellation.key) : [];
  return { bases, isManglik, cancelledBy, isEffective: isManglik && cancelledBy.length === 0 };
}
