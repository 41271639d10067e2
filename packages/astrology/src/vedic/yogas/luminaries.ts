import type { Graha } from '../../types.ts';
import { naturalRegard, temporalRegard } from '../dignity.ts';
import type { Reading } from '../reading.ts';
import { lordOf, norm180, SEVEN } from '../zodiac.ts';
import {
  BPHS,
  BRIHAT_JATAKA,
  BURNT,
  type Cancellation,
  chapter,
  isDusthana,
  isKendra,
  PHALADEEPIKA,
  rule,
  when,
  type YogaDraft,
} from './rule.ts';

const FIVE = ['mars', 'mercury', 'jupiter', 'venus', 'saturn'] as const;
const GOOD = ['mercury', 'jupiter', 'venus'] as const;

const great = (key: string, graha: (typeof FIVE)[number]): YogaDraft =>
  rule(
    key,
    `In a kendra, ${graha} exalted, in its moolatrikona or its own sign.`,
    (r) => when(r.isWell(graha) && r.inKendra(graha), graha),
    { family: 'mahapurusha' },
  );

/** The five great persons. */
export const MAHAPURUSHA = chapter(BPHS, 75, { group: 'mahapurusha', cancellations: [BURNT] }, [
  great('ruchaka', 'mars'),
  great('bhadra', 'mercury'),
  great('hamsa', 'jupiter'),
  great('malavya', 'venus'),
  great('shasha', 'saturn'),
]);

const beside = (r: Reading, of: 'sun' | 'moon', nth: number): readonly Graha[] =>
  FIVE.filter((graha) => r.from(r.sign[of], graha) === nth);

const COMPANY_IN_KENDRAS: Cancellation = {
  key: 'grahas_in_kendras',
  condition:
    'A graha other than the Moon is in a kendra from the lagna or, beside it, from the Moon.',
  holds: (r) =>
    FIVE.some((graha) => r.inKendra(graha) || isKendra(r.fromMoon(graha))) || r.inKendra('sun'),
};
const JUPITER_LOOKS_AT_MOON: Cancellation = {
  key: 'jupiter_looks_at_moon',
  condition: 'Jupiter looks at the Moon.',
  holds: (r) => r.looksAt('jupiter', 'moon'),
};

const distance = (key: string, words: string, houses: readonly number[]): YogaDraft =>
  rule(
    key,
    `The Moon in a ${words} from the Sun.`,
    (r) => when(houses.includes(r.from(r.sign.sun, 'moon')), 'moon', 'sun'),
    { family: 'moon_from_sun' },
  );

/** Two grahas of the many pairs that the chapter on conjunctions goes through. */
const pair = (
  key: string,
  a: Graha,
  b: Graha,
  cancellations: readonly Cancellation[] = [],
): YogaDraft =>
  rule(key, `Together in one sign: ${a} and ${b}.`, (r) => when(r.joins(a, b), a, b), {
    family: 'two_together',
    cancellations,
  });

/** Yogas of the Moon. */
export const LUNAR = [
  ...chapter(BPHS, 37, { group: 'lunar' }, [
    rule(
      'sunapha',
      'A graha other than the Sun in the second from the Moon, none in the twelfth.',
      (r) => when(beside(r, 'moon', 12).length === 0, ...beside(r, 'moon', 2)),
    ),
    rule(
      'anapha',
      'A graha other than the Sun in the twelfth from the Moon, none in the second.',
      (r) => when(beside(r, 'moon', 2).length === 0, ...beside(r, 'moon', 12)),
    ),
    rule(
      'durudhura',
      'Grahas other than the Sun in the second and the twelfth from the Moon.',
      (r) => {
        const [second, twelfth] = [beside(r, 'moon', 2), beside(r, 'moon', 12)];
        return when(second.length > 0 && twelfth.length > 0, ...second, ...twelfth);
      },
    ),
    rule(
      'kemadruma',
      'No graha other than the Sun in the second or the twelfth from the Moon, or with it.',
      (r) =>
        when(
          [1, 2, 12].every((nth) => beside(r, 'moon', nth).length === 0),
          'moon',
        ),
      { cancellations: [COMPANY_IN_KENDRAS, JUPITER_LOOKS_AT_MOON] },
    ),
    distance('adhama', 'kendra', [1, 4, 7, 10]),
    distance('sama', 'panaphara', [2, 5, 8, 11]),
    distance('varishtha', 'apoklima', [3, 6, 9, 12]),
    rule(
      'chandra_adhi',
      'Mercury, Jupiter and Venus in the sixth, seventh and eighth from the Moon.',
      (r) =>
        when(
          GOOD.every((graha) => [6, 7, 8].includes(r.fromMoon(graha))),
          ...GOOD,
        ),
    ),
    rule('chandra_dhana', 'All of Mercury, Jupiter and Venus in upachayas from the Moon.', (r) =>
      when(
        GOOD.every((graha) => [3, 6, 10, 11].includes(r.fromMoon(graha))),
        ...GOOD,
      ),
    ),
    rule(
      'moon_own_part_by_day',
      'By day, the Moon in its own navamsa or that of a great friend, looked at by Jupiter.',
      (r) => when(r.isDay && isMoonAtHome(r) && r.looksAt('jupiter', 'moon'), 'moon', 'jupiter'),
    ),
    rule(
      'moon_own_part_by_night',
      'By night, the Moon in its own navamsa or that of a great friend, looked at by Venus.',
      (r) => when(!r.isDay && isMoonAtHome(r) && r.looksAt('venus', 'moon'), 'moon', 'venus'),
    ),
  ]),
  ...chapter(PHALADEEPIKA, 6, { group: 'lunar' }, [
    rule(
      'shakata',
      'The Moon in the sixth, eighth or twelfth from Jupiter.',
      (r) => when(isDusthana(r.from(r.sign.jupiter, 'moon')), 'moon', 'jupiter'),
      {
        cancellations: [
          {
            key: 'moon_in_kendra',
            condition: 'The Moon is in a kendra from the lagna.',
            holds: (r) => r.inKendra('moon'),
          },
        ],
      },
    ),
    rule('vasumati', 'Mercury, Jupiter and Venus in upachayas from the lagna.', (r) =>
      when(
        GOOD.every((graha) => r.isIn(graha, [3, 6, 10, 11])),
        ...GOOD,
      ),
    ),
    rule(
      'mahabhagya',
      'By day, Sun, Moon and lagna in odd signs; by night, all three in even signs.',
      (r) => {
        const parity = r.isDay ? 0 : 1;
        const isSo = [r.sign.sun, r.sign.moon, r.lagna].every((sign) => sign % 2 === parity);
        return when(isSo, 'sun', 'moon');
      },
    ),
    rule(
      'pushkala',
      'The host of the Moon with the lagna lord in a kendra, and a strong graha that looks at the lagna.',
      (r) => {
        const [host, lord] = [r.host('moon'), r.lord(1)];
        const looker = SEVEN.find((graha) => r.isStrong(graha) && r.looksAtHouse(graha, 1));
        const isSo = host !== lord && r.joins(host, lord) && r.inKendra(host);
        return looker ? when(isSo, host, lord, looker) : null;
      },
    ),
  ]),
  ...chapter(BRIHAT_JATAKA, 14, { group: 'lunar' }, [
    pair('chandra_mangala', 'moon', 'mars'),
    pair('moon_with_saturn', 'moon', 'saturn'),
  ]),
];

/** Whether the Moon's navamsa is its own, or of a natural friend that is a temporal friend as well. */
function isMoonAtHome(r: Reading): boolean {
  const lord = lordOf(r.navamsa.moon);
  if (lord === 'moon') return true;
  const isNear = temporalRegard(r.sign.moon, r.sign[lord]) === 'friend';
  return isNear && naturalRegard('moon', lord) === 'friend';
}

/** Yogas of the Sun. */
export const SOLAR = [
  ...chapter(BPHS, 38, { group: 'solar' }, [
    rule(
      'veshi',
      'A graha other than the Moon in the second from the Sun, none in the twelfth.',
      (r) => when(beside(r, 'sun', 12).length === 0, ...beside(r, 'sun', 2)),
    ),
    rule(
      'voshi',
      'A graha other than the Moon in the twelfth from the Sun, none in the second.',
      (r) => when(beside(r, 'sun', 2).length === 0, ...beside(r, 'sun', 12)),
    ),
    rule(
      'ubhayachari',
      'Grahas other than the Moon in the second and the twelfth from the Sun.',
      (r) => {
        const [second, twelfth] = [beside(r, 'sun', 2), beside(r, 'sun', 12)];
        return when(second.length > 0 && twelfth.length > 0, ...second, ...twelfth);
      },
    ),
  ]),
  ...chapter(BRIHAT_JATAKA, 14, { group: 'solar' }, [
    pair('budha_aditya', 'sun', 'mercury', [
      {
        key: 'mercury_deeply_combust',
        condition: 'Mercury is within 3° of the Sun.',
        holds: (r) => {
          const { sun, mercury } = r.chart.grahas;
          return Math.abs(norm180(mercury.longitude - sun.longitude)) < 3;
        },
      },
    ]),
    pair('sun_with_mars', 'sun', 'mars'),
  ]),
  ...chapter(PHALADEEPIKA, 6, { group: 'solar' }, [
    rule('shubha_veshi', 'Only benefics, the Moon apart, in the second from the Sun.', (r) =>
      when(
        beside(r, 'sun', 2).every((graha) => r.isBenefic(graha)),
        ...beside(r, 'sun', 2),
      ),
    ),
    rule('shubha_voshi', 'Only benefics, the Moon apart, in the twelfth from the Sun.', (r) =>
      when(
        beside(r, 'sun', 12).every((graha) => r.isBenefic(graha)),
        ...beside(r, 'sun', 12),
      ),
    ),
  ]),
];
