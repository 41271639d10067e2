import type { LoadPlan } from './load.ts';
import type { PromptKind } from './prompts.ts';
import type { Behaviour } from './upstream.ts';

const CHUNKS = 50;
const HELD_INTERVAL_MS = 1000;
const DRAIN_SECONDS = 10;
const HELD_DRAIN_SECONDS = 30;
const STREAMS_AT_ONCE = 256;
const REQUESTS_AT_ONCE = 64;

/**
 * How a scenario loads its targets: as much as they can take; at half of what the slowest proxy
 * can take; or with a number of streams that stay open.
 */
export type ScenarioKind = 'closed' | 'open' | 'held';

/** One table of the report. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly kind: ScenarioKind;
  /** What is counted. */
  readonly unit: 'request' | 'chunk';
  readonly behaviour: Behaviour;
  /** The load that finds the most a target can take, and warms it up. */
  saturate(seconds: number): LoadPlan;
  /** The measured load. The rate is only for open loops. */
  load(seconds: number, rate: number): LoadPlan;
}

type Described = Pick<Scenario, 'name' | 'title'>;

/** The load that finds the most that a target can take. */
export function closedPlan(prompt: PromptKind, seconds: number): LoadPlan {
  const stream = prompt === 'stream';
  return {
    prompt,
    chunks: CHUNKS,
    connections: stream ? STREAMS_AT_ONCE : REQUESTS_AT_ONCE,
    seconds,
    warmupSeconds: 0.5,
    drainSeconds: DRAIN_SECONDS,
  };
}

function closed(described: Described, prompt: PromptKind): Scenario {
  const stream = prompt === 'stream';
  const plan = (seconds: number): LoadPlan => closedPlan(prompt, seconds);
  return {
    ...described,
    kind: 'closed',
    unit: stream ? 'chunk' : 'request',
    behaviour: { delayMs: 0, chunks: CHUNKS, intervalMs: 2 },
    saturate: plan,
    load: plan,
  };
}

function open(described: Described, prompt: 'small' | 'stream'): Scenario {
  const stream = prompt === 'stream';
  return {
    ...described,
    kind: 'open',
    unit: stream ? 'chunk' : 'request',
    behaviour: stream
      ? { delayMs: 20, chunks: CHUNKS, intervalMs: 20 }
      : { delayMs: 0, chunks: CHUNKS, intervalMs: 2 },
    // At 20 ms per chunk it takes ten times as many streams to load a proxy to its limit.
    saturate: (seconds) => ({
      ...closedPlan(prompt, seconds),
      ...(stream ? { connections: 10 * STREAMS_AT_ONCE, warmupSeconds: 2 } : {}),
    }),
    load: (seconds, rate) => ({
      prompt,
      chunks: CHUNKS,
      connections: stream ? 4096 : 512,
      seconds,
      // The number of open streams is steady once the first ones end.
      warmupSeconds: stream ? 2 : 0.5,
      drainSeconds: DRAIN_SECONDS,
      rate,
    }),
  };
}

interface Held {
  readonly streams: number;
  /** Slow enough that opening connections is not what is measured. */
  readonly rampSeconds: number;
  /** One per second; the first stream must still be open when the last one starts. */
  readonly chunks: number;
}

function held({ streams, rampSeconds, chunks }: Held): Scenario {
  return {
    name: `D-${streams}`,
    title: `D. ${streams.toLocaleString('en-US')} open streams, in a fresh process`,
    kind: 'held',
    unit: 'chunk',
    behaviour: { delayMs: 0, chunks, intervalMs: HELD_INTERVAL_MS },
    saturate: (seconds) => ({ ...closedPlan('stream', seconds), chunks, connections: 16 }),
    load: () => ({
      prompt: 'stream',
      chunks,
      connections: streams,
      seconds: rampSeconds,
      warmupSeconds: 0,
      drainSeconds: HELD_DRAIN_SECONDS,
      rate: streams / rampSeconds,
      uniform: true,
    }),
  };
}

/** All scenarios, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  closed(
    { name: 'A-closed', title: 'A. Small JSON, at saturation (64 requests at once)' },
    'small',
  ),
  open({ name: 'A-open', title: 'A. Small JSON, open loop at half of saturation' }, 'small'),
  closed(
    { name: 'B-closed', title: 'B. Streams of 50 chunks 2 ms apart, at saturation (256 at once)' },
    'stream',
  ),
  open(
    {
      name: 'B-open',
      title: 'B. Streams of 50 chunks 20 ms apart, open loop at half of saturation',
    },
    'stream',
  ),
  closed(
    { name: 'C-closed', title: 'C. 16 KB prompts, at saturation (64 requests at once)' },
    'long',
  ),
  held({ streams: 1000, rampSeconds: 3, chunks: 8 }),
  held({ streams: 5000, rampSeconds: 10, chunks: 15 }),
];
