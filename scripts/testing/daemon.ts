import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Time a server gets to say that it is ready, and to stop when asked, before it is killed. */
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;

/** The last lines of a server's log that are shown when it does not start. */
const LOG_LINES_SHOWN = 20;

/** An account of the machine that a server runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Written to its standard input, then closed. */
  readonly input?: string;
  /** Part of the log line that means: connections are accepted. */
  readonly readyText: string;
  readonly user: SystemUser | null;
}

/** A server process that was started here. */
export interface Daemon {
  /** Asks it to stop, kills it when it does not; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it is ready; throws with the end of its log when it is not. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const child = spawn(options.command, options.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ...options.user,
  });
  // A server that fails at once closes its input; the exit tells more than the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const log: string[] = [];
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.push(line);
      if (log.length > LOG_LINES_SHOWN) log.shift();
      if (line.includes(options.readyText)) ready.resolve();
    });
  }
  const exited = once(child, 'exit');
  const fail = (why: string) => () => ready.reject(new Error(`${options.command} ${why}`));
  const late = setTimeout(fail(`is not ready after ${READY_MS_MAX} ms`), READY_MS_MAX);
  exited.then(fail('exited at its start'), fail('cannot be run'));

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await exited;
    clearTimeout(kill);
  }

  try {
    await ready.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${log.join('\n')}`, { cause: error });
  } finally {
    clearTimeout(late);
  }
  return { stop };
}

/** Whom servers run as that refuse to run as root: null when this is not root. */
export function unprivilegedUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([login]) => login === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error('This is root, and there is neither a user postgres nor a user nobody.');
}
