import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_WAIT_MS = 15_000;
const KILL_WAIT_MS = 5_000;
const POLL_INTERVAL_MS = 50;
const ENDED_BY_SIGNAL = 128;

/** How a program is started. */
export interface LaunchOptions {
  readonly core: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** Where its output goes; without it standard output can be read and errors are shown. */
  readonly logFile?: string;
  /** The signal that ends it in an orderly way. */
  readonly stopSignal?: NodeJS.Signals;
  /** The signal for when there is no time left; it reaches the whole process group. */
  readonly killSignal?: NodeJS.Signals;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A program that this bench started; disposing stops it and everything that it started. */
export interface Launched extends AsyncDisposable {
  readonly processId: number;
  readonly child: ChildProcess;
  /** Resolves to the exit status when the program has ended; 128 stands for a signal. */
  readonly ended: Promise<number>;
  hasEnded(): boolean;
}

/** Starts programs and knows which of them still run. */
export interface Processes {
  /** Starts a program on one core, in a process group of its own. */
  launch(options: LaunchOptions): Launched;
  /** Ends everything at once and starts nothing more: no child outlives the bench. */
  killAll(): void;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ESRCH') throw cause;
  }
}

function outputs(logFile: string | undefined): { stdio: StdioOptions; close: () => void } {
  if (logFile === undefined) {
    return { stdio: ['ignore', 'pipe', 'inherit'], close: () => undefined };
  }
  const file = openSync(logFile, 'a');
  return { stdio: ['ignore', file, file], close: () => closeSync(file) };
}

async function stop(launched: Launched, signal: NodeJS.Signals): Promise<void> {
  const ended = launched.ended.catch(() => undefined);
  if (!launched.hasEnded()) {
    signalGroup(launched.child, signal);
    await Promise.race([ended, sleep(STOP_WAIT_MS, undefined, { ref: false })]);
  }
  signalGroup(launched.child, 'SIGKILL');
  await Promise.race([ended, sleep(KILL_WAIT_MS, undefined, { ref: false })]);
}

function start(options: LaunchOptions): ChildProcess {
  const { stdio, close } = outputs(options.logFile);
  const pinned = ['--cpu-list', String(options.core), options.command, ...options.args];
  const child = spawn('taskset', pinned, {
    stdio,
    detached: true,
    env: { ...process.env, ...options.env },
    ...(options.workingFolder === undefined ? {} : { cwd: options.workingFolder }),
    ...options.user,
  });
  close();
  return child;
}

function watch(child: ChildProcess, stopSignal: NodeJS.Signals): Launched {
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? ENDED_BY_SIGNAL));
  });
  // Most programs are stopped, not awaited; who awaits still sees the rejection.
  ended.catch(() => undefined);
  const launched: Launched = {
    processId: child.pid ?? 0,
    child,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    [Symbol.asyncDispose]: () => stop(launched, stopSignal),
  };
  return launched;
}

/** The programs of this run of the bench. */
export function createProcesses(): Processes {
  const running = new Map<ChildProcess, NodeJS.Signals>();
  let isOver = false;
  return {
    launch: (options) => {
      if (isOver) throw new Error('the bench is being stopped');
      const child = start(options);
      running.set(child, options.killSignal ?? 'SIGKILL');
      child.once('close', () => running.delete(child));
      return watch(child, options.stopSignal ?? 'SIGTERM');
    },
    killAll: () => {
      isOver = true;
      for (const [child, signal] of running) signalGroup(child, signal);
    },
  };
}

/** Everything that the program writes to standard output, when it has ended with status 0. */
export async function readOutput(launched: Launched): Promise<string> {
  let text = '';
  launched.child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const status = await launched.ended;
  if (status !== 0) throw new Error(`${launched.child.spawnargs.join(' ')} ended with ${status}`);
  return text;
}

/** The first line of standard output that matches; rejects when the program ends or time is up. */
export function firstLine(launched: Launched, pattern: RegExp, waitMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`no ${pattern} in time: ${text}`)), waitMs);
    launched.child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const match = text.match(pattern);
      if (match === null) return;
      clearTimeout(timer);
      resolve([...match]);
    });
    launched.ended.then((status) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${status} before it was ready: ${text}`));
    }, reject);
  });
}

/** Calls again and again until it resolves to something; rejects when time is up. */
export async function poll<T>(
  waitMs: number,
  attempt: () => Promise<T | undefined>,
  describe: () => string,
): Promise<T> {
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    const result = await attempt();
    if (result !== undefined) return result;
    await sleep(POLL_INTERVAL_MS);
  }
  throw new Error(describe());
}
