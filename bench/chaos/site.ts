import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountCreate, AccountCreated } from '@meridian/contract';
import {
  type ApiClient,
  createApiClient,
  type FreshDatabase,
  type ServerProcess,
  startServer,
  WORLD_MODEL,
} from '@meridian/testkit';
import { unprivilegedUser } from '../../scripts/testing/daemon.ts';
import { startPostgres, startRedis, type TestServer } from '../../scripts/testing/servers.ts';
import { findPostgres, findRedis, installDebianPackages } from '../../scripts/testing/tools.ts';
import type { Upstreams } from './upstreams.ts';

/** A node as the balancer in front of it knows it. */
export interface SiteNode {
  readonly process: ServerProcess;
  /** False from the moment in which it is killed until it is ready again. */
  isUp: boolean;
  /** Counts its lives: one more with each restart. */
  life: number;
}

/** An account of the site. */
export interface SiteAccount {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  /** Dollars. */
  readonly credit: number;
}

/** Two nodes with everything they need, all of it for this run alone. */
export interface Site extends AsyncDisposable {
  readonly postgres: TestServer;
  readonly redis: TestServer;
  readonly database: FreshDatabase;
  readonly nodes: readonly SiteNode[];
  /** Ids of the provider keys, in the order of the upstreams. */
  readonly keyIds: readonly number[];
  readonly root: ApiClient;
  addAccount(
    name: string,
    options?: Omit<Partial<AccountCreate>, 'CreditGranted'>,
  ): Promise<SiteAccount>;
}

const NODES = 2;
const CREDIT = 1_000;
/** An attempt is given up after so many seconds; a healthy upstream takes a tenth of one. */
const ATTEMPT_SECONDS = 8;

/** Dollars per million tokens, and the same in base nanodollars per token. */
const PRICE = { input: 1, output: 2 };
export const TOKEN_PRICE = { input: 1_000n, output: 2_000n };

/** Starts everything. Throws where PostgreSQL or Redis is not installed. */
export async function openSite(upstreams: Upstreams): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const { postgres, redis } = await startStores(stack);
  const folder = await mkdtemp(join(tmpdir(), 'meridian-chaos-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const database: FreshDatabase = {
    kind: 'postgres',
    url: postgres.url,
    folder,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const nodes: SiteNode[] = [];
  for (let i = 0; i < NODES; i++) {
    const dataDir = join(folder, `node-${i}`);
    const env = { MERIDIAN_REDIS_URL: redis.url, MERIDIAN_LOG_LEVEL: 'warn' };
    const process = stack.use(await startServer({ database, dataDir, env }));
    nodes.push({ process, isUp: true, life: 1 });
  }
  const [first] = nodes;
  if (!first) throw new Error('a site without nodes');
  const urlOfRoot = (): string => (nodes.find(({ isUp }) => isUp) ?? first).process.url;
  const root = createApiClient(urlOfRoot, first.process.rootKey);
  const keyIds = await addProviderKeys(root, upstreams);
  const owned = stack.move();
  return {
    postgres,
    redis,
    database,
    nodes,
    keyIds,
    root,
    addAccount: (name, options) => addAccount(root, name, options),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startStores(stack: AsyncDisposableStack) {
  const missing = [
    ...(findPostgres() ? [] : ['postgresql']),
    ...(findRedis() ? [] : ['redis-server']),
  ];
  if (missing.length > 0) installDebianPackages(missing);
  const postgresBin = findPostgres();
  const redisBinary = findRedis();
  if (!postgresBin || !redisBinary) throw new Error('Install PostgreSQL ≥ 15 and Redis ≥ 7.');
  const user = unprivilegedUser();
  // Root's own temporary folder may be closed to the user that the servers run as.
  const folder = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'meridian-chaos-servers-'));
  if (user) chmodSync(folder, 0o755);
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startPostgres(postgresBin, { folder, user });
  stack.defer(() => postgres.stop());
  const redis = await startRedis(redisBinary, { folder, user });
  stack.defer(() => redis.stop());
  return { postgres, redis };
}

async function addProviderKeys(root: ApiClient, { urls }: Upstreams): Promise<number[]> {
  const ids: number[] = [];
  for (const [i, url] of urls.entries()) {
    const { key } = await root.call<{ key: { ID: number } }>('POST', '/x-keys', {
      SecretKey: `upstream-secret-of-chaos-${i}`,
      Name: `key-${i}`,
      Level: 1,
      Provider: url,
      Config: {
        provider_type: 'standard',
        models: [WORLD_MODEL],
        default_price: PRICE,
        timeout: ATTEMPT_SECONDS,
        idle_timeout: ATTEMPT_SECONDS,
      },
    });
    ids.push(key.ID);
  }
  return ids;
}

async function addAccount(
  root: ApiClient,
  name: string,
  options: Omit<Partial<AccountCreate>, 'CreditGranted'> = {},
): Promise<SiteAccount> {
  const body = { Name: name, Email: `${name}@example.com`, CreditGranted: CREDIT, ...options };
  const { User } = await root.call<AccountCreated>('POST', '/x-users', body);
  return { id: User.ID, name, key: User.SecretKey, credit: CREDIT };
}
