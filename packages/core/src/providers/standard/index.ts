import { bestMatch } from '../../kernel/index.ts';
import { passedOn } from '../client-headers.ts';
import { mappedName } from '../model-names.ts';
import { createPerKey } from '../per-key.ts';
import { realtimeRequest } from '../realtime-request.ts';
import type { Endpoint, Provider, Quirks, UpstreamCall } from '../types.ts';
import { endpointPath, type KeyEndpoint, keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import { nameAt, presetOf, servedBy } from './quirks.ts';

/** Sent to those who speak Anthropic's API besides, where the client names no version. */
const ANTHROPIC_VERSION = '2023-06-01';

/** Every OpenAI-compatible upstream; the host decides the details. */
export function createStandardProvider(): Provider {
  const factsOf = createPerKey((key) => {
    const preset = presetOf(key.host, key.config.providerType);
    const endpoints: readonly Endpoint[] = [...preset.wires, ...preset.endpoints];
    const { outputBound, unsupported, fieldNames } = preset;
    const quirks: Quirks = {
      includeUsage: key.config.includeUsage ?? preset.includeUsage,
      outputBound,
      ...(unsupported ? { unsupported } : {}),
      ...(fieldNames ? { fieldNames } : {}),
    };
    return { endpoint: keyEndpoint(key), preset, endpoints, quirks };
  });
  return {
    kind: 'standard',
    wires(key, canonical) {
      const { wires, wiresOf } = factsOf(key).preset;
      const name = mappedName(key, canonical, canonical) ?? canonical;
      return (wiresOf && bestMatch(wiresOf, name)?.[1]) ?? wires;
    },
    endpoints: (key) => factsOf(key).endpoints,
    request(key, call) {
      const { endpoint, preset } = factsOf(key);
      const { origin, authorization } = endpoint;
      const reach = key.mayReachPrivate ? 'any' : 'public';
      const path = endpointPath(endpoint, preset.paths ?? {}, call.endpoint);
      if (call.endpoint === 'realtime') {
        const query = `?model=${encodeURIComponent(call.model)}`;
        return realtimeRequest({ origin, reach, path: path + query, authorization }, call);
      }
      return {
        ...{ origin, reach, path },
        method: 'POST',
        headers: headersOf(endpoint, call),
        body: call.body,
      };
    },
    judge,
    quirks: (key) => factsOf(key).quirks,
    served: (key) => key.config.models ?? servedBy(factsOf(key).preset),
    vendorPatterns: (key) => factsOf(key).preset.patterns ?? [],
    upstreamModel: (key, canonical, spelled) =>
      mappedName(key, canonical, spelled) ?? nameAt(factsOf(key).preset, canonical, spelled),
  };
}

function headersOf(
  { headers, streamHeaders, authorization }: KeyEndpoint,
  { endpoint, stream, contentType, clientHeaders }: UpstreamCall,
): readonly string[] {
  if (contentType !== undefined || endpoint === 'audio.speech') {
    const accept = stream ? 'text/event-stream' : '*/*';
    const given = contentType ?? 'application/json';
    return ['content-type', given, 'accept', accept, ...authorization];
  }
  const usual = stream ? streamHeaders : headers;
  if (endpoint !== 'messages' && endpoint !== 'messages.count_tokens') return usual;
  const [, version = ANTHROPIC_VERSION] = passedOn(['anthropic-version'], clientHeaders);
  return [...usual, 'anthropic-version', version, ...passedOn(['anthropic-beta'], clientHeaders)];
}
