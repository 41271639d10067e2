import { createAnthropicProvider } from './anthropic/index.ts';
import { createAzureProvider } from './azure/index.ts';
import { createBedrockProvider } from './bedrock/index.ts';
import { createCohereProvider } from './cohere/index.ts';
import { createGeminiProvider } from './gemini/index.ts';
import { createJinaProvider } from './jina/index.ts';
import { createSandboxProvider } from './sandbox/index.ts';
import { createStandardProvider } from './standard/index.ts';
import type { Provider, ProviderKind } from './types.ts';
import { createVertexProvider } from './vertex/index.ts';

/** The upstreams by kind. */
export interface ProviderRegistry {
  /** Throws for a kind that is not in `PROVIDER_KINDS`. */
  get(kind: ProviderKind): Provider;
}

/** The only list of upstreams. */
const FACTORIES: Readonly<Record<ProviderKind, () => Provider>> = {
  standard: createStandardProvider,
  anthropic: createAnthropicProvider,
  gemini: createGeminiProvider,
  vertex: createVertexProvider,
  azure: createAzureProvider,
  bedrock: createBedrockProvider,
  cohere: createCohereProvider,
  jina: createJinaProvider,
  sandbox: createSandboxProvider,
};

/** The kinds of upstreams that exist. */
export const PROVIDER_KINDS = Object.keys(FACTORIES) as readonly ProviderKind[];

/** One provider of each kind. */
export function createProviderRegistry(): ProviderRegistry {
  const providers = new Map(PROVIDER_KINDS.map((kind) => [kind, FACTORIES[kind]()]));
  return {
    get(kind) {
      const provider = providers.get(kind);
      if (!provider) throw new Error(`no provider of the kind ${kind}`);
      return provider;
    },
  };
}
