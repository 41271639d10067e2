import { mappedName } from '../model-names.ts';
import { createPerKey } from '../per-key.ts';
import type { Provider, RequestMoment, UpstreamCall } from '../types.ts';
import { callPath, type KeyEndpoint, keyEndpoint } from './endpoint.ts';
import { judge } from './errors.ts';
import { AMAZON_PATTERNS, BEDROCK_PATTERNS, BEDROCK_QUIRKS, bedrockId } from './quirks.ts';

/** Amazon Bedrock: every model by Converse, signed, or with one of Bedrock's own API keys. */
export function createBedrockProvider(): Provider {
  const endpointOf = createPerKey(keyEndpoint);
  return {
    kind: 'bedrock',
    wires: () => ['converse'],
    endpoints: () => ['converse'],
    request(key, call, at) {
      const endpoint = endpointOf(key);
      const path = callPath(endpoint, call);
      return {
        origin: endpoint.origin,
        reach: key.mayReachPrivate ? 'any' : 'public',
        path,
        method: 'POST',
        headers: headersOf(endpoint, { call, path, at }),
        body: call.body,
      };
    },
    judge,
    quirks: () => BEDROCK_QUIRKS,
    served: ({ config }) => config.models ?? BEDROCK_PATTERNS,
    vendorPatterns: () => AMAZON_PATTERNS,
    upstreamModel: (key, canonical, spelled) =>
      mappedName(key, canonical, spelled) ?? bedrockId(canonical, spelled),
  };
}

interface Asked {
  readonly call: UpstreamCall;
  readonly path: string;
  readonly at: RequestMoment | undefined;
}

function headersOf(endpoint: KeyEndpoint, { call, path, at }: Asked): readonly string[] {
  const { host, signer } = endpoint;
  const headers = call.stream ? endpoint.streamHeaders : endpoint.headers;
  if (!signer) return headers;
  if (!at) throw new Error('a signature needs the moment of its request');
  return signer.sign({ method: 'POST', host, path, headers, body: call.body }, at.nowMs);
}
