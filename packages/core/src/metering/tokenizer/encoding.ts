import { matchesGlob } from '../../kernel/index.ts';

/** The vocabularies that the worker can load. */
export type Encoding = 'o200k_base' | 'cl100k_base';

const CL100K_MODELS: readonly string[] = ['gpt-4', 'gpt-4-*', 'gpt-3.5*', 'text-embedding-*'];

/**
 * The vocabulary of a model, or the nearest to it: other vendors publish none that fits, and the
 * larger of the two comes closer to their multilingual vocabularies.
 */
export function encodingFor(model: string): Encoding {
  return CL100K_MODELS.some((pattern) => matchesGlob(pattern, model))
    ? 'cl100k_base'
    : 'o200k_base';
}
