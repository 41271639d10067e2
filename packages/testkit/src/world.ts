import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountCreate, AccountCreated, AccountView } from '@meridian/contract';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type DatabaseKind, type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { createFakeUpstream, type FakeUpstream } from './upstream/server.ts';

/** The model of a world; no catalog knows it, so that only the world's price applies. */
export const WORLD_MODEL = 'world-model';

/** The secret of the world's provider key. */
export const WORLD_UPSTREAM_SECRET = 'upstream-secret-of-the-world';

export interface WorldOptions {
  /** Default 'postgres'. */
  readonly database?: DatabaseKind;
  readonly env?: Readonly<Record<string, string>>;
  /** The script that every node runs; default the product's own. */
  readonly main?: string;
  /** Dollars per million tokens; default 1 and 2. */
  readonly price?: { readonly input: number; readonly output: number };
  /** What the account is made with besides its name; default 100 dollars of credit. */
  readonly account?: Partial<AccountCreate>;
}

/** An account of a world. */
export interface WorldAccount {
  readonly id: number;
  /** Calls with its secret key. */
  readonly api: ApiClient;
  /** As its parent sees it now. */
  view(): Promise<AccountView>;
}

/** A running server with a provider and a customer. Disposing it leaves nothing behind. */
export interface World extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly database: FreshDatabase;
  readonly upstream: FakeUpstream;
  readonly root: ApiClient;
  /** An account with credit. */
  readonly account: WorldAccount;
  /** Makes another account under root. */
  addAccount(options?: Partial<AccountCreate>): Promise<WorldAccount>;
  /** Starts another node on the same PostgreSQL. */
  addNode(): Promise<ServerProcess>;
}

/** Builds a world. */
export async function world(options: WorldOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await freshDatabase(options.database ?? 'postgres'));
  const upstream = stack.use(await createFakeUpstream());
  const { env = {}, main } = options;
  const node = { database, env, ...(main !== undefined && { main }) };
  const server = stack.use(await startServer(node));
  const root = createApiClient(() => server.url, server.rootKey);
  await addProviderKey(root, upstream, options.price ?? { input: 1, output: 2 });
  const addAccount = accountMaker(server, root);
  const account = await addAccount(options.account);
  const owned = stack.move();
  return {
    server,
    database,
    upstream,
    root,
    account,
    addAccount,
    async addNode() {
      const dataDir = await mkdtemp(join(tmpdir(), 'meridian-test-node-'));
      owned.defer(() => rm(dataDir, { recursive: true, force: true }));
      return owned.use(await startServer({ ...node, dataDir }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function addProviderKey(
  root: ApiClient,
  upstream: FakeUpstream,
  price: { readonly input: number; readonly output: number },
): Promise<void> {
  await root.call('POST', '/x-keys', {
    SecretKey: WORLD_UPSTREAM_SECRET,
    Name: 'world',
    Level: 1,
    Provider: upstream.url,
    Config: { provider_type: 'standard', models: [WORLD_MODEL], default_price: price },
  });
}

function accountMaker(server: ServerProcess, root: ApiClient) {
  let made = 0;
  return async (options: Partial<AccountCreate> = {}): Promise<WorldAccount> => {
    const name = `customer-${++made}`;
    const body = { Name: name, Email: `${name}@example.com`, CreditGranted: 100, ...options };
    const { User } = await root.call<AccountCreated>('POST', '/x-users', body);
    return {
      id: User.ID,
      api: createApiClient(() => server.url, User.SecretKey),
      async view() {
        const [found] = await root.call<AccountView[]>('GET', `/x-users/${User.ID}`);
        if (!found) throw new Error(`Account ${User.ID} is not among root's.`);
        return found;
      },
    };
  };
}
