import { effortOfBudget, nearestEffort } from '../neutral/effort.ts';
import type {
  Ability,
  Effort,
  Extra,
  Loss,
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
} from '../neutral/request.ts';
import { familyOf, type ModelFamily } from '../openai-chat/families.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { writeTools } from './tools.ts';
import { writeItems } from './write-items.ts';

/** Models that take explicit breakpoints of the prompt cache. */
const BREAKPOINT_NAMES = /^gpt-(5\.[6-9]|[6-9])/;

/** What no upstream of this wire can do. */
const UNKNOWN_HERE: readonly (readonly [
  Ability,
  (request: NeutralRequest) => boolean,
  reason: string,
])[] = [
  ['topK', ({ sampling }) => sampling.topK !== undefined, 'there is no such parameter'],
  ['seed', ({ sampling }) => sampling.seed !== undefined, 'there is no such parameter'],
  [
    'presencePenalty',
    ({ sampling }) => isSet(sampling.presencePenalty),
    'there is no such parameter',
  ],
  [
    'frequencyPenalty',
    ({ sampling }) => isSet(sampling.frequencyPenalty),
    'there is no such parameter',
  ],
  ['stop', ({ sampling }) => (sampling.stop?.length ?? 0) > 0, 'stop sequences are not supported'],
  [
    'logitBias',
    ({ sampling }) => Object.keys(sampling.logitBias ?? {}).length > 0,
    'there is no such parameter',
  ],
  ['choices', ({ choices }) => choices > 1, 'there is one answer to a request'],
  [
    'modalities',
    ({ modalities = [] }) => modalities.some((each) => each !== 'text'),
    'answers are text',
  ],
  ['audio', ({ audio }) => audio !== undefined, 'answers are text'],
];

/** A penalty of zero is none. */
function isSet(penalty: number | undefined): boolean {
  return penalty !== undefined && penalty !== 0;
}

/**
 * Writes a request for an upstream of the Responses API. Nothing is stored there: what a later turn
 * needs goes through the client, and reasoning therefore comes encrypted.
 */
export function writeResponsesRequest(request: NeutralRequest, target: WireTarget): EncodedRequest {
  const takesBreakpoints = BREAKPOINT_NAMES.test(target.canonical);
  const { items, losses: lostParts } = writeItems(request.messages, { takesBreakpoints });
  const tools = writeTools(request);
  const family = familyOf(target.canonical);
  const reasons = canReason(target, family);
  const include = writeInclude(request, reasons);
  const reasoning = writeReasoning(request, reasons, family);
  const text = writeText(request);
  const bound = request.maxOutputTokens ?? target.outputBound;
  const { extras, losses: lostExtras } = writeExtras(request.extras);
  const body = {
    model: target.model,
    input: items,
    stream: request.isStream,
    store: false,
    ...(include.length > 0 && { include }),
    ...tools.fields,
    ...(reasoning && { reasoning }),
    ...(text && { text }),
    ...(bound !== undefined && { max_output_tokens: bound }),
    ...writeSettings(request),
    ...extras,
  };
  const losses = [...lostParts, ...tools.losses, ...lostAbilities(request), ...lostExtras];
  return { body: Buffer.from(JSON.stringify(body)), losses };
}

/** Whether the model thinks before it answers, as far as the catalog or its family tells. */
function canReason({ abilities }: WireTarget, { isOpenAi, thinking }: ModelFamily): boolean {
  return abilities?.has('reasoning') ?? (isOpenAi && thinking !== 'never');
}

function writeInclude({ sampling }: NeutralRequest, reasons: boolean): readonly string[] {
  return [
    // Models without reasoning refuse a request that asks for it.
    ...(reasons ? ['reasoning.encrypted_content'] : []),
    ...(sampling.logprobs ? ['message.output_text.logprobs'] : []),
  ];
}

function writeReasoning(
  request: NeutralRequest,
  reasons: boolean,
  family: ModelFamily,
): object | undefined {
  const { reasoning: wish, maxOutputTokens } = request;
  if (wish === undefined) return undefined;
  const effort = effortOf(wish, maxOutputTokens);
  // Not to think is what a model without reasoning does anyway.
  const asked = effort === 'none' && !reasons ? undefined : offered(effort, family);
  const summary = wish.summary ?? (wish.isShown && reasons ? 'auto' : undefined);
  if (asked === undefined && summary === undefined) return undefined;
  return {
    ...(asked !== undefined && { effort: asked }),
    ...(summary !== undefined && { summary }),
  };
}

/** The nearest effort that a model of the vendor knows; other vendors' models are given what is asked. */
function offered(effort: Effort | undefined, family: ModelFamily): Effort | undefined {
  if (effort === undefined || !family.isOpenAi || family.thinking === 'never') return effort;
  return nearestEffort(effort, family.efforts);
}

function effortOf(
  { effort, budget }: ReasoningWish,
  maxOutputTokens: number | undefined,
): Effort | undefined {
  if (effort !== undefined) return effort;
  return budget === undefined ? undefined : effortOfBudget(budget, maxOutputTokens);
}

function writeText({ output, verbosity }: NeutralRequest): object | undefined {
  if (output === undefined && verbosity === undefined) return undefined;
  return {
    ...(output !== undefined && { format: writeFormat(output) }),
    ...(verbosity !== undefined && { verbosity }),
  };
}

function writeFormat(output: OutputFormat): object {
  switch (output.type) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'schema':
      return {
        type: 'json_schema',
        name: output.name,
        ...(output.description !== undefined && { description: output.description }),
        schema: output.schema,
        ...(output.isStrict !== undefined && { strict: output.isStrict }),
      };
  }
}

function writeSettings(request: NeutralRequest): object {
  const { sampling, serviceTier, user, metadata, promptCacheKey } = request;
  const { temperature, topP, topLogprobs } = sampling;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topLogprobs !== undefined && { top_logprobs: topLogprobs }),
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    ...(user !== undefined && { user }),
    ...(metadata !== undefined && { metadata }),
    ...(promptCacheKey !== undefined && { prompt_cache_key: promptCacheKey }),
  };
}

function lostAbilities(request: NeutralRequest): readonly Loss[] {
  return UNKNOWN_HERE.filter(([, isAsked]) => isAsked(request)).map(([ability, , reason]) => ({
    ability,
    reason,
  }));
}

function writeExtras(all: readonly Extra[]): { extras: object; losses: readonly Loss[] } {
  const own = all.filter(({ origin, field }) => origin === 'responses' && !field.includes('.'));
  const foreign = all.filter(({ origin }) => origin !== 'responses');
  return {
    extras: Object.fromEntries(own.map(({ field, value }) => [field, value])),
    losses: foreign.map(({ field }) => ({
      field,
      reason: 'upstreams of another kind do not know it',
    })),
  };
}
