import { modelsAt } from '../model-names.ts';
import { endpointsOf, pathOf } from '../paths.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider } from '../types.ts';
import { keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import { JINA_HOSTS, JINA_PATHS, JINA_PATTERNS, JINA_QUIRKS } from './quirks.ts';

const ENDPOINTS = endpointsOf(JINA_PATHS);

/** Jina's API for ranking and embeddings, at the vendor or wherever else it is spoken. */
export function createJinaProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'jina',
    wires: () => [],
    endpoints: () => ENDPOINTS,
    request(key, call) {
      const { origin, basePath, headers } = endpointOf(key);
      return {
        origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path: basePath + pathOf('jina', JINA_PATHS, call.endpoint),
        method: 'POST',
        headers,
        body: call.body,
      };
    },
    judge,
    quirks: () => JINA_QUIRKS,
    ...modelsAt(JINA_HOSTS, JINA_PATTERNS),
  };
}
