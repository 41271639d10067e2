import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isInstalled, waitForPort } from './machine.ts';
import type { Processes } from './processes.ts';

const START_WAIT_MS = 20_000;
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const DATABASE = 'postgres';
const SUPERUSER = 'postgres';

/** Settings beside the defaults. The first two are defaults too; the figures depend on them. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
} as const;

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A throw-away PostgreSQL; disposing stops it and removes its data. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
  readonly processId: number;
}

/** The folder with `initdb` and `postgres`; none when they are not installed. */
function binaries(): string | undefined {
  if (isInstalled('initdb')) return '';
  if (!existsSync(DEBIAN_FOLDER)) return undefined;
  const newest = readdirSync(DEBIAN_FOLDER)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  return newest;
}

/** What is missing to start one; nothing when it can start. */
export function missingPostgres(): string | undefined {
  return binaries() === undefined ? 'install PostgreSQL (Debian: postgresql)' : undefined;
}

/** Version and settings, for the reader of the figures. */
export function describePostgres(): string {
  const folder = binaries();
  if (folder === undefined) return 'not installed';
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  return `${version.trim().replace(/^postgres \(PostgreSQL\) /, '')}; ${settings.join(', ')}`;
}

/** PostgreSQL refuses to run as root; then its own user runs it. */
function databaseUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, SUPERUSER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function createCluster(programs: string, folder: string, user: User | undefined): void {
  const options = ['--auth=trust', `--username=${SUPERUSER}`, '--encoding=UTF8', '--no-locale'];
  execFileSync(join(programs, 'initdb'), [...options, '--no-sync', '-D', join(folder, 'data')], {
    stdio: 'pipe',
    cwd: folder,
    ...user,
  });
}

/** Starts PostgreSQL on `core` with its data in a new folder and no password. */
export async function startPostgres(processes: Processes, core: number): Promise<Postgres> {
  const programs = binaries();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const user = databaseUser();
  await using starting = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  createCluster(programs, folder, user);
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, listen_addresses: '127.0.0.1' });
  const launched = starting.use(
    processes.launch({
      core,
      command: join(programs, 'postgres'),
      args: [
        ...['-D', join(folder, 'data'), '-k', folder, '-p', String(port)],
        ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      workingFolder: folder,
      logFile: join(folder, 'postgres.log'),
      stopSignal: 'SIGINT',
      // Killed outright it would leave its shared memory behind.
      killSignal: 'SIGQUIT',
      ...(user === undefined ? {} : { user }),
    }),
  );
  await waitForPort(port, launched, START_WAIT_MS);
  const opened = starting.move();
  return {
    url: `postgres://${SUPERUSER}@127.0.0.1:${port}/${DATABASE}`,
    processId: launched.processId,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
