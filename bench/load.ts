import { type Processes, readOutput } from './processes.ts';
import type { PromptKind } from './prompts.ts';

/** Percentiles in microseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

/** What the load generator prints. The window is the run without warm-up and drain. */
export interface LoadReport {
  readonly seconds: number;
  readonly started: number;
  /** Good answers of the whole run, and of the window. */
  readonly completed: number;
  readonly completedInWindow: number;
  readonly chunks: number;
  readonly chunksInWindow: number;
  readonly openMax: number;
  readonly connects: number;
  readonly reconnects: number;
  readonly cpuSeconds: number;
  /** To the last byte, from the moment the request was due. */
  readonly latencyUs: Percentiles;
  /** To the first content of a stream, else to the first byte of the answer. */
  readonly firstByteUs: Percentiles;
  /** From the upstream's hand to the client's, for each chunk. */
  readonly chunkDelayUs: Percentiles;
  readonly failures: Readonly<Record<string, number>>;
  readonly failedStatus: number;
  /** The beginning of the first wrong answer. */
  readonly sample: string;
}

/** What to send, and how. */
export interface LoadPlan {
  readonly prompt: PromptKind;
  /** Chunks that each streamed answer must have. */
  readonly chunks: number;
  readonly connections: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly drainSeconds: number;
  /** Arrivals per second of an open loop; a closed loop without it. */
  readonly rate?: number;
  /** Evenly spaced arrivals instead of random ones. */
  readonly uniform?: boolean;
}

/** Where to send it. */
export interface LoadAim {
  readonly port: number;
  readonly bodyFiles: Readonly<Record<PromptKind, string>>;
  /** One key per line, used in turn. */
  readonly keysFile: string;
}

/** Starts the load generator on its core. */
export type RunLoad = (aim: LoadAim, plan: LoadPlan) => Promise<LoadReport>;

function isReport(value: unknown): value is LoadReport {
  return typeof value === 'object' && value !== null && 'latencyUs' in value;
}

function toArguments(aim: LoadAim, plan: LoadPlan): string[] {
  const values: Record<string, number | string> = {
    port: aim.port,
    body: aim.bodyFiles[plan.prompt],
    keys: aim.keysFile,
    chunks: plan.chunks,
    connections: plan.connections,
    seconds: plan.seconds,
    warmup: plan.warmupSeconds,
    drain: plan.drainSeconds,
    ...(plan.rate === undefined ? {} : { rate: plan.rate }),
  };
  const flags = plan.prompt === 'stream' ? ['--stream', '--usage'] : [];
  if (plan.uniform === true) flags.push('--uniform');
  const pairs = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return [...flags, ...pairs];
}

/** A function that runs the load generator `program` on `core`. */
export function createLoad(processes: Processes, program: string, core: number): RunLoad {
  return async (aim, plan) => {
    await using launched = processes.launch({
      core,
      command: program,
      args: toArguments(aim, plan),
    });
    const report: unknown = JSON.parse(await readOutput(launched));
    if (!isReport(report)) throw new Error('the load generator printed no report');
    return report;
  };
}

/** Answers that were wrong, missing or unfinished. */
export function failureCount(report: LoadReport): number {
  return Object.values(report.failures).reduce((sum, count) => sum + count, 0);
}
