import type { AnswerCall, AnswerChoice, SandboxAnswer } from './answer.ts';
import type { SandboxRequest } from './request.ts';

/** What a request's answers carry besides their content. */
export interface AnswerStamp {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The whole answer as JSON. */
export function completionBody(
  request: SandboxRequest,
  answer: SandboxAnswer,
  stamp: AnswerStamp,
): Buffer {
  const choices = answer.choices.map((choice) => ({
    index: choice.index,
    message: messageOf(request, choice, stamp),
    logprobs: logprobsOf(request, choice.pieces),
    finish_reason: choice.finish,
  }));
  const body = { ...head(request, stamp, 'chat.completion'), choices, usage: usageOf(answer) };
  return Buffer.from(JSON.stringify({ ...body, service_tier: 'default' }));
}

/** The events of a streamed answer, made one at a time. */
export function* completionEvents(
  request: SandboxRequest,
  answer: SandboxAnswer,
  stamp: AnswerStamp,
): Generator<Buffer> {
  const start = head(request, stamp, 'chat.completion.chunk');
  const usage = request.includeUsage ? { usage: null } : {};
  const event = (index: number, delta: object, more: object = {}): Buffer =>
    sse({
      ...start,
      choices: [{ index, delta, logprobs: null, finish_reason: null, ...more }],
      ...usage,
    });
  for (const choice of answer.choices) {
    const { index } = choice;
    yield event(index, { role: 'assistant', content: opening(choice), refusal: null });
    for (const piece of choice.pieces) {
      yield event(index, { content: piece }, { logprobs: logprobsOf(request, [piece]) });
    }
    for (const delta of callDeltas(request, choice, stamp)) yield event(index, delta);
    yield event(index, {}, { finish_reason: choice.finish });
  }
  if (request.includeUsage) yield sse({ ...start, choices: [], usage: usageOf(answer) });
  yield Buffer.from('data: [DONE]\n\n');
}

function opening({ calls }: AnswerChoice): string | null {
  return calls.length > 0 ? null : '';
}

function sse(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}

function head(request: SandboxRequest, { id, created }: AnswerStamp, object: string) {
  return { id, object, created, model: request.modelName, system_fingerprint: 'sandbox' };
}

function messageOf(
  { toolChoice }: SandboxRequest,
  { index, pieces, calls }: AnswerChoice,
  stamp: AnswerStamp,
): object {
  const role = 'assistant';
  const plain = { refusal: null, annotations: [] };
  if (calls.length === 0) return { role, content: pieces.join(''), ...plain };
  if (!toolChoice.isLegacy) {
    const made = calls.map((call, i) => callOf(call, callId(stamp, index, i)));
    return { role, content: null, ...plain, tool_calls: made };
  }
  const [call] = calls as [AnswerCall];
  const { name } = call.tool;
  return {
    role,
    content: null,
    ...plain,
    function_call: { name, arguments: call.pieces.join('') },
  };
}

/** Unique over all answers, because conversations carry the calls of many. */
function callId({ id }: AnswerStamp, choice: number, call: number): string {
  return `${id.replace('chatcmpl', 'call')}-${choice}-${call}`;
}

function callOf({ tool, pieces }: AnswerCall, id: string): object {
  const { name, kind } = tool;
  const input = pieces.join('');
  if (kind === 'custom') return { id, type: kind, custom: { name, input } };
  return { id, type: kind, function: { name, arguments: input } };
}

function* callDeltas(
  { toolChoice }: SandboxRequest,
  { index: choice, calls }: AnswerChoice,
  stamp: AnswerStamp,
): Generator<object> {
  for (const [index, { tool, pieces }] of calls.entries()) {
    const id = callId(stamp, choice, index);
    const { name, kind } = tool;
    const field = kind === 'custom' ? 'input' : 'arguments';
    if (toolChoice.isLegacy) yield { function_call: { name, arguments: '' } };
    else yield { tool_calls: [{ index, id, type: kind, [kind]: { name, [field]: '' } }] };
    for (const piece of pieces) {
      if (toolChoice.isLegacy) yield { function_call: { arguments: piece } };
      else yield { tool_calls: [{ index, [kind]: { [field]: piece } }] };
    }
  }
}

function usageOf(answer: SandboxAnswer): object {
  const { promptTokens, completionTokens } = answer;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: answer.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: answer.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Made-up probabilities that add up to less than 1, the chosen token the likeliest. */
function logprobsOf({ topLogprobs }: SandboxRequest, pieces: readonly string[]): object | null {
  if (topLogprobs === undefined) return null;
  const one = (token: string, logprob: number): object => {
    return { token, logprob, bytes: [...Buffer.from(token)] };
  };
  const content = pieces.map((token) => ({
    ...one(token, CHOSEN_LOGPROB),
    top_logprobs: Array.from({ length: topLogprobs }, (_, rank) =>
      rank === 0 ? one(token, CHOSEN_LOGPROB) : one(`${token}~${rank}`, CHOSEN_LOGPROB - 3 - rank),
    ),
  }));
  return { content, refusal: null };
}

const CHOSEN_LOGPROB = -0.105;
