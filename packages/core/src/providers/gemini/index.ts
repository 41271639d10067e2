import { modelsAt } from '../model-names.ts';
import { endpointsOf } from '../paths.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider } from '../types.ts';
import { callPath, keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import {
  GEMINI_HOSTS,
  GEMINI_OPENAI_PATHS,
  GEMINI_PATTERNS,
  GEMINI_QUIRKS,
  GEMINI_VERBS,
} from './quirks.ts';

const ENDPOINTS = endpointsOf(GEMINI_VERBS, GEMINI_OPENAI_PATHS);

/** Google's Gemini API. */
export function createGeminiProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'gemini',
    wires: () => ['gemini'],
    endpoints: () => ENDPOINTS,
    request(key, call) {
      const { origin, basePath, headers, bearerHeaders } = endpointOf(key);
      const { path, isOpenai } = callPath(call);
      return {
        origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path: basePath + path,
        method: 'POST',
        headers: isOpenai ? bearerHeaders : headers,
        body: call.body,
      };
    },
    judge,
    quirks: () => GEMINI_QUIRKS,
    ...modelsAt(GEMINI_HOSTS, GEMINI_PATTERNS),
  };
}
