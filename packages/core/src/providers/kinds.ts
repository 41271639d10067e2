import type { ProviderKind, ProviderType } from './types.ts';

/** Hosts whose API is not OpenAI's, or not at the usual place, without port. */
const HOST_KINDS: readonly (readonly [host: RegExp, kind: ProviderKind])[] = [
  [/^api\.anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/^([a-z0-9-]+-)?aiplatform\.googleapis\.com$/, 'vertex'],
  [/^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/, 'vertex'],
  [/\.(openai|services\.ai|cognitiveservices)\.azure\.(com|us|cn)$/, 'azure'],
  [/^bedrock-runtime(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|api\.aws)$/, 'bedrock'],
  [/^api\.cohere\.(com|ai)$/, 'cohere'],
  [/^api\.jina\.ai$/, 'jina'],
];

/** Where many vendors offer Anthropic's API beside OpenAI's. */
const ANTHROPIC_PATH = /\/anthropic(\/v1(\/messages)?)?$/;

/** The kind of a provider key: what its `provider_type` says; for `standard` its URL decides. */
export function kindOf(type: ProviderType, baseUrl: string): ProviderKind {
  if (type === 'openai') return 'standard';
  if (type !== 'standard') return type;
  const { hostname, pathname } = new URL(baseUrl);
  const known = HOST_KINDS.find(([pattern]) => pattern.test(hostname))?.[1];
  return known ?? (ANTHROPIC_PATH.test(pathname) ? 'anthropic' : 'standard');
}
