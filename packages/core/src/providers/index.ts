export { kindOf } from './kinds.ts';
export { mappedName } from './model-names.ts';
export { type Patience, patienceWith } from './patience.ts';
export { createProviderRegistry, PROVIDER_KINDS, type ProviderRegistry } from './registry.ts';
export { SANDBOX_HOST, SANDBOX_ORIGIN } from './sandbox/endpoint.ts';
export { createSandboxTransport, type SandboxDeps } from './sandbox/transport.ts';
export { createScrubber, type Scrubber, scrub, scrubBody } from './scrub.ts';
export { parseBaseUrl } from './standard/endpoint.ts';
export type {
  HeaderLookup,
  Reach,
  ServiceAccount,
  Silence,
  Transport,
  TransportFault,
  UpstreamExchange,
  UpstreamListener,
  UpstreamRequest,
} from './transport.ts';
export type {
  ApiFamily,
  AwsCredentials,
  Endpoint,
  Provider,
  ProviderKeyConfig,
  ProviderKind,
  ProviderType,
  Quirks,
  Reply,
  RequestMoment,
  SleepOrder,
  UpstreamCall,
  UpstreamKey,
  Verdict,
} from './types.ts';
