import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Daemon, type DaemonOptions, type SystemUser, startDaemon } from './daemon.ts';

/** Another process may take the port between its choice and its use. */
const PORT_ATTEMPTS_MAX = 5;

/** Test files run side by side, each with pools of its own. */
const CONNECTIONS_MAX = 300;

/** A running throw-away server and how clients reach it. */
export interface TestServer extends Daemon {
  readonly url: string;
  /** Starts it again after `stop`, at the same address: PostgreSQL with its data, Redis empty. */
  startAgain(): Promise<void>;
}

export interface ServerOptions {
  /** An existing folder, emptied by the caller afterwards. */
  readonly folder: string;
  readonly user: SystemUser | null;
}

/** Starts PostgreSQL from the binaries in `bin` on loopback with an empty cluster, not fsynced. */
export async function startPostgres(bin: string, options: ServerOptions): Promise<TestServer> {
  const data = makeFolder('postgres', options);
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(data, '..', 'postgres-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (options.user) chownSync(passwordFile, options.user.uid, options.user.gid);
  const cluster = ['-D', data, '-U', 'meridian', '--auth=scram-sha-256'];
  const choices = [`--pwfile=${passwordFile}`, '--no-sync', '--no-locale', '--encoding=UTF8'];
  execFileSync(join(bin, 'initdb'), [...cluster, ...choices], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: '/',
    ...options.user,
  });
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: CONNECTIONS_MAX,
    fsync: 'off',
    full_page_writes: 'off',
    jit: 'off',
    timezone: 'UTC',
  };
  return onFreePort(async (port) => {
    const url = `postgres://meridian:${password}@127.0.0.1:${port}/postgres`;
    return repeatable(url, {
      command: join(bin, 'postgres'),
      args: [
        ...['-D', data, '-p', String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      readyText: 'ready to accept connections',
      user: options.user,
    });
  });
}

/** Starts Redis (or Valkey) on loopback without persistence. */
export async function startRedis(command: string, options: ServerOptions): Promise<TestServer> {
  const folder = makeFolder('redis', options);
  const password = randomBytes(16).toString('hex');
  return onFreePort(async (port) => {
    const settings = [
      ...['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir ${folder}`],
      ...['save ""', 'appendonly no', 'daemonize no'],
    ];
    return repeatable(`redis://:${password}@127.0.0.1:${port}`, {
      command,
      args: ['-'],
      input: `${settings.join('\n')}\n`,
      readyText: 'Ready to accept connections',
      user: options.user,
    });
  });
}

async function repeatable(url: string, options: DaemonOptions): Promise<TestServer> {
  let daemon = await startDaemon(options);
  return {
    url,
    stop: () => daemon.stop(),
    async startAgain() {
      daemon = await startDaemon(options);
    },
  };
}

function makeFolder(name: string, { folder, user }: ServerOptions): string {
  const path = join(folder, name);
  mkdirSync(path, { mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
  return path;
}

async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt >= PORT_ATTEMPTS_MAX || !/address already in use/i.test(String(error))) {
        throw error;
      }
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
