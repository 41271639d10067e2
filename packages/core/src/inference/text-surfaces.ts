import {
  createCompletionTranslation,
  createPassage,
  createRerankRelay,
  openaiCompletions,
  openaiModerations,
  rerank,
  type UpstreamWire,
  type WireName,
} from '../protocols/index.ts';
import type { Surface, Way } from './surface.ts';
import { createPassSurface } from './surfaces.ts';

/**
 * Legacy text completions: bytes pass to who has them; a single prompt can also be put to models that
 * chat at upstreams without.
 */
export function createCompletionsSurface(parts: {
  readonly name: string;
  /** Every wire that an upstream may speak. */
  readonly upstreams: readonly UpstreamWire[];
  /** What keeps a silent stream open. */
  readonly keepAlive: string;
}): Surface {
  const passage: Way = { endpoint: 'completions', relay: createPassage(openaiCompletions) };
  const ways = new Map<WireName, Way>();
  for (const upstream of parts.upstreams) {
    const relay = createCompletionTranslation(upstream);
    ways.set(upstream.name, { endpoint: upstream.name, relay });
  }
  return {
    name: parts.name,
    dialect: openaiCompletions,
    keepAlive: Buffer.from(parts.keepAlive),
    errorBody: (failure) => failure.toBody(),
    wayTo(provider, key, canonicalModel) {
      if (provider.endpoints(key).includes('completions')) return passage;
      const wires = provider.wires(key, canonicalModel).filter((name) => ways.has(name));
      // Chat has nearly all the fields that a completion has; other wires of the same host have not.
      const wire = wires.includes('chat') ? 'chat' : wires[0];
      return wire && ways.get(wire);
    },
  };
}

/** Judgements of texts and images. */
export function createModerationsSurface(name: string): Surface {
  return createPassSurface({ name, dialect: openaiModerations, endpoint: 'moderations' });
}

/** Rankings of documents. */
export function createRerankSurface(name: string): Surface {
  const plain: Way = { endpoint: 'rerank', relay: createRerankRelay('plain') };
  const jina: Way = { endpoint: 'rerank', relay: createRerankRelay('jina') };
  const cohere: Way = { endpoint: 'rerank', relay: createRerankRelay('cohere') };
  return {
    name,
    dialect: rerank,
    errorBody: (failure) => failure.toBody(),
    wayTo(provider, key) {
      if (!provider.endpoints(key).includes('rerank')) return undefined;
      if (provider.kind === 'cohere') return cohere;
      return provider.kind === 'jina' ? jina : plain;
    },
  };
}
