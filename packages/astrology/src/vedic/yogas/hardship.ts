import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';
import { vargaSign } from '../vargas.ts';
import { lordOf, SEVEN } from '../zodiac.ts';
import { BPHS, type Cancellation, chapter, rule, those, when, type YogaDraft } from './rule.ts';

/** The lords of the second and seventh, which may kill. */
const killers = (r: Reading): readonly Graha[] => [...new Set([r.lord(2), r.lord(7)])];
const killerOf = (r: Reading, graha: Graha): Graha | undefined =>
  killers(r).find((killer) => r.touches(killer, graha));

const swapped = (key: string, house: number): YogaDraft =>
  rule(
    key,
    `The lagna lord in house ${house} and that house's lord in the lagna, touched by a lord of the second or seventh.`,
    (r) => {
      const [first, other] = [r.lord(1), r.lord(house)];
      const killer = killerOf(r, first) ?? killerOf(r, other);
      const isSo = r.house[first] === house && r.house[other] === 1;
      return killer ? when(isSo, first, other, killer) : null;
    },
    { family: 'lagna_and_bad_lord' },
  );

const PENURY_DRAFTS: readonly YogaDraft[] = [
  swapped('penury_of_the_twelfth', 12),
  swapped('penury_of_the_sixth', 6),
  rule(
    'ketu_and_fallen_lord',
    'The lagna or the Moon with Ketu, the lagna lord in the eighth.',
    (r) =>
      when(
        (r.house.ketu === 1 || r.joins('moon', 'ketu')) && r.house[r.lord(1)] === 8,
        'ketu',
        r.lord(1),
      ),
  ),
  rule(
    'lord_lost_second_fallen',
    'The lagna lord in a dusthana with a malefic, the second lord debilitated or with an enemy.',
    (r) => {
      const [first, second] = [r.lord(1), r.lord(2)];
      const malefic = r.malefics.find((graha) => graha !== first && r.joins(graha, first));
      return malefic ? when(r.inDusthana(first) && r.isWeak(second), first, malefic, second) : null;
    },
  ),
  rule(
    'lord_with_bad_lord',
    'The lagna lord with Saturn or a lord of the sixth, eighth or twelfth, no benefic touching it.',
    (r) => {
      const first = r.lord(1);
      const bad = [r.lord(6), r.lord(8), r.lord(12), 'saturn' as const].find(
        (graha) => graha !== first && r.joins(graha, first),
      );
      return bad ? when(!r.isHelped(first), first, bad) : null;
    },
  ),
  rule(
    'givers_lost',
    'The fifth lord in the sixth and the ninth lord in the twelfth, each touched by a lord of the second or seventh.',
    (r) => {
      const [fifth, ninth] = [r.lord(5), r.lord(9)];
      const [a, b] = [killerOf(r, fifth), killerOf(r, ninth)];
      return a && b
        ? when(r.house[fifth] === 6 && r.house[ninth] === 12, fifth, ninth, a, b)
        : null;
    },
  ),
  rule(
    'malefics_in_lagna',
    'Malefics in the lagna that rule neither the ninth nor the tenth, touched by a lord of the second or seventh.',
    (r) =>
      those(r.inHouse(1), (graha) => {
        const isRuler = graha === r.lord(9) || graha === r.lord(10);
        return !r.isBenefic(graha) && !isRuler && killerOf(r, graha) !== undefined;
      }),
  ),
  rule(
    'hosts_of_bad_lords',
    'The hosts of the sixth, eighth and twelfth lords in dusthanas themselves, each touched by a malefic.',
    (r) => {
      const hosts = [6, 8, 12].map((house) => r.host(r.lord(house)));
      const isSo = hosts.every((graha) => r.inDusthana(graha) && r.isHurt(graha));
      return when(isSo, ...hosts);
    },
  ),
  rule(
    'moon_part_killed',
    'The lord of the Moon’s navamsa in the second or seventh, or with a lord of these.',
    (r) => {
      const lord = lordOf(r.navamsa.moon);
      const killer = killers(r).find((graha) => graha !== lord && r.joins(graha, lord));
      return when(r.isIn(lord, [2, 7]) && killer !== undefined, lord, killer ?? lord);
    },
  ),
  rule(
    'lagna_lords_killed',
    'The lagna lord and the lord of the navamsa lagna both touched by lords of the second or seventh.',
    (r) => {
      const pair = [r.lord(1), lordOf(r.navamsaLagna)] as const;
      const [a, b] = [killerOf(r, pair[0]), killerOf(r, pair[1])];
      return a && b ? when(pair[0] !== pair[1], ...pair, a, b) : null;
    },
  ),
  rule('good_astray', 'No benefic in a kendra or trikona, four or more malefics there.', (r) => {
    const isGoodPlace = (graha: Graha): boolean => r.inKendra(graha) || r.inTrikona(graha);
    return r.benefics.some(isGoodPlace) ? null : those(r.malefics, isGoodPlace, 4);
  }),
];

/** Signs of the Moon's drekkana. */
const drekkanaLord = (r: Reading): Graha => lordOf(vargaSign(r.chart.grahas.moon.longitude, 3));
const RENOUNCERS: Readonly<Record<(typeof SEVEN)[number], string>> = {
  sun: 'vanaprastha',
  moon: 'kapali',
  mars: 'shakya',
  mercury: 'ajivika',
  jupiter: 'bhikshu',
  venus: 'charaka',
  saturn: 'nirgrantha',
};

/** Four or more of the seven in one sign: all of them, the strongest first. */
function gathering(r: Reading): readonly Graha[] | null {
  for (let sign = 0; sign < 12; sign++) {
    const found = SEVEN.filter((graha) => r.sign[graha] === sign);
    if (found.length >= 4) return found.sort((a, b) => renown(r, b) - renown(r, a));
  }
  return null;
}

const renown = (r: Reading, graha: Graha): number =>
  (r.isBurnt[graha] ? 0 : 4) + (r.isWell(graha) ? 2 : 0) + (r.isDebilitated(graha) ? -1 : 0);

const ALL_BURNT: Cancellation = {
  key: 'gathering_combust',
  condition: 'All of the gathering but the Sun are burnt by it: devotion without initiation.',
  holds: (r, participants) => participants.every((graha) => graha === 'sun' || r.isBurnt[graha]),
};

const ASCETIC_DRAFTS: readonly YogaDraft[] = [
  ...SEVEN.map((graha) =>
    rule(
      `pravrajya_${RENOUNCERS[graha]}`,
      `Four or more of the seven grahas in one sign, ${graha} the strongest: not burnt, well placed, first in the order of weekdays.`,
      (r) => {
        const found = gathering(r);
        return found?.[0] === graha ? found : null;
      },
      { family: 'pravrajya', cancellations: [ALL_BURNT] },
    ),
  ),
  rule(
    'host_seen_by_saturn',
    'The host of the Moon looked at by Saturn and by no other graha.',
    (r) => {
      const host = r.host('moon');
      const lookers = SEVEN.filter((graha) => r.looksAt(graha, host));
      return when(
        host !== 'saturn' && lookers.length === 1 && lookers[0] === 'saturn',
        host,
        'saturn',
      );
    },
  ),
  rule('weak_host_sees_saturn', 'The host of the Moon, weak, looks at Saturn.', (r) => {
    const host = r.host('moon');
    return when(host !== 'saturn' && r.isWeak(host) && r.looksAt(host, 'saturn'), host, 'saturn');
  }),
  rule(
    'moon_in_saturns_parts',
    'The Moon in a drekkana of Saturn and a navamsa of Mars or Saturn, looked at by Saturn.',
    (r) => {
      const part = lordOf(r.navamsa.moon);
      const isSo = drekkanaLord(r) === 'saturn' && (part === 'mars' || part === 'saturn');
      return when(isSo && r.looksAt('saturn', 'moon'), 'moon', 'saturn');
    },
  ),
  rule('founder', 'Jupiter in the ninth; Saturn looks at the lagna, the Moon and Jupiter.', (r) =>
    when(
      r.house.jupiter === 9 &&
        r.looksAtHouse('saturn', 1) &&
        r.looksAt('saturn', 'moon') &&
        r.looksAt('saturn', 'jupiter'),
      'jupiter',
      'saturn',
      'moon',
    ),
  ),
  rule(
    'royal_ascetic',
    'Saturn in the ninth and looked at by no graha, with a raja yoga of the ninth and tenth lords.',
    (r) => {
      const isSeen = SEVEN.some((graha) => r.looksAt(graha, 'saturn'));
      const isRoyal = r.areLinked(r.lord(9), r.lord(10));
      return when(r.house.saturn === 9 && !isSeen && isRoyal, 'saturn', r.lord(9), r.lord(10));
    },
  ),
];

/** Yogas of want. */
export const PENURY = chapter(BPHS, 42, { group: 'penury' }, PENURY_DRAFTS);
/** Yogas of renunciation. */
export const ASCETIC = chapter(BPHS, 79, { group: 'ascetic' }, ASCETIC_DRAFTS);
