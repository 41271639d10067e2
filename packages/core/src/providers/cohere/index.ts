import { modelsAt } from '../model-names.ts';
import { endpointsOf, pathOf } from '../paths.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider } from '../types.ts';
import { keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import { COHERE_HOSTS, COHERE_PATHS, COHERE_PATTERNS, COHERE_QUIRKS } from './quirks.ts';

const ENDPOINTS = endpointsOf(COHERE_PATHS);

/** Cohere: ranking by its own API, chat and embeddings by its OpenAI-compatible one. */
export function createCohereProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'cohere',
    wires: () => ['chat'],
    endpoints: () => ENDPOINTS,
    request(key, call) {
      const { origin, root, headers } = endpointOf(key);
      return {
        origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path: root + pathOf('cohere', COHERE_PATHS, call.endpoint),
        method: 'POST',
        headers,
        body: call.body,
      };
    },
    judge,
    quirks: () => COHERE_QUIRKS,
    ...modelsAt(COHERE_HOSTS, COHERE_PATTERNS),
  };
}
