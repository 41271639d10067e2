import { vedic } from '@meridian/astrology';
import type { CastChart } from './vedic-chart.ts';
import { titleOf } from './wording.ts';

/** A yoga at least as strong as this counts as strong, and as moderate. */
const STRONG = 0.6;
const MODERATE = 0.35;

/** The yogas of a chart in the words of an answer. */
export function yogasOf({ chart, reading }: CastChart) {
  return vedic.yogasOf(chart, reading).map(({ rule, participants, cancelledBy, strength }) => ({
    name: `${titleOf(rule.key)} Yoga`,
    key: rule.key,
    group: rule.group,
    description: rule.condition,
    participants,
    strength: strengthWord(strength),
    strength_score: strength,
    cancelled_by: cancelledBy,
    source: rule.source,
  }));
}

function strengthWord(strength: number): 'strong' | 'moderate' | 'weak' {
  if (strength >= STRONG) return 'strong';
  return strength >= MODERATE ? 'moderate' : 'weak';
}
