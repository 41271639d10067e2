import type { Fields } from '../json/values.ts';
import { effortOfBudget, nearestEffort } from '../neutral/effort.ts';
import type { Effort, Loss, ReasoningWish } from '../neutral/request.ts';
import type { ModelFamily } from './families.ts';

/** How a wish to think is told, or the reason why it cannot be. */
export interface WrittenReasoning {
  readonly fields: Fields;
  readonly losses: readonly Loss[];
}

const NOTHING: WrittenReasoning = { fields: {}, losses: [] };

function lost(reason: string): WrittenReasoning {
  return { fields: {}, losses: [{ ability: 'reasoning', reason }] };
}

/** Writes how much the model should think, in the form that its family takes. */
export function writeReasoning(
  wish: ReasoningWish | undefined,
  family: ModelFamily,
  outputBound: number | undefined,
): WrittenReasoning {
  if (wish === undefined) return NOTHING;
  const effort = wish.effort ?? effortIn(wish.budget, outputBound);
  const isOn =
    effort !== undefined ? effort !== 'none' : wish.isAdaptive === true || wish.budget === -1;
  // A wish about what is shown only is none about how much is thought.
  if (!isOn && effort === undefined) return NOTHING;
  switch (family.thinking) {
    case 'never':
      return isOn && !wish.isAdaptive ? lost('the model does not think') : NOTHING;
    case 'always':
      return isOn ? NOTHING : lost('the model always thinks, and is not told how much');
    case 'switch':
      return switched(isOn, effort, family);
    case 'qwen':
      return { fields: qwen(isOn, wish.budget), losses: [] };
    case 'effort':
      return byEffort(effort, family);
  }
}

function effortIn(budget: number | undefined, bound: number | undefined): Effort | undefined {
  return budget === undefined ? undefined : effortOfBudget(budget, bound);
}

function byEffort(effort: Effort | undefined, { efforts }: ModelFamily): WrittenReasoning {
  if (effort === undefined) return NOTHING;
  return { fields: { reasoning_effort: nearestEffort(effort, efforts) ?? effort }, losses: [] };
}

/** These models think by default, and some tell two grades of it. */
function switched(
  isOn: boolean,
  effort: Effort | undefined,
  { efforts }: ModelFamily,
): WrittenReasoning {
  const grade = isOn && effort ? nearestEffort(effort, efforts) : undefined;
  const fields = {
    thinking: { type: isOn ? 'enabled' : 'disabled' },
    ...(grade !== undefined && { reasoning_effort: grade }),
  };
  return { fields, losses: [] };
}

function qwen(isOn: boolean, budget: number | undefined): Fields {
  if (!isOn) return { enable_thinking: false };
  const isBounded = budget !== undefined && budget > 0;
  return { enable_thinking: true, ...(isBounded && { thinking_budget: budget }) };
}
