import {
  type ChatAnswer,
  chatChunks,
  chatCompletion,
  jsonReply,
  type RecordedRequest,
  type Reply,
  sseReply,
} from '@meridian/testkit';

/**
 * What a request of the traffic wants: an answer in one piece; a stream; a stream of which the
 * client reads the beginning only; a stream that does not end.
 */
export type Form = 'whole' | 'stream' | 'abandoned' | 'endless';

/** A request as the client numbered it. */
export interface Numbered {
  readonly number: number;
  readonly form: Form;
}

/** Different prompts there are; beyond that the answers get longer. */
const PROMPTS = 100;
const PROMPT_TOKENS_MIN = 10;
const CHUNKS_MAX = 24;
const MARK = /^request-(\d+)-(whole|stream|abandoned|endless)$/;

/** The tokens of a request: no two requests have the same, so that a charge tells its request. */
export function usageOf(number: number): { readonly prompt: number; readonly completion: number } {
  return {
    prompt: PROMPT_TOKENS_MIN + (number % PROMPTS),
    completion: 1 + Math.floor(number / PROMPTS),
  };
}

/** Base nanodollars per token. */
export interface TokenPrice {
  readonly input: bigint;
  readonly output: bigint;
}

/** What the usage of a request costs, base nanodollars. */
export function costOf(number: number, price: TokenPrice): bigint {
  const { prompt, completion } = usageOf(number);
  return price.input * BigInt(prompt) + price.output * BigInt(completion);
}

/** The field of a request that carries its number through the server. */
export function markOf({ number, form }: Numbered): string {
  return `request-${number}-${form}`;
}

/** The number that the client gave a request which has arrived upstream. */
export function numberedOf(request: RecordedRequest): Numbered {
  const { user } = request.json() as { user?: string };
  const [, number, form] = MARK.exec(user ?? '') ?? [];
  if (number === undefined) throw new Error(`a request without a number: ${request.body}`);
  return { number: Number(number), form: form as Form };
}

/** Answers each request with the usage that belongs to its number. */
export function answerKnown(request: RecordedRequest): Reply {
  const { number, form } = numberedOf(request);
  const { prompt, completion } = usageOf(number);
  const answer: ChatAnswer = {
    id: `chatcmpl-${number}`,
    promptTokens: prompt,
    completionTokens: completion,
    tokensPerChunk: Math.ceil(completion / CHUNKS_MAX),
  };
  switch (form) {
    case 'whole':
      return jsonReply(chatCompletion(answer));
    case 'stream':
      return sseReply(chatChunks(answer));
    case 'abandoned':
    case 'endless':
      return sseReply([...chatChunks(answer)].slice(0, 2), { ending: 'never' });
  }
}
