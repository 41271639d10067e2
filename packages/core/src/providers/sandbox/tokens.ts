import type { SandboxRequest } from './request.ts';

/** A token of the sandbox: up to six characters with the white space in front of them. */
const TOKEN = /\s{0,8}\S{1,6}|\s{1,8}/gu;

/** What a message costs besides its text, and what the beginning of the answer costs. */
const MESSAGE_TOKENS = 4;
const PRIMING_TOKENS = 3;
/** An image costs the same whatever its size. */
const IMAGE_TOKENS = { low: 85, high: 765 } as const;

/** Prompts of this size are cached, in steps of 128 tokens. */
const CACHE_TOKENS_MIN = 1_024;
const CACHE_STEP_TOKENS = 128;

/** The tokens of a text; put together they are the text. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/** Tokens of a request's prompt, and how many of them count as read from a cache. */
export interface PromptTokens {
  readonly total: number;
  readonly cached: number;
}

/**
 * Counts a prompt. Everything before the last message counts as sent before, so it comes from the
 * cache once it is long enough: the same request always costs the same.
 */
export function countPrompt(request: SandboxRequest): PromptTokens {
  const counts = request.messages.map(messageTokens);
  const fixed =
    PRIMING_TOKENS +
    (request.tools.length > 0 ? countTokens(JSON.stringify(request.tools)) : 0) +
    (request.format.schema === undefined ? 0 : countTokens(JSON.stringify(request.format.schema)));
  const total = counts.reduce((sum, count) => sum + count, fixed);
  const before = total - (counts.at(-1) ?? 0);
  const isCached = before >= CACHE_TOKENS_MIN;
  return { total, cached: isCached ? before - (before % CACHE_STEP_TOKENS) : 0 };
}

function messageTokens(message: SandboxRequest['messages'][number]): number {
  const { content } = message;
  const calls = 'tool_calls' in message ? message.tool_calls : undefined;
  let count = MESSAGE_TOKENS + (calls ? countTokens(JSON.stringify(calls)) : 0);
  if (typeof content === 'string') count += countTokens(content);
  for (const part of Array.isArray(content) ? content : []) {
    if (part.type === 'text') count += countTokens(String(part.text));
    if (part.type !== 'image_url') continue;
    const { detail } = part.image_url as { detail?: string };
    count += detail === 'low' ? IMAGE_TOKENS.low : IMAGE_TOKENS.high;
  }
  return count;
}
