import { setTimeout as pause } from 'node:timers/promises';
import type { Site, SiteNode } from './site.ts';
import type { UpstreamFault, Upstreams } from './upstreams.ts';

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  readonly kind: 'key' | 'redis' | 'postgres' | 'node';
  /** Seconds from the begin of the traffic. */
  readonly from: number;
  readonly seconds: number;
  /** Of a key: which one, and how it fails. */
  readonly key?: { readonly upstream: number; readonly fault: UpstreamFault };
  /** Of a node: which one. */
  readonly node?: number;
  /** Nobody clears the key's sleep: it comes back by its own trial. */
  readonly isLeftAlone?: boolean;
}

/** A fault as it happened; times in milliseconds since 1970. */
export interface Happened {
  readonly fault: Fault;
  readonly beganAt: number;
  /** The server or key was well again. */
  readonly endedAt: number;
  /** Everything worked as before; null where the run was over before. */
  readonly recoveredAt: number | null;
}

const KEY_FAULTS: readonly UpstreamFault[] = ['silent', 'rate', 'error', 'reset', 'cut', 'flaky'];
/** One cycle has every fault once. */
const CYCLE_SECONDS_MAX = 150;
/** The end of a cycle without faults, in which the last of them is recovered from. */
const LAST_SECONDS = 3;
/** A key that nobody wakes sleeps for five minutes; a run that is long enough waits for that. */
const SLEEP_SECONDS = 330;
const SLEEPY_SECONDS = 10;

/** What goes wrong when, within the seconds that the traffic lasts. */
export function planFaults(seconds: number, upstreams: number): readonly Fault[] {
  const isLong = seconds >= 2 * SLEEP_SECONDS - CYCLE_SECONDS_MAX;
  const cycled = isLong ? seconds - SLEEP_SECONDS : seconds;
  const cycles = Math.ceil(cycled / CYCLE_SECONDS_MAX);
  const length = cycled / cycles;
  const faults = Array.from({ length: cycles }, (_, cycle) => {
    const at = (part: number): number => cycle * length + part * (length - LAST_SECONDS);
    return cycleOf(cycle, at, upstreams);
  }).flat();
  if (!isLong) return faults;
  const key = { upstream: 0, fault: 'error' } as const;
  const when = { from: cycled, seconds: SLEEPY_SECONDS };
  return [...faults, { name: 'key 0 error', kind: 'key', ...when, key, isLeftAlone: true }];
}

/** The keys fail in turn but for the last, which is always well. */
function cycleOf(cycle: number, at: (part: number) => number, upstreams: number): Fault[] {
  const span = (from: number, to: number) => ({ from: at(from), seconds: at(to) - at(from) });
  const keys = KEY_FAULTS.map((fault, i): Fault => {
    const upstream = (cycle + i) % (upstreams - 1);
    const when = span(0.04 + i * 0.15, 0.15 + i * 0.15);
    return { name: `key ${upstream} ${fault}`, kind: 'key', ...when, key: { upstream, fault } };
  });
  const node = cycle % 2;
  return [
    ...keys,
    { name: 'Redis stopped', kind: 'redis', ...span(0.25, 0.34) },
    { name: 'PostgreSQL restarted', kind: 'postgres', from: at(0.5), seconds: 0 },
    { name: `node ${node} killed`, kind: 'node', ...span(0.6, 0.66), node },
  ];
}

/** What faults are done to. */
export interface Victims {
  readonly site: Site;
  readonly upstreams: Upstreams;
  /** Ends when the traffic does. */
  readonly signal: AbortSignal;
}

/** Lets the faults happen; resolves when the last one is over. */
export async function runFaults(
  faults: readonly Fault[],
  victims: Victims,
): Promise<readonly Happened[]> {
  const startedMs = performance.now();
  return Promise.all(
    faults.map(async (fault) => {
      await pause(Math.max(0, startedMs + fault.from * 1_000 - performance.now()));
      return happen(fault, victims);
    }),
  );
}

async function happen(fault: Fault, victims: Victims): Promise<Happened> {
  const { site, upstreams } = victims;
  const beganAt = Date.now();
  switch (fault.kind) {
    case 'key': {
      const { upstream, fault: how } = fault.key ?? { upstream: 0, fault: 'error' };
      upstreams.fail(upstream, how);
      await pause(fault.seconds * 1_000);
      upstreams.fail(upstream, undefined);
      const endedAt = Date.now();
      if (!fault.isLeftAlone) await clearSleep(site, victims.signal);
      return { fault, beganAt, endedAt, recoveredAt: await answers(upstream, endedAt, victims) };
    }
    case 'redis': {
      await site.redis.stop();
      await pause(fault.seconds * 1_000);
      await site.redis.startAgain();
      return ended(fault, beganAt, (node) => isShared(node), victims);
    }
    case 'postgres': {
      await site.postgres.stop();
      await site.postgres.startAgain();
      return ended(fault, beganAt, isReady, victims);
    }
    case 'node': {
      const node = site.nodes[fault.node ?? 0] as SiteNode;
      node.isUp = false;
      await node.process.kill('SIGKILL');
      await pause(fault.seconds * 1_000);
      await node.process.restart();
      node.life++;
      node.isUp = true;
      return ended(fault, beganAt, isReady, victims);
    }
  }
}

/** As the owner does who has repaired something: all keys are tried again at once. */
async function clearSleep({ root }: Site, signal: AbortSignal): Promise<void> {
  await lookUntil(signal, async () => {
    const { status } = await root.request('POST', '/x-conf', { body: { DelKeys: true } });
    return status === 200 ? Date.now() : undefined;
  });
}

const LOOK_MS = 50;

/** When the upstream first answered after its fault. */
async function answers(
  upstream: number,
  since: number,
  { upstreams, signal }: Victims,
): Promise<number | null> {
  let looked = upstreams.entries.length;
  return lookUntil(signal, () => {
    const { entries } = upstreams;
    for (; looked < entries.length; looked++) {
      const entry = entries[looked];
      const isGood = entry?.upstream === upstream && entry.deed === 'answered';
      if (isGood && entry.at >= since) return entry.at;
    }
    return undefined;
  });
}

async function ended(
  fault: Fault,
  beganAt: number,
  isWell: (node: SiteNode) => Promise<boolean>,
  { site, signal }: Victims,
): Promise<Happened> {
  const endedAt = Date.now();
  const recoveredAt = await lookUntil(signal, async () => {
    const up = site.nodes.filter(({ isUp }) => isUp);
    const well = await Promise.all(up.map((node) => isWell(node).catch(() => false)));
    return well.every(Boolean) ? Date.now() : undefined;
  });
  return { fault, beganAt, endedAt, recoveredAt };
}

async function lookUntil(
  signal: AbortSignal,
  look: () => number | undefined | Promise<number | undefined>,
): Promise<number | null> {
  for (;;) {
    const at = await Promise.resolve(look()).catch(() => undefined);
    if (at !== undefined) return at;
    if (signal.aborted) return null;
    await pause(LOOK_MS);
  }
}

async function isReady({ process }: SiteNode): Promise<boolean> {
  const { status } = await fetch(`${process.url}/readyz`);
  return status === 200;
}

async function isShared({ process }: SiteNode): Promise<boolean> {
  const text = await (await fetch(`${process.url}/metrics`)).text();
  return /^meridian_limits_degraded 0$/m.test(text);
}
