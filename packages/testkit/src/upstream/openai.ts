import { type AnswerChatOptions, answerChat } from './chat.ts';
import type { RecordedRequest } from './recorded.ts';
import { jsonReply, type Reply, sseReply } from './reply.ts';

/** Creation time of every scripted answer, in seconds since 1970. */
const CREATED_S = 1_793_620_800;
/** Numbers of a vector when the request names no length. */
const DIMENSIONS = 4;
/** Tokens of a completion when the request sets no bound. */
const COMPLETION_TOKENS = 16;

interface Asked {
  readonly model?: string;
  readonly input?: unknown;
  readonly prompt?: unknown;
  readonly documents?: readonly unknown[];
  readonly top_n?: number;
  readonly dimensions?: number;
  readonly encoding_format?: string;
  readonly max_tokens?: number;
  readonly n?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

/** Answers like `answerChat`, and what else OpenAI-compatible servers have that is asked in JSON. */
export function answerOpenai(options: AnswerChatOptions = {}): (request: RecordedRequest) => Reply {
  const chat = answerChat(options);
  const { promptTokens = 8 } = options;
  return (request) => {
    const [, endpoint] = /\/(embeddings|completions|moderations|rerank)$/.exec(request.path) ?? [];
    if (endpoint === undefined || request.path.endsWith('/chat/completions')) return chat(request);
    const asked = request.json() as Asked;
    switch (endpoint) {
      case 'embeddings':
        return jsonReply(embeddingList(asked, promptTokens));
      case 'moderations':
        return jsonReply(moderation(asked));
      case 'rerank':
        return jsonReply(ranking(asked, promptTokens));
      default:
        return asked.stream === true
          ? sseReply(completionChunks(asked, promptTokens))
          : jsonReply(textCompletion(asked, promptTokens));
    }
  };
}

/** The vector that answers the n-th input: exact as 32-bit floats. */
export function scriptedVector(at: number, dimensions = DIMENSIONS): number[] {
  return Array.from({ length: dimensions }, (_, index) => (at + 1) / 2 ** (index + 1));
}

function embeddingList(asked: Asked, promptTokens: number): object {
  const { input, dimensions, encoding_format: format } = asked;
  const isOne = !Array.isArray(input) || typeof input[0] === 'number';
  const data = (isOne ? [input] : (input as unknown[])).map((_, index) => {
    const vector = scriptedVector(index, dimensions);
    const embedding =
      format === 'base64'
        ? Buffer.from(new Float32Array(vector).buffer).toString('base64')
        : vector;
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
  return { object: 'list', data, model: asked.model, usage };
}

function moderation({ model, input }: Asked): object {
  const inputs = Array.isArray(input) ? input : [input];
  const results = inputs.map((text) => {
    const isFlagged = String(text).includes('attack');
    return {
      flagged: isFlagged,
      categories: { violence: isFlagged },
      category_scores: { violence: isFlagged ? 0.97 : 0.000_1 },
    };
  });
  return { id: 'modr-1', model, results };
}

/** The last document is the best. */
function ranking({ model, documents = [], top_n: topN }: Asked, promptTokens: number): object {
  const results = documents
    .map((_, index) => ({ index, relevance_score: (index + 1) / (documents.length + 1) }))
    .reverse()
    .slice(0, topN);
  return { model, results, usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } };
}

function completionUsage(asked: Asked, promptTokens: number): object {
  const tokens = (asked.max_tokens ?? COMPLETION_TOKENS) * (asked.n ?? 1);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: tokens,
    total_tokens: promptTokens + tokens,
  };
}

function textCompletion(asked: Asked, promptTokens: number): object {
  const { model, n = 1, max_tokens: tokens = COMPLETION_TOKENS } = asked;
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: CREATED_S,
    model,
    choices: Array.from({ length: n }, (_, index) => ({
      text: Array.from({ length: tokens }, (__, at) => ` word${at}`).join(''),
      index,
      logprobs: null,
      finish_reason: 'length',
    })),
    usage: completionUsage(asked, promptTokens),
  };
}

function* completionChunks(asked: Asked, promptTokens: number): Generator<string> {
  const { model, max_tokens: tokens = COMPLETION_TOKENS, stream_options: options } = asked;
  const head = { id: 'cmpl-1', object: 'text_completion', created: CREATED_S, model };
  const nothing = options?.include_usage ? { usage: null } : {};
  const chunk = (value: object): string => `data: ${JSON.stringify({ ...head, ...value })}\n\n`;
  for (let at = 0; at < tokens; at++) {
    const choice = { text: ` word${at}`, index: 0, logprobs: null, finish_reason: null };
    yield chunk({ choices: [choice], ...nothing });
  }
  const last = { text: '', index: 0, logprobs: null, finish_reason: 'length' };
  yield chunk({ choices: [last], ...nothing });
  if (options?.include_usage) {
    yield chunk({ choices: [], usage: completionUsage(asked, promptTokens) });
  }
  yield 'data: [DONE]\n\n';
}
