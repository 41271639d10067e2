import type { Paths } from '../paths.ts';
import type { Quirks } from '../types.ts';

/** The vendor's own hosts. */
export const JINA_HOSTS: ReadonlySet<string> = new Set(['api.jina.ai']);

/** The models of the vendor. */
export const JINA_PATTERNS: readonly string[] = ['jina-*'];

/** Paths behind the version. */
export const JINA_PATHS: Paths = {
  rerank: '/rerank',
  embeddings: '/embeddings',
};

export const JINA_QUIRKS: Quirks = {
  includeUsage: false,
  outputBound: 'either',
  // The format of vectors has another name here, and numbers are the default.
  fieldNames: new Map([['encoding_format', null]]),
};
