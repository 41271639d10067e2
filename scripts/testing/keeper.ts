// Keeps the throw-away servers of a test run. It is a process of its own that lives as long as its
// standard input is open, so that nothing stays behind when the runner is killed: then it kills the
// tests, stops the servers and removes their folder.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { unprivilegedUser } from './daemon.ts';
import { killGroup } from './process-group.ts';
import { startPostgres, startRedis, type TestServer } from './servers.ts';

/** The first line that the runner writes: which servers to start, from what. */
export interface KeeperOrder {
  /** The folder of PostgreSQL's binaries; null when no server is needed. */
  readonly postgresBin: string | null;
  /** The Redis (or Valkey) binary; null when no server is needed. */
  readonly redisBinary: string | null;
}

/** What the keeper writes as one line when the servers are ready, or could not be started. */
export type KeeperReply =
  | { readonly postgresUrl: string | null; readonly redisUrl: string | null }
  | { readonly error: string };

const servers: TestServer[] = [];
let testsGroup = 0;
let folder: string | null = null;

async function startServers(order: KeeperOrder): Promise<KeeperReply> {
  try {
    const user = unprivilegedUser();
    // Root's own temporary folder may be closed to the user that the servers run as.
    folder = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'meridian-test-servers-'));
    if (user) chmodSync(folder, 0o755);
    const options = { folder, user };
    const postgres = order.postgresBin && (await startPostgres(order.postgresBin, options));
    if (postgres) servers.push(postgres);
    const redis = order.redisBinary && (await startRedis(order.redisBinary, options));
    if (redis) servers.push(redis);
    return { postgresUrl: postgres ? postgres.url : null, redisUrl: redis ? redis.url : null };
  } catch (error) {
    return { error: String(error) };
  }
}

async function stopAll(): Promise<void> {
  killGroup(testsGroup);
  await Promise.allSettled(servers.map((server) => server.stop()));
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
}

// The end of the input is the only way to end: a signal to the whole terminal group must not
// take the keeper away before the tests.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.on('error', () => undefined);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await lines.next();
if (!first.done) {
  const reply = await startServers(JSON.parse(first.value) as KeeperOrder);
  process.stdout.write(`${JSON.stringify(reply)}\n`);
  // Every further line is the process group of the tests; 0 when they have ended.
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    testsGroup = Number(next.value);
  }
}
await stopAll();
