import type { Fields } from '../json/values.ts';
import type { Ability, Sampling } from '../neutral/request.ts';
import type { ModelFacts } from './families.ts';
import type { LossList } from './losses.ts';
import type { InferenceConfig } from './wire.ts';

/** The numbers that steer the choice of tokens, where Converse has them. */
export interface WrittenSampling {
  readonly inferenceConfig: InferenceConfig;
  /** For `additionalModelRequestFields`. */
  readonly fields: Fields;
}

/** What the numbers depend on besides the request. */
export interface SamplingContext {
  readonly facts: ModelFacts;
  readonly isThinking: boolean;
  readonly losses: LossList;
}

/** Bedrock takes temperatures from 0 to this for every model. */
const TEMPERATURE_MAX = 1;

/** The makers' own names of what Converse has no name for. */
const FIELD_NAMES: Readonly<Partial<Record<ModelFacts['family'], ReadonlyMap<Ability, string>>>> = {
  claude: new Map([['topK', 'top_k']]),
  cohere: new Map([
    ['topK', 'k'],
    ['seed', 'seed'],
    ['presencePenalty', 'presence_penalty'],
    ['frequencyPenalty', 'frequency_penalty'],
  ]),
  ai21: new Map([
    ['presencePenalty', 'presence_penalty'],
    ['frequencyPenalty', 'frequency_penalty'],
  ]),
};

/** Writes what can be said, and counts the rest as lost. */
export function writeSampling(sampling: Sampling, context: SamplingContext): WrittenSampling {
  const { stop = [] } = sampling;
  const { losses } = context;
  if (sampling.logitBias && Object.keys(sampling.logitBias).length > 0) {
    losses.ability('logitBias', NOT_OFFERED);
  }
  if (sampling.logprobs) losses.ability('logprobs', NOT_OFFERED);
  if (sampling.topLogprobs) losses.ability('topLogprobs', NOT_OFFERED);
  return {
    inferenceConfig: {
      ...writeRandomness(sampling, context),
      ...(stop.length === 0 ? {} : { stopSequences: stop }),
    },
    fields: otherFields(sampling, context),
  };
}

type Randomness = Pick<InferenceConfig, 'temperature' | 'topP'>;

function writeRandomness(sampling: Sampling, context: SamplingContext): Randomness {
  const { temperature, topP } = sampling;
  const { facts, losses } = context;
  const given: Randomness = {
    ...(temperature === undefined ? {} : { temperature: coolest(temperature, losses) }),
    ...(topP === undefined ? {} : { topP }),
  };
  if (!facts.claude) return given;
  if (isFixed(context)) return loseUnusual(given, context);
  return facts.claude.takesBothSampling ? given : oneOf(given, losses);
}

function coolest(temperature: number, losses: LossList): number {
  if (temperature <= TEMPERATURE_MAX) return temperature;
  losses.ability('temperature', `Bedrock takes temperatures up to ${TEMPERATURE_MAX}`);
  return TEMPERATURE_MAX;
}

/** Claude takes only the usual values while it thinks, and newer models at all times. */
function isFixed({ facts: { claude }, isThinking }: SamplingContext): boolean {
  return claude !== undefined && (isThinking || !claude.takesSampling);
}

/** The smallest `topP` that goes together with thinking. */
const TOP_P_THINKING_MIN = 0.95;

/** The usual values are left out, and nothing is lost with them. */
function loseUnusual(
  { temperature = 1, topP = 1 }: Randomness,
  context: SamplingContext,
): Randomness {
  if (temperature !== 1) context.losses.ability('temperature', fixedReason(context));
  if (topP === 1) return {};
  if (context.facts.claude?.takesSampling && topP >= TOP_P_THINKING_MIN) return { topP };
  context.losses.ability('topP', fixedReason(context));
  return {};
}

function oneOf(given: Randomness, losses: LossList): Randomness {
  const { temperature, topP } = given;
  if (temperature === undefined || topP === undefined) return given;
  if (temperature === 1) return { topP };
  if (topP !== 1) losses.ability('topP', 'this model takes either a temperature or top_p');
  return { temperature };
}

function fixedReason({ isThinking }: SamplingContext): string {
  return isThinking ? 'not together with thinking' : 'this model takes the usual value only';
}

function otherFields(sampling: Sampling, context: SamplingContext): Fields {
  const { facts, losses } = context;
  const fields: Record<string, unknown> = {};
  const names = FIELD_NAMES[facts.family];
  const given: readonly (readonly [Ability, number | undefined])[] = [
    ['topK', sampling.topK],
    ['seed', sampling.seed],
    // Zero is what they are without being asked for.
    ['presencePenalty', sampling.presencePenalty || undefined],
    ['frequencyPenalty', sampling.frequencyPenalty || undefined],
  ];
  for (const [ability, value] of given) {
    const name = names?.get(ability);
    if (value === undefined) continue;
    if (ability === 'topK' && facts.family === 'nova') fields.inferenceConfig = { topK: value };
    else if (name === undefined) losses.ability(ability, NOT_OFFERED);
    else if (isFixed(context)) losses.ability(ability, fixedReason(context));
    else fields[name] = value;
  }
  return fields;
}

const NOT_OFFERED = 'Bedrock does not offer it for this model';
