import type { Paths } from '../paths.ts';
import type { Quirks } from '../types.ts';

/** The vendor's own hosts. */
export const GEMINI_HOSTS: ReadonlySet<string> = new Set(['generativelanguage.googleapis.com']);

/** The models of the vendor. */
export const GEMINI_PATTERNS: readonly string[] = [
  'gemini*',
  'gemma*',
  'imagen*',
  'veo*',
  'learnlm*',
];

/** The verb of a model for each endpoint of the native API; streams have one of their own. */
export const GEMINI_VERBS: Paths = {
  gemini: 'generateContent',
  'gemini.countTokens': 'countTokens',
  'gemini.embedContent': 'embedContent',
  'gemini.batchEmbedContents': 'batchEmbedContents',
};

/** Paths of the OpenAI-compatible API of the same host, for what needs no translation there. */
export const GEMINI_OPENAI_PATHS: Paths = {
  embeddings: '/openai/embeddings',
  'images.generations': '/openai/images/generations',
};

export const GEMINI_QUIRKS: Quirks = { includeUsage: true, outputBound: 'either' };
