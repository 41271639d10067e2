import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadAim, LoadPlan, LoadReport, RunLoad } from './load.ts';
import { coreTime, cpuSeconds, processTree, residentBytes } from './proc.ts';
import type { RunningTarget } from './targets/target.ts';

const SAMPLE_INTERVAL_MS = 250;
// Work that a target puts off (logs, commits, roll-ups) still belongs to the requests that caused it.
const AFTERWORK_MS = 250;

/** What a measurement needs to know of the machine. */
export interface Bench {
  readonly runLoad: RunLoad;
  readonly upstreamId: number;
  readonly proxyCore: number;
  readonly loadCore: number;
}

/** One turn of one target. */
export interface Measurement {
  readonly load: LoadReport;
  /** CPU seconds of the proxy's process tree, and of its database. */
  readonly proxySeconds: number;
  readonly companionSeconds: number;
  /** How long the load ran, with its warm-up and drain. */
  readonly loadSeconds: number;
  /** Share of the core that other programs, or other machines of the host, took. */
  readonly foreignOnProxyCore: number;
  readonly foreignOnLoadCore: number;
  readonly residentBefore: number;
  readonly residentPeak: number;
}

interface Snapshot {
  readonly at: number;
  readonly proxySeconds: number;
  readonly companionSeconds: number;
  readonly rigSeconds: number;
  readonly proxyCoreSeconds: number;
  readonly loadCoreSeconds: number;
}

function treeOf(processId: number | undefined): readonly number[] {
  return processId === undefined ? [] : processTree(processId);
}

function takenSeconds(core: number): number {
  const { busySeconds, stolenSeconds } = coreTime(core);
  return busySeconds + stolenSeconds;
}

function snapshot(bench: Bench, target: RunningTarget): Snapshot {
  return {
    at: performance.now() / 1000,
    proxySeconds: cpuSeconds(treeOf(target.processId)),
    companionSeconds: cpuSeconds(treeOf(target.companionId)),
    rigSeconds: cpuSeconds([bench.upstreamId, process.pid]),
    proxyCoreSeconds: takenSeconds(bench.proxyCore),
    loadCoreSeconds: takenSeconds(bench.loadCore),
  };
}

/** Loads the target once and tells what it cost. */
export async function measure(
  bench: Bench,
  target: RunningTarget,
  aim: LoadAim,
  plan: LoadPlan,
): Promise<Measurement> {
  const tree = treeOf(target.processId);
  const residentBefore = residentBytes(tree);
  let residentPeak = residentBefore;
  const sample = (): void => {
    residentPeak = Math.max(residentPeak, residentBytes(tree));
  };
  const before = snapshot(bench, target);
  const sampler = setInterval(sample, SAMPLE_INTERVAL_MS);
  let load: LoadReport;
  try {
    load = await bench.runLoad(aim, plan);
  } finally {
    clearInterval(sampler);
  }
  const loadSeconds = performance.now() / 1000 - before.at;
  sample();
  await sleep(AFTERWORK_MS);
  const after = snapshot(bench, target);

  const wallSeconds = after.at - before.at;
  const proxySeconds = after.proxySeconds - before.proxySeconds;
  const companionSeconds = after.companionSeconds - before.companionSeconds;
  const ownOnLoadCore = after.rigSeconds - before.rigSeconds + companionSeconds + load.cpuSeconds;
  const foreign = (taken: number, own: number): number => Math.max(0, taken - own) / wallSeconds;
  return {
    load,
    proxySeconds,
    companionSeconds,
    loadSeconds,
    foreignOnProxyCore: foreign(after.proxyCoreSeconds - before.proxyCoreSeconds, proxySeconds),
    foreignOnLoadCore: foreign(after.loadCoreSeconds - before.loadCoreSeconds, ownOnLoadCore),
    residentBefore,
    residentPeak,
  };
}
