import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryFolder } from '../folders.ts';
import { freePort } from '../machine.ts';
import { missingPostgres, startPostgres } from '../postgres.ts';
import { type Launched, poll } from '../processes.ts';
import { missingRedis, startRedis } from '../redis.ts';
import {
  type BenchAccounts,
  type BenchUpstream,
  createBenchAccounts,
  totalSpent,
} from './meridian-accounts.ts';
import { createMeridianApi, type MeridianApi, randomAccountKey } from './meridian-api.ts';
import type { Answered, Audit, RunningTarget, Target, TargetContext } from './target.ts';

const START_WAIT_MS = 60_000;
const AUDIT_WAIT_MS = 10_000;
const AUDIT_INTERVAL_MS = 500;
const DRAIN_SECONDS = 5;
const program = join(repositoryFolder, 'apps/server/bin/meridian.ts');

// Dollars per token of the model in the prompts, as in the shipped catalog.
const PRICE = { prompt: 0.15e-6, completion: 0.6e-6 };
const AUDIT_TOLERANCE_DOLLARS = 1e-6;
const DECIMALS = 8;

interface ServerSettings {
  readonly folder: string;
  readonly port: number;
  readonly rootKey: string;
  /** The embedded database without it. */
  readonly databaseUrl: string | undefined;
  /** Limits are counted in memory without it. */
  readonly redisUrl: string | undefined;
  readonly workers: number;
}

function environment(settings: ServerSettings): Record<string, string> {
  const { folder, port, rootKey, databaseUrl, redisUrl, workers } = settings;
  return {
    NODE_ENV: 'production',
    MERIDIAN_HOST: '127.0.0.1',
    MERIDIAN_PORT: String(port),
    MERIDIAN_DATA_DIR: join(folder, 'data'),
    MERIDIAN_ROOT_KEY: rootKey,
    MERIDIAN_ENV_KEYS: 'off',
    MERIDIAN_SANDBOX: 'off',
    MERIDIAN_ALLOW_PRIVATE_UPSTREAMS: 'true',
    MERIDIAN_LOG_LEVEL: 'info',
    MERIDIAN_DRAIN_SECONDS: String(DRAIN_SECONDS),
    MERIDIAN_WORKERS: String(workers),
    ...(databaseUrl === undefined ? {} : { MERIDIAN_DATABASE_URL: databaseUrl }),
    ...(redisUrl === undefined ? {} : { MERIDIAN_REDIS_URL: redisUrl }),
  };
}

async function waitUntilReady(
  api: MeridianApi,
  launched: Launched,
  logFile: string,
): Promise<void> {
  await poll(
    START_WAIT_MS,
    async () => {
      if (launched.hasEnded()) throw new Error(`meridian ended at the start; see ${logFile}`);
      return (await api.probe('/readyz')) === 200 ? true : undefined;
    },
    () => `meridian was not ready in time; see ${logFile}`,
  );
}

async function heapBytes(api: MeridianApi): Promise<number | undefined> {
  const metrics = await api.text('/metrics');
  const value = metrics?.match(/^\w*nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m)?.[1];
  return value === undefined ? undefined : Number(value);
}

/**
 * Every answer was charged, and nothing else: the accounts' spending against the tokens they got.
 * Where answers failed or were given up, their parts may be charged too, but no whole one is missing.
 */
async function audit(
  api: MeridianApi,
  accounts: BenchAccounts,
  answered: Answered,
): Promise<Audit> {
  const { promptTokens, completionTokens, failures } = answered;
  const due = promptTokens * PRICE.prompt + completionTokens * PRICE.completion;
  const until = performance.now() + AUDIT_WAIT_MS;
  for (;;) {
    const beyond = (await totalSpent(api, accounts)) - due;
    const mayExceed = failures > 0 ? Number.POSITIVE_INFINITY : AUDIT_TOLERANCE_DOLLARS;
    const agrees = beyond >= -AUDIT_TOLERANCE_DOLLARS && beyond <= mayExceed;
    if (agrees || performance.now() > until) {
      const charged = `charged $${(due + beyond).toFixed(DECIMALS)}`;
      const worth = `for answers worth $${due.toFixed(DECIMALS)}`;
      const failed = failures > 0 ? ` (beside ${failures} failed or given up)` : '';
      return { agrees, line: `${charged} ${worth}${failed}` };
    }
    await sleep(AUDIT_INTERVAL_MS);
  }
}

/** How one row of the product differs from the others. */
interface Variant {
  readonly database?: 'postgres' | 'embedded';
  readonly wire?: BenchUpstream['wire'];
  readonly depth?: 3 | 4;
  readonly hasRedis?: boolean;
  readonly workers?: number;
}

async function startServer(context: TargetContext, variant: Variant): Promise<RunningTarget> {
  const { processes, proxyCore, loadCore, upstreamPort, folder, nodeFlags } = context;
  const {
    database = 'postgres',
    wire = 'chat',
    depth = 3,
    hasRedis = false,
    workers = 1,
  } = variant;
  await using starting = new AsyncDisposableStack();
  const postgres =
    database === 'postgres' ? starting.use(await startPostgres(processes, loadCore)) : undefined;
  const redis = hasRedis ? starting.use(await startRedis(processes, loadCore)) : undefined;
  const rootKey = randomAccountKey();
  const port = await freePort();
  const logFile = join(folder, 'access.log');
  const launched = starting.use(
    processes.launch({
      core: proxyCore,
      command: process.execPath,
      args: [...nodeFlags, program, 'serve'],
      env: environment({
        ...{ folder, port, rootKey, workers },
        databaseUrl: postgres?.url,
        redisUrl: redis?.url,
      }),
      workingFolder: folder,
      logFile,
    }),
  );
  const api = createMeridianApi(port);
  await waitUntilReady(api, launched, logFile);
  const accounts = await createBenchAccounts(api, rootKey, { port: upstreamPort, wire, depth });
  const opened = starting.move();
  return {
    port,
    processId: launched.processId,
    ...(postgres === undefined ? {} : { companionId: postgres.processId }),
    keys: accounts.leaves.map(({ key }) => key),
    heapBytes: () => heapBytes(api),
    audit: (answered) => audit(api, accounts, answered),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function missingServer(): string | undefined {
  return existsSync(program) ? undefined : 'the server is not in this repository';
}

/** The product with everything on, its ledger on PostgreSQL. */
export const meridian: Target = {
  name: 'meridian',
  about:
    'the server with everything on: keys, limits on three accounts of the path, hold, charge ' +
    'committed to PostgreSQL before the last byte, access log to a file, metrics',
  isNode: true,
  missing: () => missingServer() ?? missingPostgres(),
  start: (context) => startServer(context, {}),
};

/** Limits on four accounts of the path, counted in this process. */
export const meridianDepth4: Target = {
  name: 'meridian-depth-4',
  about: 'the same with limits on four accounts of the path, counted in memory',
  isNode: true,
  missing: () => missingServer() ?? missingPostgres(),
  start: (context) => startServer(context, { depth: 4 }),
};

/** The same limits, counted where all nodes see them. */
export const meridianRedis: Target = {
  name: 'meridian-redis',
  about: 'the same four limited accounts, counted in Redis on the load core',
  isNode: true,
  missing: () => missingServer() ?? missingPostgres() ?? missingRedis(),
  start: (context) => startServer(context, { depth: 4, hasRedis: true }),
};

/** Two processes behind the port, on the one proxy core. */
export const meridianWorkers2: Target = {
  name: 'meridian-workers-2',
  about: 'two worker processes behind one port, sharing the proxy core',
  isNode: true,
  missing: () => missingServer() ?? missingPostgres(),
  start: (context) => startServer(context, { workers: 2 }),
};

/** The same on the embedded database that a first start has. */
export const meridianEmbedded: Target = {
  name: 'meridian-embedded',
  about: 'the same on the embedded database, which works on the proxy core and does not fsync',
  isNode: true,
  missing: missingServer,
  start: (context) => startServer(context, { database: 'embedded' }),
};

/** The same client in front of an upstream that speaks Anthropic's language. */
export const meridianTranslated: Target = {
  name: 'meridian-translated',
  about: 'the same, with each request and each event translated for an Anthropic upstream',
  isNode: true,
  missing: () => missingServer() ?? missingPostgres(),
  start: (context) => startServer(context, { wire: 'messages' }),
};
