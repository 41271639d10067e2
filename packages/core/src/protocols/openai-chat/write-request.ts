import type { Fields } from '../json/values.ts';
import type { Loss, NeutralRequest, OutputFormat, Sampling } from '../neutral/request.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { familyOf, type ModelFamily } from './families.ts';
import { withoutFields } from './fields.ts';
import { MessageWriter } from './write-messages.ts';
import { writeReasoning } from './write-reasoning.ts';
import { writeTools } from './write-tools.ts';

/** Stop sequences that OpenAI takes. */
const STOPS_MAX = 4;

/** Writes a request for a chat upstream, and says what of it that one cannot do. */
export function writeChatRequest(request: NeutralRequest, target: WireTarget): EncodedRequest {
  const family = familyOf(target.canonical);
  const messages = new MessageWriter(family);
  const written = messages.write(request.messages);
  const tools = writeTools(request, family);
  const bound = outputBound(request, target);
  const reasoning = writeReasoning(request.reasoning, family, bound ?? target.maxOutputTokens);
  const sampling = writeSampling(request.sampling, family);
  const extras = writeExtras(request);
  const body = {
    model: target.model,
    messages: written,
    ...tools.fields,
    ...(request.output && { response_format: writeOutput(request.output) }),
    ...reasoning.fields,
    ...sampling.fields,
    ...(bound !== undefined && { [boundField(target, family)]: bound }),
    ...(request.choices > 1 && { n: request.choices }),
    ...writeSpeech(request),
    ...writeHints(request, family),
    ...extras.fields,
    ...(request.isStream && { stream: true }),
    ...(request.isStream && target.includeUsage && { stream_options: { include_usage: true } }),
  };
  const losses = [tools, reasoning, sampling, extras].flatMap((part) => part.losses);
  const verbosity = lostVerbosity(request, family);
  const taken = withoutFields(body, target.unsupported ?? []);
  return {
    body: Buffer.from(JSON.stringify(taken.body)),
    losses: [...messages.losses, ...losses, ...verbosity, ...taken.losses],
  };
}

/** A bound above the model's longest answer bounds nothing, but is refused by some upstreams. */
function outputBound(
  { maxOutputTokens }: NeutralRequest,
  { outputBound: dictated, maxOutputTokens: longest }: WireTarget,
): number | undefined {
  const bound = maxOutputTokens ?? dictated;
  return bound === undefined || longest === undefined ? bound : Math.min(bound, longest);
}

function boundField({ outputField }: WireTarget, { isOpenAi }: ModelFamily): string {
  return outputField ?? (isOpenAi ? 'max_completion_tokens' : 'max_tokens');
}

function writeOutput(output: OutputFormat): Fields {
  switch (output.type) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'schema': {
      const { name, description, schema, isStrict } = output;
      const definition = {
        name,
        ...(description !== undefined && { description }),
        schema,
        ...(isStrict !== undefined && { strict: isStrict }),
      };
      return { type: 'json_schema', json_schema: definition };
    }
  }
}

function writeSampling(
  sampling: Sampling,
  family: ModelFamily,
): { readonly fields: Fields; readonly losses: readonly Loss[] } {
  const { topK, seed, stop } = sampling;
  const losses: Loss[] = [];
  if (topK !== undefined && family.isOpenAi) {
    losses.push({ ability: 'topK', reason: 'the model has no such bound on its choice of tokens' });
  }
  if (stop && stop.length > STOPS_MAX && family.isOpenAi) {
    losses.push({ ability: 'stop', reason: `the model takes at most ${STOPS_MAX} stop sequences` });
  }
  const fields = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: family.isOpenAi ? undefined : topK,
    [family.isStrict ? 'random_seed' : 'seed']: seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    stop: family.isOpenAi ? stop?.slice(0, STOPS_MAX) : stop,
    logit_bias: sampling.logitBias,
    logprobs: sampling.logprobs,
    top_logprobs: sampling.topLogprobs,
  };
  return { fields, losses };
}

function writeSpeech({ modalities, audio }: NeutralRequest): Fields {
  return { ...(modalities && { modalities }), ...(audio && { audio }) };
}

const USUAL_TIERS: ReadonlySet<string> = new Set(['auto', 'default']);

/** What no answer depends on goes to upstreams that take it; the others would refuse the request. */
function writeHints(request: NeutralRequest, family: ModelFamily): Fields {
  const { user, promptCacheKey, serviceTier, metadata, verbosity } = request;
  // OpenAI takes metadata for stored answers only.
  const isStored = request.extras.some(({ field, value }) => field === 'store' && value === true);
  const isTold = serviceTier !== undefined && (family.isOpenAi || !USUAL_TIERS.has(serviceTier));
  return {
    ...(user !== undefined && !family.isStrict && { user }),
    ...(promptCacheKey !== undefined && family.isOpenAi && { prompt_cache_key: promptCacheKey }),
    ...(isTold && { service_tier: serviceTier }),
    ...(metadata && isStored && { metadata }),
    ...(verbosity !== undefined && family.isOpenAi && { verbosity }),
  };
}

/** What every model does without being told. */
const VERBOSITY_USUAL = 'medium';

function lostVerbosity({ verbosity }: NeutralRequest, { isOpenAi }: ModelFamily): readonly Loss[] {
  if (verbosity === undefined || verbosity === VERBOSITY_USUAL || isOpenAi) return [];
  return [{ ability: 'verbosity', reason: 'the model is not told how wordy to be' }];
}

function writeExtras(request: NeutralRequest): {
  readonly fields: Fields;
  readonly losses: readonly Loss[];
} {
  const own = request.extras.filter(({ origin }) => origin === 'chat');
  const foreign = request.extras.filter(({ origin }) => origin !== 'chat');
  const reason = 'it exists in the API of another vendor only';
  return {
    fields: Object.fromEntries(own.map(({ field, value }) => [field, value])),
    losses: foreign.map(({ field }) => ({ field, reason })),
  };
}
