import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from './until.ts';

const MAIN = resolve(import.meta.dirname, '../../apps/server/bin/meridian.ts');

/** How a run ended and what it said. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process as a user starts it, with exactly the environment that is given. */
export interface MeridianRun extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it listens; rejects when it ends before. */
  readonly url: Promise<string>;
  /** Milliseconds from its start until it said that it listens. */
  readonly readyMs: Promise<number>;
  readonly ended: Promise<Run>;
  stop(): Promise<Run>;
}

/** Starts Meridian with the words of a command line. Disposing it kills it. */
export function runMeridian(
  env: Readonly<Record<string, string>>,
  words: readonly string[] = ['serve'],
): MeridianRun {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: {
      PATH: process.env.PATH ?? '',
      ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  let readyAt: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    if (readyAt === undefined && urlIn(output.stdout)) readyAt = performance.now();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const ended = once(child, 'close').then(([code]): Run => {
    process.off('exit', killNow);
    return { code: code as number | null, ...output };
  });

  const url = (): Promise<string> =>
    until('the server to listen', () => {
      const found = urlIn(output.stdout);
      if (!found && hasEnded(child)) throw new Error(`It ended.\n${output.stdout}${output.stderr}`);
      return found;
    });

  return {
    pid: child.pid ?? 0,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    get url() {
      return url();
    },
    get readyMs() {
      return url().then(() => (readyAt ?? 0) - startedAt);
    },
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function urlIn(text: string): string | undefined {
  return /^meridian listening on (http:\/\/\S+)$/m.exec(text)?.[1];
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
