import type { Quirks } from '../types.ts';

/** The sandbox follows OpenAI's API to the letter. */
export const SANDBOX_QUIRKS: Quirks = { includeUsage: true, outputBound: 'either' };

/** The chat models of the sandbox. */
export const SANDBOX_MODELS = ['sandbox-chat', 'sandbox-fast', 'sandbox-reasoner'] as const;

/** One of the sandbox's chat models. */
export type SandboxModel = (typeof SANDBOX_MODELS)[number];

/** What the sandbox serves; a suffix asks for slow answers, see `readModelName`. */
export const SANDBOX_PATTERNS: readonly string[] = [
  ...SANDBOX_MODELS,
  ...SANDBOX_MODELS.map((model) => `${model}+*`),
  'sandbox-embedding',
  'sandbox-moderation',
  'sandbox-rerank',
  'sandbox-image',
  'sandbox-speech',
  'sandbox-transcribe',
];

/** The length of a vector, tokens of a text, and texts in a request, of what the sandbox only reads. */
export const EMBEDDING_DIMENSIONS = 1_536;
export const EMBEDDING_TOKENS_MAX = 8_192;
export const READING_INPUTS_MAX = 256;

/** Tokens that fit into a request with its answer, and into an answer. */
export const CONTEXT_TOKENS = 131_072;
export const OUTPUT_TOKENS_MAX = 16_384;

/** The longest pause before each piece of an answer that a request may ask for. */
export const DELAY_MS_MAX = 60_000;

/** A model name taken apart: `sandbox-chat+50ms` waits 50 ms before each piece of the answer. */
export function readModelName(
  name: string,
): { readonly model: SandboxModel; readonly delayMs: number } | undefined {
  const [, base = '', delay = '0'] = /^([a-z-]+)(?:\+(\d{1,5})ms)?$/.exec(name) ?? [];
  const model = SANDBOX_MODELS.find((known) => known === base);
  return model && { model, delayMs: Math.min(Number(delay), DELAY_MS_MAX) };
}
