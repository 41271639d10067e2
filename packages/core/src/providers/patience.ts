import type { ProviderKeyConfig, ProviderKind } from './types.ts';

/** How long an upstream is waited for, in milliseconds. */
export interface Patience {
  /** Longest silence of a stream, and between the bytes of any answer. */
  readonly idleMs: number;
  /** Longest time for one attempt. */
  readonly totalMs: number;
}

const MINUTE_MS = 60_000;

/** Reasoning models say nothing for minutes; no request may take longer than ten in any case. */
const THINKING: Patience = { idleMs: 5 * MINUTE_MS, totalMs: 10 * MINUTE_MS };

/** What is waited for upstreams whose key says nothing else. */
const PATIENCE: Readonly<Record<ProviderKind, Patience>> = {
  standard: THINKING,
  anthropic: THINKING,
  gemini: THINKING,
  vertex: THINKING,
  azure: THINKING,
  bedrock: THINKING,
  cohere: { idleMs: 2 * MINUTE_MS, totalMs: 10 * MINUTE_MS },
  // Vectors and rankings: nothing that is still silent after a minute will come.
  jina: { idleMs: MINUTE_MS, totalMs: 2 * MINUTE_MS },
  sandbox: { idleMs: MINUTE_MS, totalMs: 10 * MINUTE_MS },
};

/** The patience with a key's upstream: its own, else what its kind needs. */
export function patienceWith(kind: ProviderKind, config: ProviderKeyConfig): Patience {
  const usual = PATIENCE[kind];
  const { idleTimeoutMs: idleMs = usual.idleMs, timeoutMs: totalMs = usual.totalMs } = config;
  return { idleMs, totalMs };
}
