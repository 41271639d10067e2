import type { Fields } from '../json/values.ts';
import { effortOfBudget, nearestEffort } from '../neutral/effort.ts';
import type { Effort, NeutralRequest } from '../neutral/request.ts';
import { planClaude } from './claude-thinking.ts';
import type { ModelFacts } from './families.ts';
import type { LossList } from './losses.ts';
import { answersByTool } from './structured-output.ts';

/** How the model is told to think. */
export interface ReasoningPlan {
  /** For `additionalModelRequestFields`. */
  readonly fields: Fields;
  /** Claude thinks: it then takes neither forced tools nor unusual sampling. */
  readonly isThinking: boolean;
}

/** What a plan depends on. */
export interface ReasoningContext {
  readonly facts: ModelFacts;
  /** Names of the model, lower case. */
  readonly model: string;
  /** The output bound that the body will have. */
  readonly bound: number | undefined;
  /** The model's longest answer, where it is known. */
  readonly maxOutputTokens: number | undefined;
  readonly losses: LossList;
}

/** Plans thinking in the words of the model's maker. */
export function planReasoning(request: NeutralRequest, context: ReasoningContext): ReasoningPlan {
  const { facts, maxOutputTokens } = context;
  const { claude: traits } = facts;
  if (traits) {
    return planClaude(request, {
      ...context,
      traits,
      answersByTool: answersByTool(request.output, facts),
    });
  }
  const { effort, budget = -1 } = request.reasoning ?? {};
  const wanted = effort ?? effortOfBudget(budget, maxOutputTokens);
  return { fields: wanted ? effortFields(wanted, context) : {}, isThinking: false };
}

const OFFERED = ['low', 'medium', 'high'] as const;

function effortFields(effort: Effort, context: ReasoningContext): Fields {
  const { facts, model, losses } = context;
  if (facts.family === 'openai') return openaiFields(effort, context);
  if (facts.family === 'nova' && /nova-[2-9]/.test(model)) return novaFields(effort, context);
  if (effort !== 'none') {
    losses.ability('reasoning', 'Bedrock has no setting for the thinking of this model');
  }
  return {};
}

function openaiFields(effort: Effort, { model, losses }: ReasoningContext): Fields {
  if (!model.includes('gpt-oss')) return { reasoning: { effort } };
  if (effort !== 'none') return { reasoning_effort: nearestEffort(effort, OFFERED) };
  losses.ability('reasoning', 'this model cannot be stopped from thinking');
  return { reasoning_effort: 'low' };
}

function novaFields(effort: Effort, { bound, losses }: ReasoningContext): Fields {
  if (effort === 'none') return { reasoningConfig: { type: 'disabled' } };
  const offered = nearestEffort(effort, OFFERED);
  const isTooHigh = offered === 'high' && bound !== undefined;
  if (isTooHigh) {
    const reason = 'this model thinks at high effort only where nothing bounds its output';
    losses.ability('reasoning', reason);
  }
  const maxReasoningEffort = isTooHigh ? 'medium' : offered;
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort } };
}
