import type { Fields } from '../json/values.ts';
import type { Loss, Sampling } from '../neutral/request.ts';
import { compact } from './fields.ts';
import type { ModelTraits } from './models.ts';

/** What decides which sampling fields a request may have. */
export interface SamplingContext {
  readonly traits: ModelTraits;
  /** Whether the request asks the model to think. */
  readonly isThinking: boolean;
  readonly losses: Loss[];
}

/** The smallest `top_p` that goes together with thinking. */
const TOP_P_THINKING_MIN = 0.95;

/** Writes the numbers that steer the choice of tokens. */
export function writeSampling(sampling: Sampling, context: SamplingContext): Fields {
  loseUnknown(sampling, context.losses);
  return compact({
    ...writeNumbers(sampling, context),
    top_k: writeTopK(sampling.topK, context),
    stop_sequences: writeStop(sampling.stop, context.losses),
  });
}

/** What this wire has no field for; values that change nothing are let go. */
function loseUnknown(sampling: Sampling, losses: Loss[]): void {
  const { seed, presencePenalty, frequencyPenalty, logitBias, logprobs, topLogprobs } = sampling;
  const reason = 'this model has no such setting';
  if (seed !== undefined) losses.push({ ability: 'seed', reason });
  if (presencePenalty) losses.push({ ability: 'presencePenalty', reason });
  if (frequencyPenalty) losses.push({ ability: 'frequencyPenalty', reason });
  if (Object.keys(logitBias ?? {}).length > 0) losses.push({ ability: 'logitBias', reason });
  const untold = 'this model does not tell probabilities';
  if (logprobs) losses.push({ ability: 'logprobs', reason: untold });
  if (topLogprobs) losses.push({ ability: 'topLogprobs', reason: untold });
}

/** A value of 1 is what the upstream does anyhow, so that it can always be left out. */
function writeNumbers({ temperature, topP }: Sampling, context: SamplingContext): Fields {
  const { traits, isThinking, losses } = context;
  const heat = temperature === undefined ? undefined : Math.min(1, Math.max(0, temperature));
  if (!traits.takesSampling || isThinking) {
    const reason = reasonAgainst(context);
    if (heat !== undefined && heat !== 1) losses.push({ ability: 'temperature', reason });
    const isTaken = traits.takesSampling && (topP ?? 1) >= TOP_P_THINKING_MIN;
    if (!isTaken && topP !== undefined && topP !== 1) losses.push({ ability: 'topP', reason });
    return isTaken ? { top_p: topP } : {};
  }
  if (traits.takesBothSampling || heat === undefined || topP === undefined) {
    return { temperature: heat, top_p: topP };
  }
  if (heat === 1) return { top_p: topP };
  if (topP !== 1) losses.push({ ability: 'topP', reason: 'this model takes it or temperature' });
  return { temperature: heat };
}

function reasonAgainst({ traits }: SamplingContext): string {
  return traits.takesSampling
    ? 'a model that thinks chooses its words freely'
    : 'this model has no sampling settings';
}

function writeTopK(topK: number | undefined, context: SamplingContext): number | undefined {
  if (topK === undefined) return undefined;
  if (context.traits.takesSampling && !context.isThinking) return topK;
  context.losses.push({ ability: 'topK', reason: reasonAgainst(context) });
  return undefined;
}

function writeStop(stop: readonly string[] | undefined, losses: Loss[]) {
  if (stop === undefined) return undefined;
  const written = stop.filter((each) => each.trim() !== '');
  if (written.length < stop.length) {
    losses.push({ ability: 'stop', reason: 'this model cannot stop at white space alone' });
  }
  return written.length === 0 ? undefined : written;
}
