import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isInstalled, waitForPort } from './machine.ts';
import type { Processes } from './processes.ts';

const START_WAIT_MS = 10_000;

/** A throw-away Redis; disposing stops it. */
export interface Redis extends AsyncDisposable {
  readonly url: string;
}

function binary(): string | undefined {
  return ['redis-server', 'valkey-server'].find((name) => isInstalled(name));
}

/** What is missing to start one; nothing when it can start. */
export function missingRedis(): string | undefined {
  return binary() === undefined ? 'install Redis (Debian: redis-server)' : undefined;
}

/** Starts Redis on `core`, without a file of its data. */
export async function startRedis(processes: Processes, core: number): Promise<Redis> {
  const command = binary();
  if (command === undefined) throw new Error('Redis is not installed');
  await using starting = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-redis-'));
  starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const launched = starting.use(
    processes.launch({
      core,
      command,
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
        ...['--save', '', '--appendonly', 'no'],
      ],
      workingFolder: folder,
      logFile: join(folder, 'redis.log'),
    }),
  );
  await waitForPort(port, launched, START_WAIT_MS);
  const opened = starting.move();
  return {
    url: `redis://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
