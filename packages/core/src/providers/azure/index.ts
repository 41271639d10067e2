import { bestMatch } from '../../kernel/index.ts';
import type { WireName } from '../../protocols/index.ts';
import { passedOn } from '../client-headers.ts';
import { mappedName } from '../model-names.ts';
import { createPerKey } from '../per-key.ts';
import { realtimeRequest } from '../realtime-request.ts';
import type { Provider, UpstreamCall, UpstreamKey } from '../types.ts';
import {
  AZURE_ENDPOINTS,
  callPath,
  type KeyEndpoint,
  keyEndpoint,
  realtimePath,
} from './endpoint.ts';
import { judge } from './errors.ts';
import { AZURE_PATTERNS, azureQuirks, BOTH_WIRES, isAzureHost, WIRES_OF } from './quirks.ts';

/** Sent to Anthropic's paths where the client names no version. */
const ANTHROPIC_VERSION = '2023-06-01';

/** Azure OpenAI and AI Foundry: deployments by the paths of v1 or of a dated version. */
export function createAzureProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  const quirksOf = createPerKey(azureQuirks);
  return {
    kind: 'azure',
    wires: wiresOf,
    endpoints: () => AZURE_ENDPOINTS,
    request(key, call) {
      const endpoint = endpointOf(key);
      const { authorization } = endpoint;
      const origin = isAnthropic(call) ? endpoint.anthropicOrigin : endpoint.origin;
      const reach = key.mayReachPrivate ? 'any' : 'public';
      if (call.endpoint === 'realtime') {
        const path = realtimePath(endpoint, key, call.model);
        return realtimeRequest({ origin, reach, path, authorization }, call);
      }
      return {
        origin,
        reach,
        path: callPath(endpoint, key, call),
        method: 'POST',
        headers: headersOf(endpoint, call),
        body: call.body,
      };
    },
    judge,
    quirks: quirksOf,
    served: ({ config }) =>
      config.models ?? (config.modelMapping && [...config.modelMapping.keys()]),
    vendorPatterns: ({ host }) => (isAzureHost(host) ? AZURE_PATTERNS : []),
    upstreamModel: (key, canonical, spelled) =>
      mappedName(key, canonical, spelled) ?? endpointOf(key).deployment ?? bareName(canonical),
  };
}

/** The chat wire is everywhere; what a deployment is called tells nothing, what it serves does. */
function wiresOf({ config }: UpstreamKey, canonical: string): readonly WireName[] {
  const special = bestMatch(WIRES_OF, canonical);
  if (special) return special[1];
  if (!BOTH_WIRES.test(canonical)) return ['chat'];
  return config.apiVersions?.has('responses') ? ['responses', 'chat'] : ['chat', 'responses'];
}

/** Deployments are called like their models unless the owner says otherwise. */
function bareName(canonical: string): string {
  return canonical.slice(canonical.lastIndexOf('/') + 1);
}

function isAnthropic({ endpoint }: UpstreamCall): boolean {
  return endpoint === 'messages' || endpoint === 'messages.count_tokens';
}

function headersOf(endpoint: KeyEndpoint, call: UpstreamCall): readonly string[] {
  const { authorization, headers, streamHeaders } = endpoint;
  const { contentType, stream, clientHeaders } = call;
  if (contentType !== undefined || call.endpoint === 'audio.speech') {
    const accept = stream ? 'text/event-stream' : '*/*';
    return ['content-type', contentType ?? 'application/json', 'accept', accept, ...authorization];
  }
  const usual = stream ? streamHeaders : headers;
  if (!isAnthropic(call)) return usual;
  const [, version = ANTHROPIC_VERSION] = passedOn(['anthropic-version'], clientHeaders);
  return [...usual, 'anthropic-version', version, ...passedOn(['anthropic-beta'], clientHeaders)];
}
