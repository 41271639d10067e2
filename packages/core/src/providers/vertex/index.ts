import { passedOn } from '../client-headers.ts';
import { mappedName } from '../model-names.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider, UpstreamCall } from '../types.ts';
import { claudeBody, countBody } from './claude-body.ts';
import { callPath, keyEndpoint, locationOfHost, VERTEX_ENDPOINTS } from './endpoint.ts';
import { judge } from './errors.ts';
import { publisherOf, vertexName } from './names.ts';
import { GOOGLE_PATTERNS, type Publisher, VERTEX_PATTERNS, VERTEX_QUIRKS } from './quirks.ts';

const WIRES = {
  google: ['gemini'],
  anthropic: ['messages'],
  open: ['chat'],
} as const satisfies Record<Publisher, readonly string[]>;

/** Google Vertex AI: Gemini and Claude by their own wires, open models by OpenAI's. */
export function createVertexProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'vertex',
    wires: (key, canonical) =>
      WIRES[publisherOf(mappedName(key, canonical, canonical) ?? canonical)],
    endpoints: () => VERTEX_ENDPOINTS,
    request(key, call) {
      const { origin, resource } = endpointOf(key);
      const { serviceAccount } = key.config;
      return {
        origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path: resource + callPath(call),
        method: 'POST',
        headers: headersOf(call),
        body: bodyOf(call),
        ...(serviceAccount ? { serviceAccount } : {}),
      };
    },
    judge,
    quirks: () => VERTEX_QUIRKS,
    served: ({ config, host }) =>
      config.models ?? (locationOfHost(host) === undefined ? undefined : VERTEX_PATTERNS),
    vendorPatterns: ({ host }) => (locationOfHost(host) === undefined ? [] : GOOGLE_PATTERNS),
    upstreamModel: (key, canonical, spelled) =>
      mappedName(key, canonical, spelled) ?? vertexName(canonical, spelled),
  };
}

/** Without `authorization`, which the transport adds. */
function headersOf({ endpoint, clientHeaders }: UpstreamCall): string[] {
  const passed = endpoint === 'messages' ? passedOn(['anthropic-beta'], clientHeaders) : [];
  return ['content-type', 'application/json', ...passed];
}

function bodyOf({ endpoint, body }: UpstreamCall): Buffer {
  if (endpoint === 'messages') return claudeBody(body);
  return endpoint === 'messages.count_tokens' ? countBody(body) : body;
}
