import type { Fields } from '../json/values.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { limitBreakpoints } from './breakpoints.ts';
import { compact, objectIn } from './fields.ts';
import { traitsOf } from './models.ts';
import { CallIds } from './tool-calls.ts';
import { writeOutput } from './write-output.ts';
import { writeSampling } from './write-sampling.ts';
import { writeThinking } from './write-thinking.ts';
import { isForced, writeTools } from './write-tools.ts';
import { writeTurns } from './write-turns.ts';

/** The bound of answers where nobody names one: this wire demands it, in tokens. */
const OUTPUT_TOKENS_USUAL = 4_096;

/** Writes a request for a model at an upstream of this wire, and tells what of it is not in there. */
export function writeRequest(given: NeutralRequest, target: WireTarget): EncodedRequest {
  const request = limitBreakpoints(given);
  const traits = traitsOf(target.canonical, target.model);
  const losses: Loss[] = [];
  const bound = outputBound(request, target);
  const output = writeOutput(request, traits, target, losses);
  const tools = writeTools(request, traits, output, losses);
  const turns = writeTurns(request.messages, traits, { losses, callIds: new CallIds() });
  const { thinking, effort } = writeThinking(request.reasoning, {
    traits,
    bound,
    isForced: isForced(tools),
    isThoughtlessLoop: turns.isThoughtlessLoop,
    losses,
  });
  loseOthers(request, losses);
  const body = compact({
    model: target.model,
    max_tokens: bound,
    system: turns.system,
    messages: turns.messages,
    ...tools,
    thinking,
    output_config: outputConfig({ effort, format: output.format }),
    ...writeSampling(request.sampling, { traits, isThinking: isThought(thinking), losses }),
    metadata: writeMetadata(request.user),
    service_tier: writeServiceTier(request.serviceTier, losses),
    stream: request.isStream || undefined,
  });
  const printed = JSON.stringify(withExtras(body, request, losses));
  return { body: Buffer.from(printed), losses };
}

/** More than the model's longest answer is refused, and would not make it longer. */
function outputBound(request: NeutralRequest, target: WireTarget): number {
  const { maxOutputTokens: longest = Infinity, outputBound: affordable } = target;
  const unasked = affordable ?? (Number.isFinite(longest) ? longest : OUTPUT_TOKENS_USUAL);
  return Math.min(request.maxOutputTokens ?? unasked, longest);
}

function outputConfig(config: { effort: string | undefined; format: Fields | undefined }) {
  const written = compact(config);
  return Object.keys(written).length === 0 ? undefined : written;
}

function isThought(thinking: Fields | undefined): boolean {
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive';
}

/** Longer names of users are refused; they are a hint against abuse and can be let go. */
const USER_CHARS_MAX = 256;

function writeMetadata(user: string | undefined): Fields | undefined {
  if (user === undefined || user === '' || user.length > USER_CHARS_MAX) return undefined;
  return { user_id: user };
}

function writeServiceTier(tier: string | undefined, losses: Loss[]): string | undefined {
  switch (tier) {
    case undefined:
      return undefined;
    case 'auto':
    // Capacity that was reserved is used where there is some; the answer tells.
    case 'priority':
      return 'auto';
    case 'default':
      return 'standard_only';
    default:
      losses.push({ ability: 'serviceTier', reason: `there is no service tier '${tier}'` });
      return undefined;
  }
}

/** What changes the answer and has no field in this wire. */
function loseOthers(request: NeutralRequest, losses: Loss[]): void {
  const { choices, modalities = [], audio, verbosity = 'medium' } = request;
  if (choices > 1) losses.push({ ability: 'choices', reason: 'this model gives one answer' });
  if (modalities.some((each) => each !== 'text')) {
    losses.push({ ability: 'modalities', reason: 'this model answers in text only' });
  } else if (audio !== undefined) {
    losses.push({ ability: 'audio', reason: 'this model does not speak' });
  }
  if (verbosity !== 'medium') {
    losses.push({ ability: 'verbosity', reason: 'this model has no such setting' });
  }
}

const OUTPUT_CONFIG = 'output_config.';

/** The fields that only this wire knows go back to their places; those of others are lost. */
function withExtras(body: Fields, { extras }: NeutralRequest, losses: Loss[]): Fields {
  const whole: Record<string, unknown> = { ...body };
  for (const { origin, field, value } of extras) {
    if (origin !== 'messages' || field.startsWith('messages.')) {
      losses.push({ field, reason: 'only the API that it belongs to knows it' });
    } else if (field.startsWith(OUTPUT_CONFIG)) {
      const config = objectIn(whole.output_config);
      whole.output_config = { ...config, [field.slice(OUTPUT_CONFIG.length)]: value };
    } else {
      whole[field] = value;
    }
  }
  return whole;
}
