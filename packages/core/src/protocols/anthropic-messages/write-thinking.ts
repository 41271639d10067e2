import type { Fields } from '../json/values.ts';
import {
  budgetOfEffort,
  effortOfBudget,
  nearestEffort,
  THINKING_BUDGET_MIN,
} from '../neutral/effort.ts';
import type { Effort, Loss, ReasoningWish } from '../neutral/request.ts';
import { compact } from './fields.ts';
import type { ModelTraits } from './models.ts';

/** The fields of a request that are about thinking. */
export interface WrittenThinking {
  readonly thinking?: Fields;
  readonly effort?: Effort;
}

/** What decides how thinking is asked for, besides the wish. */
export interface ThinkingContext {
  readonly traits: ModelTraits;
  /** `max_tokens` of the request: thoughts are part of it. */
  readonly bound: number;
  /** Whether the request makes the model call a tool, which rules a thinking budget out. */
  readonly isForced: boolean;
  /** Whether tool results answer calls whose thoughts the client did not send back. */
  readonly isThoughtlessLoop: boolean;
  readonly losses: Loss[];
}

/** Writes how much the model should think. */
export function writeThinking(
  wish: ReasoningWish | undefined,
  context: ThinkingContext,
): WrittenThinking {
  if (wish === undefined) return {};
  if (wish.effort === 'none' || wish.budget === 0) return writeOff(wish, context);
  const isWished = wish.effort !== undefined || wish.budget !== undefined || wish.isAdaptive;
  if (!isWished && !thinksAdaptively(context.traits)) return {};
  if (context.traits.thinking === 'none') return refuse('this model does not think', context);
  const wantsBudget = (wish.budget ?? 0) > 0 && context.traits.takesBudget;
  const isBudget = wantsBudget || context.traits.thinking === 'budget';
  return isBudget ? writeBudget(wish, context) : writeAdaptive(wish, context);
}

/** Whether the model thinks anyhow, so that a wish may be about nothing but what is shown of it. */
function thinksAdaptively({ thinking, thinksUnasked }: ModelTraits): boolean {
  return thinksUnasked && thinking === 'adaptive';
}

function refuse(reason: string, { losses }: ThinkingContext): WrittenThinking {
  losses.push({ ability: 'reasoning', reason });
  return {};
}

/** The highest effort that goes together with thinking switched off. */
const EFFORTS_WITHOUT_THOUGHTS: readonly Effort[] = ['low', 'medium', 'high'];

function writeOff(wish: ReasoningWish, context: ThinkingContext): WrittenThinking {
  const { off, efforts, thinksUnasked } = context.traits;
  if (off === 'never') {
    refuse('thinking of this model cannot be switched off', context);
    return { effort: 'low' };
  }
  const offered = EFFORTS_WITHOUT_THOUGHTS.filter((each) => efforts.includes(each));
  const { effort } = wish;
  return compact({
    thinking: thinksUnasked ? { type: off } : undefined,
    effort: effort === undefined || effort === 'none' ? undefined : nearestEffort(effort, offered),
  });
}

function writeAdaptive(wish: ReasoningWish, { traits, bound }: ThinkingContext): WrittenThinking {
  const { efforts, thinksUnasked } = traits;
  const { budget = -1, isAdaptive, isShown } = wish;
  const effort = wish.effort ?? effortOfBudget(budget, bound);
  const isSaid = !thinksUnasked || isAdaptive === true || isShown !== undefined;
  return compact({
    thinking: isSaid ? { type: 'adaptive', ...display(isShown) } : undefined,
    effort: effort === undefined ? undefined : nearestEffort(effort, efforts),
  });
}

function display(isShown: boolean | undefined): Fields {
  if (isShown === undefined) return {};
  return { display: isShown ? 'summarized' : 'omitted' };
}

/** How much of the answer may be thoughts where the wish leaves it to the model. */
const EFFORT_USUAL: Effort = 'medium';
/** Of the bound, in thousandths, where more than the whole of it was wished for. */
const SHARE_MAX = 950;

function writeBudget(wish: ReasoningWish, context: ThinkingContext): WrittenThinking {
  const { bound, traits, isForced, isThoughtlessLoop } = context;
  if (isForced) return refuse('a model that must call a tool cannot think first', context);
  if (bound <= THINKING_BUDGET_MIN) {
    return refuse(`thinking takes more than ${THINKING_BUDGET_MIN} output tokens`, context);
  }
  const effort = wish.effort && nearestEffort(wish.effort, traits.efforts);
  // The upstream itself would go on without thoughts here, or refuse.
  if (isThoughtlessLoop) return compact({ effort });
  const { budget = 0 } = wish;
  const wished = budget > 0 ? budget : budgetOfEffort(wish.effort ?? EFFORT_USUAL, bound);
  const tokens = wished < bound ? wished : Math.floor((bound * SHARE_MAX) / 1000);
  return compact({
    thinking: {
      type: 'enabled',
      budget_tokens: Math.max(THINKING_BUDGET_MIN, tokens),
      ...display(wish.isShown),
    },
    effort,
  });
}
