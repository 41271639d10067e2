import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { type Launched, poll } from './processes.ts';

const GIB = 1024 ** 3;

/** Whether a program is on the path. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** What this machine lacks for any run at all, each with what to install. */
export function missingTools(): readonly string[] {
  const missing: string[] = [];
  if (process.platform !== 'linux') missing.push('Linux (the bench reads /proc and uses epoll)');
  if (availableParallelism() < 2) missing.push('a second core (proxy and load have one each)');
  if (!isInstalled('gcc')) missing.push('gcc (Debian: apt-get install gcc libc6-dev)');
  if (!isInstalled('taskset')) missing.push('taskset (Debian: apt-get install util-linux)');
  return missing;
}

/** A port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function canConnect(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}

/** Waits until something accepts connections on the port. */
export async function waitForPort(port: number, launched: Launched, waitMs: number): Promise<void> {
  const command = launched.child.spawnargs.join(' ');
  await poll(
    waitMs,
    async () => {
      if (launched.hasEnded()) throw new Error(`ended before it listened: ${command}`);
      return canConnect(port);
    },
    () => `did not listen in time: ${command}`,
  );
}

function firstLineOf(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.split('\n')[0]?.trim() ?? '';
}

function undiciVersion(): string {
  const file = createRequire(import.meta.url).resolve('undici/package.json');
  return String(JSON.parse(readFileSync(file, 'utf8')).version);
}

function revision(): string {
  const git = (...args: string[]): string => {
    try {
      return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      return '';
    }
  };
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === '') return 'unknown';
  return git('status', '--porcelain') === '' ? commit : `${commit} with local changes`;
}

/** What a reader has to know about the machine and the programs, name and value. */
export function describeMachine(): readonly (readonly [string, string])[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const facts: [string, string][] = [
    ['CPU', `${model}, ${cpus().length} cores`],
    ['Memory', `${(totalmem() / GIB).toFixed(0)} GB`],
    ['Kernel', `Linux ${release()}`],
    ['Node', process.version],
    ['undici', undiciVersion()],
    ['gcc', firstLineOf('gcc', ['--version'])],
    ['Revision', revision()],
  ];
  if (isInstalled('nginx')) facts.push(['nginx', firstLineOf('nginx', ['-v']).split('/')[1] ?? '']);
  return facts;
}
