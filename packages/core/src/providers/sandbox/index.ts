import { endpointsOf, pathOf } from '../paths.ts';
import type { Provider } from '../types.ts';
import { SANDBOX_ORIGIN, SANDBOX_PATHS } from './endpoint.ts';
import { judge } from './errors.ts';
import { SANDBOX_PATTERNS, SANDBOX_QUIRKS } from './quirks.ts';

const HEADERS = ['content-type', 'application/json', 'accept', 'application/json'] as const;

const ENDPOINTS = endpointsOf(SANDBOX_PATHS);

/** The provider that answers without any account anywhere; its transport is in-process. */
export function createSandboxProvider(): Provider {
  return {
    kind: 'sandbox',
    wires: () => ['chat'],
    endpoints: () => ENDPOINTS,
    request: (_key, call) => ({
      origin: SANDBOX_ORIGIN,
      reach: 'public',
      path: pathOf('sandbox', SANDBOX_PATHS, call.endpoint),
      method: 'POST',
      headers: HEADERS,
      body: call.body,
    }),
    judge,
    quirks: () => SANDBOX_QUIRKS,
    served: () => SANDBOX_PATTERNS,
    vendorPatterns: () => [],
    upstreamModel: (_key, _canonical, spelled) => spelled,
  };
}
