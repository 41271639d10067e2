import type { Quirks } from '../types.ts';

/** Google's own models, which the vendor's keys are added for. */
export const GOOGLE_PATTERNS: readonly string[] = [
  'gemini*',
  'gemma*',
  'imagen*',
  'veo*',
  'text-embedding-0*',
  'text-multilingual-embedding*',
  'multimodalembedding*',
];

/** Everything that a project can be allowed to use; others' open models go by `maker/name`. */
export const VERTEX_PATTERNS: readonly string[] = [...GOOGLE_PATTERNS, 'claude*', '*/*-maas'];

/** Whose models they are decides the wire and the path. */
export type Publisher = 'google' | 'anthropic' | 'open';

/** Claude models that are known here by name and date only. */
export const DATED_CLAUDE: ReadonlyMap<string, string> = new Map([
  ['claude-opus-4-5', 'claude-opus-4-5@20251101'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5@20250929'],
  ['claude-haiku-4-5', 'claude-haiku-4-5@20251001'],
  ['claude-opus-4-1', 'claude-opus-4-1@20250805'],
  ['claude-opus-4', 'claude-opus-4@20250514'],
  ['claude-sonnet-4', 'claude-sonnet-4@20250514'],
  ['claude-3-7-sonnet', 'claude-3-7-sonnet@20250219'],
  ['claude-3-5-haiku', 'claude-3-5-haiku@20241022'],
  ['claude-3-haiku', 'claude-3-haiku@20240307'],
]);

/** The version of Anthropic's API, in the body here. */
export const VERTEX_ANTHROPIC_VERSION = 'vertex-2023-10-16';

export const VERTEX_QUIRKS: Quirks = { includeUsage: true, outputBound: 'either' };
