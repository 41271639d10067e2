/** Creation time of every scripted answer, in seconds since 1970. */
const CREATED_S = 1_793_620_800;

/** What a scripted chat answer says. */
export interface ChatAnswer {
  readonly id?: string;
  readonly model?: string;
  /** Default 1. */
  readonly choices?: number;
  readonly promptTokens?: number;
  /** One-word tokens of each choice. */
  readonly completionTokens?: number;
  /** Streams only; default 1. */
  readonly tokensPerChunk?: number;
  /** Streams only: the final chunk with the usage, as `stream_options.include_usage` asks for. */
  readonly includeUsage?: boolean;
}

type CompleteAnswer = Required<ChatAnswer>;

const DEFAULTS: CompleteAnswer = {
  id: 'chatcmpl-1',
  model: 'gpt-5-mini',
  choices: 1,
  promptTokens: 8,
  completionTokens: 16,
  tokensPerChunk: 1,
  includeUsage: true,
};

/** A whole chat completion as OpenAI's API words it. */
export function chatCompletion(answer: ChatAnswer = {}): object {
  const full = { ...DEFAULTS, ...answer };
  const content = words(0, full.completionTokens);
  return {
    id: full.id,
    object: 'chat.completion',
    created: CREATED_S,
    model: full.model,
    choices: indexes(full.choices).map((index) => ({
      index,
      message: { role: 'assistant', content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    })),
    usage: usageOf(full),
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
  };
}

/** The same answer as a stream, one string per event, `[DONE]` last. */
export function* chatChunks(answer: ChatAnswer = {}): Generator<string> {
  const full = { ...DEFAULTS, ...answer };
  for (const index of indexes(full.choices)) {
    yield chunk(full, [{ index, delta: { role: 'assistant', content: '', refusal: null } }]);
  }
  for (let at = 0; at < full.completionTokens; at += full.tokensPerChunk) {
    const content = words(at, Math.min(at + full.tokensPerChunk, full.completionTokens));
    for (const index of indexes(full.choices)) yield chunk(full, [{ index, delta: { content } }]);
  }
  for (const index of indexes(full.choices)) {
    yield chunk(full, [{ index, delta: {}, finish_reason: 'stop' }]);
  }
  if (full.includeUsage) yield chunk(full, [], usageOf(full));
  yield 'data: [DONE]\n\n';
}

function chunk(answer: CompleteAnswer, choices: readonly object[], usage?: object): string {
  const event = {
    id: answer.id,
    object: 'chat.completion.chunk',
    created: CREATED_S,
    model: answer.model,
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
    choices: choices.map((choice) => ({ logprobs: null, finish_reason: null, ...choice })),
    ...(answer.includeUsage && { usage: usage ?? null }),
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

function usageOf(answer: CompleteAnswer): object {
  const completion = answer.completionTokens * answer.choices;
  return {
    prompt_tokens: answer.promptTokens,
    completion_tokens: completion,
    total_tokens: answer.promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function words(from: number, to: number): string {
  return indexes(to - from)
    .map((offset) => ` word${from + offset}`)
    .join('');
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
