import type { Paths } from '../paths.ts';
import type { Quirks } from '../types.ts';

/** The vendor's own hosts. */
export const COHERE_HOSTS: ReadonlySet<string> = new Set(['api.cohere.com', 'api.cohere.ai']);

/** The models of the vendor. */
export const COHERE_PATTERNS: readonly string[] = ['command*', 'c4ai-*', 'embed-*', 'rerank-*'];

/** Paths from the root: the vendor's own API for ranking, its OpenAI-compatible one for the rest. */
export const COHERE_PATHS: Paths = {
  rerank: '/v2/rerank',
  chat: '/compatibility/v1/chat/completions',
  embeddings: '/compatibility/v1/embeddings',
  'cohere.embed': '/v2/embed',
};

export const COHERE_QUIRKS: Quirks = {
  includeUsage: true,
  outputBound: 'max_tokens',
  unsupported: [
    'store',
    'metadata',
    'logit_bias',
    'top_logprobs',
    'n',
    'modalities',
    'prediction',
    'audio',
    'service_tier',
    'parallel_tool_calls',
  ],
};
