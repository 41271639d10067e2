import type { Processes } from '../processes.ts';

/** What a target may use to start. */
export interface TargetContext {
  readonly processes: Processes;
  readonly upstreamPort: number;
  readonly proxyCore: number;
  readonly loadCore: number;
  /** An empty folder of this start's own, for configuration and logs. */
  readonly folder: string;
  /** Flags for the Node process of a target, e.g. of the profiler. */
  readonly nodeFlags: readonly string[];
}

/** What the load got from a target since it started. */
export interface Answered {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Answers that failed or were given up; a part of one may be charged. */
  readonly failures: number;
}

/** Whether the books of a target are right, and a line that tells. */
export interface Audit {
  readonly agrees: boolean;
  readonly line: string;
}

/** A started target, ready to answer. Disposing stops it. */
export interface RunningTarget extends AsyncDisposable {
  readonly port: number;
  /** Root of the tree that is measured on the proxy core; none without a proxy. */
  readonly processId?: number;
  /** Processes that work for it on the load core, e.g. its database. */
  readonly companionId?: number;
  /** Keys that the load uses in turn. */
  readonly keys: readonly string[];
  /** Bytes that its heap uses now, where it can tell. */
  readonly heapBytes?: () => Promise<number | undefined>;
  /** Compares its books with what the load got. */
  readonly audit?: (answered: Answered) => Promise<Audit>;
}

/** One row of the table. */
export interface Target {
  readonly name: string;
  /** What it is, for the reader of the table. */
  readonly about: string;
  /** A Node process: it can be profiled, and its memory is worth watching for minutes. */
  readonly isNode: boolean;
  /** What this machine lacks to run it, and how to get it; nothing when it can run. */
  missing(): string | undefined;
  start(context: TargetContext): Promise<RunningTarget>;
}
