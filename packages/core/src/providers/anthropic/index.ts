import { passedOn } from '../client-headers.ts';
import { modelsAt } from '../model-names.ts';
import { endpointsOf, pathOf } from '../paths.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider, UpstreamCall } from '../types.ts';
import { type KeyEndpoint, keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import {
  ANTHROPIC_CLIENT_HEADERS,
  ANTHROPIC_HOSTS,
  ANTHROPIC_PATHS,
  ANTHROPIC_PATTERNS,
  ANTHROPIC_QUIRKS,
  ANTHROPIC_VERSION,
} from './quirks.ts';

const ENDPOINTS = endpointsOf(ANTHROPIC_PATHS);

/** Anthropic's Messages API, at the vendor or wherever else it is spoken. */
export function createAnthropicProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'anthropic',
    wires: () => ['messages'],
    endpoints: () => ENDPOINTS,
    request(key, call) {
      const endpoint = endpointOf(key);
      return {
        origin: endpoint.origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path: endpoint.basePath + pathOf('anthropic', ANTHROPIC_PATHS, call.endpoint),
        method: 'POST',
        headers: headersOf(endpoint, call),
        body: call.body,
      };
    },
    judge,
    quirks: () => ANTHROPIC_QUIRKS,
    ...modelsAt(ANTHROPIC_HOSTS, ANTHROPIC_PATTERNS),
  };
}

function headersOf(
  { headers, versionedHeaders }: KeyEndpoint,
  { clientHeaders }: UpstreamCall,
): readonly string[] {
  const [, version = ANTHROPIC_VERSION] = passedOn(['anthropic-version'], clientHeaders);
  const passed = passedOn(ANTHROPIC_CLIENT_HEADERS, clientHeaders);
  if (passed.length === 0 && version === ANTHROPIC_VERSION) return versionedHeaders;
  return [...headers, 'anthropic-version', version, ...passed];
}
