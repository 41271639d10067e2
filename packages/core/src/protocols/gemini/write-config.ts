import type { Fields } from '../json/values.ts';
import { budgetOfEffort, effortOfBudget, nearestEffort } from '../neutral/effort.ts';
import type {
  Effort,
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
  Sampling,
} from '../neutral/request.ts';
import { type Draft, lose } from './draft.ts';
import { present } from './fields.ts';
import { tidyJsonSchema } from './json-schema.ts';
import { type Thinking, thinkingOf } from './model.ts';
import { toOpenApiSchema } from './openapi-schema.ts';
import { COMBINES_SINCE, JSON_SCHEMA_SINCE } from './write-tools.ts';

const STOPS_MAX = 5;
const CHOICES_MAX = 8;
const SEED_MAX = 2 ** 31 - 1;

/** Writes `generationConfig`; undefined where nothing is asked for. */
export function writeConfig(request: NeutralRequest, draft: Draft): Fields | undefined {
  const { sampling } = request;
  const bound = outputBound(request, draft);
  const config = {
    ...writeSampling(sampling, draft),
    ...writeLogprobs(sampling),
    ...present({
      maxOutputTokens: bound,
      candidateCount: writeChoices(request.choices, draft),
      thinkingConfig: request.reasoning && writeThinking(request.reasoning, bound, draft),
      responseModalities: request.modalities?.map((name) => name.toUpperCase()),
      speechConfig: request.audio && writeVoice(request.audio, draft),
    }),
    ...writeOutput(request, draft),
  };
  losePreferences(request, draft);
  return Object.keys(config).length === 0 ? undefined : config;
}

/** More than the model can give is refused, and means no more than all that it can. */
function outputBound({ maxOutputTokens }: NeutralRequest, { target }: Draft): number | undefined {
  const wanted = maxOutputTokens ?? target.outputBound;
  if (wanted === undefined || target.maxOutputTokens === undefined) return wanted;
  return Math.min(wanted, target.maxOutputTokens);
}

function writeSampling(sampling: Sampling, draft: Draft): Fields {
  const { temperature, topP, topK, seed, stop } = sampling;
  if (stop && stop.length > STOPS_MAX) {
    lose(draft, 'stop', `Gemini takes at most ${STOPS_MAX} stop sequences`);
  }
  if (seed !== undefined && Math.abs(seed) > SEED_MAX) {
    lose(draft, 'seed', 'seeds of Gemini are 32-bit integers');
  }
  if (sampling.logitBias && Object.keys(sampling.logitBias).length > 0) {
    lose(draft, 'logitBias', 'Gemini has no bias of single tokens');
  }
  const isSeed = seed === undefined || Math.abs(seed) <= SEED_MAX;
  return {
    ...present({ temperature, topP, topK, seed: isSeed ? seed : undefined }),
    ...writePenalties(sampling, draft),
    ...(stop && stop.length > 0 && { stopSequences: stop.slice(0, STOPS_MAX) }),
  };
}

/** The Gemini API refuses penalties for the models of 2.5; Vertex AI takes them. */
function writePenalties(sampling: Sampling, draft: Draft): Fields {
  const { presencePenalty, frequencyPenalty } = sampling;
  if (draft.generation !== 2.5 || draft.target.isVertex === true) {
    return present({ presencePenalty, frequencyPenalty });
  }
  const reason = 'this model takes no penalties';
  if (presencePenalty) lose(draft, 'presencePenalty', reason);
  if (frequencyPenalty) lose(draft, 'frequencyPenalty', reason);
  return {};
}

function writeLogprobs({ logprobs, topLogprobs }: Sampling): Fields {
  if (logprobs !== true) return {};
  return { responseLogprobs: true, ...present({ logprobs: topLogprobs }) };
}

function writeChoices(choices: number, draft: Draft): number | undefined {
  if (choices > CHOICES_MAX) {
    lose(draft, 'choices', `Gemini gives at most ${CHOICES_MAX} answers at once`);
  }
  return choices > 1 ? Math.min(choices, CHOICES_MAX) : undefined;
}

function writeOutput({ output, tools }: NeutralRequest, draft: Draft): Fields {
  if (output === undefined) return {};
  if (output.type === 'text') return { responseMimeType: 'text/plain' };
  if (draft.generation < COMBINES_SINCE && tools.some((tool) => tool.type !== 'custom')) {
    lose(draft, 'output', 'this model cannot combine a form of the answer with tools');
    return {};
  }
  return { responseMimeType: 'application/json', ...writeSchema(output, draft) };
}

function writeSchema(output: OutputFormat, { generation }: Draft): Fields {
  if (output.type !== 'schema') return {};
  return generation >= JSON_SCHEMA_SINCE
    ? { responseJsonSchema: tidyJsonSchema(output.schema) }
    : { responseSchema: toOpenApiSchema(output.schema) };
}

function writeThinking(
  wish: ReasoningWish,
  bound: number | undefined,
  draft: Draft,
): Fields | undefined {
  const thinking = thinkingOf(draft.target);
  const config = {
    ...present({ includeThoughts: thinking.kind === 'none' ? undefined : wish.isShown }),
    ...writeAmount(wish, thinking, bound ?? draft.target.maxOutputTokens, draft),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function writeAmount(
  wish: ReasoningWish,
  thinking: Thinking,
  bound: number | undefined,
  draft: Draft,
): Fields {
  switch (thinking.kind) {
    case 'levels':
      return writeLevel(wish, thinking.levels, bound, draft);
    case 'budget':
      return writeBudget(wish, thinking, bound, draft);
    case 'none': {
      const isOff = wish.effort === 'none' || wish.budget === 0;
      const isWanted = wish.effort !== undefined || wish.budget !== undefined || wish.isAdaptive;
      if (isWanted && !isOff) lose(draft, 'reasoning', 'this model does not think');
      return {};
    }
  }
}

function writeLevel(
  wish: ReasoningWish,
  levels: readonly Effort[],
  bound: number | undefined,
  draft: Draft,
): Fields {
  const { effort = wish.budget === undefined ? undefined : effortOfBudget(wish.budget, bound) } =
    wish;
  if (effort === undefined) return {};
  const level = nearestEffort(effort, levels);
  if (effort === 'none' && level !== 'minimal') {
    lose(draft, 'reasoning', `this model always thinks; the least is '${level}'`);
  }
  return present({ thinkingLevel: level?.toUpperCase() });
}

const BUDGET_DYNAMIC = -1;

function writeBudget(
  { effort, budget, isAdaptive }: ReasoningWish,
  range: Extract<Thinking, { kind: 'budget' }>,
  bound: number | undefined,
  draft: Draft,
): Fields {
  const wanted = budget ?? (effort === undefined ? undefined : budgetOfEffort(effort, bound));
  if (wanted === undefined) return isAdaptive ? { thinkingBudget: BUDGET_DYNAMIC } : {};
  if (wanted < 0) return { thinkingBudget: BUDGET_DYNAMIC };
  if (wanted === 0 && range.mayBeOff) return { thinkingBudget: 0 };
  if (wanted === 0) {
    lose(draft, 'reasoning', `this model always thinks; the least is ${range.min} tokens`);
  }
  return { thinkingBudget: Math.min(Math.max(wanted, range.min), range.max) };
}

const PCM_FORMATS: ReadonlySet<string> = new Set(['pcm16', 'pcm']);

function writeVoice({ voice, format }: NonNullable<NeutralRequest['audio']>, draft: Draft): Fields {
  if (!PCM_FORMATS.has(format)) lose(draft, 'audio', 'Gemini speaks raw PCM only (`pcm16`)');
  return { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } };
}

function losePreferences({ verbosity }: NeutralRequest, draft: Draft): void {
  if (verbosity !== undefined && verbosity !== 'medium') {
    lose(draft, 'verbosity', 'Gemini has no such setting; say it in the instructions');
  }
}
