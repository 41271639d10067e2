import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FreshDatabase } from './fresh-database.ts';

const MAIN = resolve(import.meta.dirname, '../../../apps/server/bin/meridian.ts');
const READY = /^meridian listening on (http:\/\/\S+)$/m;

/** A busy machine starts slowly; a server that takes longer hangs. */
const READY_MS_MAX = 60_000;

/** The end of each output that is kept, in characters. */
const OUTPUT_KEPT_CHARS = 4 * 1024 * 1024;

/** Lets the kernel kill the server when the test's process dies in any way (Linux). */
const SETPRIV = '/usr/bin/setpriv';

/** Root's key on every server that a test starts, unless the test presets another. */
export const TEST_ROOT_KEY = `sk-Xvs${'TestRoot0'.repeat(5)}`;

/** The same on all nodes of a test, so that they read each other's secrets. */
const TEST_ENCRYPTION_KEY = Buffer.alloc(32, 'meridian-test').toString('base64');

export interface StartServerOptions {
  /** Whose URL and folder the server uses; it stays the caller's to dispose. */
  readonly database: FreshDatabase;
  /** Over the defaults: a free port, the database, fixed keys, no environment keys. */
  readonly env?: Readonly<Record<string, string>>;
  /** The data folder; default the database's. Nodes that share a database need one each. */
  readonly dataDir?: string;
  /** The script to run; default the product's own. */
  readonly main?: string;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real server process. Disposing it kills it when it still runs. */
export interface ServerProcess extends AsyncDisposable {
  /** Where it listens; another port after each restart. */
  readonly url: string;
  readonly rootKey: string;
  readonly pid: number;
  /** Everything printed since the first start, up to the last 4 MiB. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when the process that runs now has ended. */
  readonly exited: Promise<ServerExit>;
  /** Sends the signal and resolves when the process has ended. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<ServerExit>;
  /** Starts it again with the same environment after it has ended. */
  restart(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exited: Promise<ServerExit>;
}

/** Starts the server and waits until it is ready; throws with its output when it is not. */
export async function startServer(options: StartServerOptions): Promise<ServerProcess> {
  const env = environmentOf(options);
  const output = { stdout: '', stderr: '' };
  let running = await launch(options.main ?? MAIN, env, output);

  function kill(signal: NodeJS.Signals): Promise<ServerExit> {
    running.child.kill(signal);
    return running.exited;
  }

  return {
    get url() {
      return running.url;
    },
    get pid() {
      return running.child.pid ?? 0;
    },
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    get exited() {
      return running.exited;
    },
    rootKey: env.MERIDIAN_ROOT_KEY ?? TEST_ROOT_KEY,
    kill,
    async restart() {
      if (!hasEnded(running.child)) throw new Error('The server still runs: kill it first.');
      running = await launch(options.main ?? MAIN, env, output);
    },
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL');
    },
  };
}

function environmentOf(options: StartServerOptions): Record<string, string> {
  const { database } = options;
  return {
    PATH: process.env.PATH ?? '',
    ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
    MERIDIAN_HOST: '127.0.0.1',
    MERIDIAN_PORT: '0',
    MERIDIAN_DATA_DIR: options.dataDir ?? database.folder,
    ...(database.url !== null && { MERIDIAN_DATABASE_URL: database.url }),
    MERIDIAN_ROOT_KEY: TEST_ROOT_KEY,
    MERIDIAN_ENCRYPTION_KEY: TEST_ENCRYPTION_KEY,
    MERIDIAN_ENV_KEYS: 'off',
    ...options.env,
  };
}

async function launch(
  main: string,
  env: Record<string, string>,
  output: { stdout: string; stderr: string },
): Promise<Running> {
  const command = [process.execPath, main, 'serve'];
  const [program = '', ...args] = existsSync(SETPRIV)
    ? [SETPRIV, '--pdeathsig', 'KILL', ...command]
    : command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ready = Promise.withResolvers<string>();
  const before = output.stdout.length;
  let isReady = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout = (output.stdout + text).slice(-OUTPUT_KEPT_CHARS);
    if (isReady) return;
    const url = READY.exec(output.stdout.slice(before))?.[1];
    if (url === undefined) return;
    isReady = true;
    ready.resolve(url);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr = (output.stderr + text).slice(-OUTPUT_KEPT_CHARS);
  });
  const exited = exitOf(child);
  const fail = (why: string): void =>
    ready.reject(new Error(`The server ${why}.\n${output.stdout}\n${output.stderr}`));
  const late = setTimeout(() => fail(`is not ready after ${READY_MS_MAX} ms`), READY_MS_MAX);
  void exited.then(({ code, signal }) => fail(`ended before it was ready (${code ?? signal})`));
  try {
    return { child, url: await ready.promise, exited };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** The end of a process, which also dies with this one. */
async function exitOf(child: ChildProcess): Promise<ServerExit> {
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  // 'close' rather than 'exit': then everything that it printed has been read.
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  process.off('exit', killNow);
  return { code, signal };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
