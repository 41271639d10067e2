import type { ModelTraits } from '../anthropic-messages/models.ts';
import type { Fields } from '../json/values.ts';
import {
  budgetOfEffort,
  effortOfBudget,
  nearestEffort,
  THINKING_BUDGET_MIN,
} from '../neutral/effort.ts';
import type { Message } from '../neutral/parts.ts';
import type { Effort, NeutralRequest, ReasoningWish } from '../neutral/request.ts';
import type { LossList } from './losses.ts';
import type { ReasoningPlan } from './reasoning-plan.ts';
import { forcesCall } from './tool-choice.ts';

/** What Claude's thinking depends on besides the request. */
export interface ClaudeContext {
  readonly traits: ModelTraits;
  /** The output bound that the body will have. */
  readonly bound: number | undefined;
  /** The model's longest answer, where it is known. */
  readonly maxOutputTokens: number | undefined;
  /** Whether the answer's form makes the model call a tool. */
  readonly answersByTool: boolean;
  readonly losses: LossList;
}

const SILENT: ReasoningPlan = { fields: {}, isThinking: false };
const LEAST: Effort = 'low';

/** Plans Claude's thinking: forced tools rule it out, and each version is told in another way. */
export function planClaude(request: NeutralRequest, context: ClaudeContext): ReasoningPlan {
  const { traits, losses } = context;
  const wish = request.reasoning ?? {};
  if (wish.effort === 'none' || wish.budget === 0) return stop(context);
  const isWished = wish.effort !== undefined || wish.budget !== undefined || wish.isAdaptive;
  if (!isWished) return unasked(request, wish, context);
  if (traits.thinking === 'none') {
    losses.ability('reasoning', 'this model does not think');
    return SILENT;
  }
  if (isForced(request) && traits.takesForcedTools) {
    losses.ability('reasoning', 'a model that must call a tool cannot think first');
    return stop(context);
  }
  const wantsBudget = (wish.budget ?? 0) > 0 && traits.takesBudget;
  if (!wantsBudget && traits.thinking === 'adaptive') return adaptive(wish, context);
  return isThoughtlessLoop(request.messages) ? SILENT : withBudget(wish, context);
}

function isForced({ tools, toolChoice }: NeutralRequest): boolean {
  return tools.length > 0 && forcesCall(toolChoice);
}

/** The request says nothing of effort or budget; some models think all the same. */
function unasked(
  request: NeutralRequest,
  wish: ReasoningWish,
  context: ClaudeContext,
): ReasoningPlan {
  const { traits, answersByTool } = context;
  if (!traits.thinksUnasked) return SILENT;
  const mustCall = (isForced(request) || answersByTool) && traits.takesForcedTools;
  if (mustCall && traits.off === 'disabled') return stop(context);
  if (wish.isShown === undefined) return { fields: {}, isThinking: true };
  return adaptive(wish, context);
}

function stop({ traits, losses }: ClaudeContext): ReasoningPlan {
  if (!traits.thinksUnasked) return SILENT;
  if (traits.off !== 'never') {
    return { fields: { thinking: { type: traits.off } }, isThinking: false };
  }
  losses.ability('reasoning', 'this model cannot be stopped from thinking');
  return { fields: effortField(LEAST), isThinking: true };
}

function adaptive(wish: ReasoningWish, { traits, maxOutputTokens }: ClaudeContext): ReasoningPlan {
  const { isShown, budget = -1, effort = effortOfBudget(budget, maxOutputTokens) } = wish;
  const display = isShown === undefined ? {} : { display: isShown ? 'summarized' : 'omitted' };
  const offered = effort && nearestEffort(effort, traits.efforts);
  const thinking = { type: 'adaptive', ...display };
  return { fields: { thinking, ...(offered ? effortField(offered) : {}) }, isThinking: true };
}

/** Bedrock refuses the same setting in `outputConfig` for most models. */
function effortField(effort: Effort): Fields {
  return { output_config: { effort } };
}

function withBudget(wish: ReasoningWish, context: ClaudeContext): ReasoningPlan {
  const { bound, maxOutputTokens, losses } = context;
  const { budget = 0, effort = 'medium' } = wish;
  const wished = budget > 0 ? budget : budgetOfEffort(effort, bound ?? maxOutputTokens);
  const least = Math.max(wished, THINKING_BUDGET_MIN);
  // Thoughts are part of what the bound allows.
  const tokens = bound === undefined ? least : Math.min(least, bound - 1);
  if (tokens < THINKING_BUDGET_MIN) {
    const reason = `thinking takes more than ${THINKING_BUDGET_MIN} output tokens`;
    losses.ability('reasoning', reason);
    return SILENT;
  }
  return { fields: { thinking: { type: 'enabled', budget_tokens: tokens } }, isThinking: true };
}

/** Whether results answer calls whose thoughts did not come back: a budget is refused then. */
function isThoughtlessLoop(messages: readonly Message[]): boolean {
  const last = messages.at(-1);
  if (!last?.parts.some(({ type }) => type === 'toolResult')) return false;
  const calling = messages.findLast(({ role }) => role === 'assistant');
  return !calling?.parts.some(
    (part) => part.type === 'reasoning' && part.seal?.origin === 'converse',
  );
}
