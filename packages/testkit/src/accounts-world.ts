import {
  type AccountsService,
  type AccountsStore,
  type Actor,
  createAccountsService,
  createDirectory,
  createLedgerBooks,
  type Directory,
  ensureRoot,
  foldPolicy,
  keyDigest,
  ROOT_ID,
} from '@meridian/core/accounts';
import { type Clock, systemClock, systemRandom } from '@meridian/core/kernel';
import { createLedger, type LedgerNode } from '@meridian/core/ledger';
import {
  createAccountFunds,
  createAccountsStore,
  createLedgerDesk,
  createLedgerStore,
  type Database,
  migrate,
  readMigrations,
} from '@meridian/storage';
import { createTestDatabase, type TestDatabase } from './databases.ts';
import type { DatabaseKind } from './fresh-database.ts';

/** The account tree with its ledger on an empty database, root made. */
export interface AccountsWorld extends AsyncDisposable {
  readonly opened: TestDatabase;
  readonly database: Database;
  readonly store: AccountsStore;
  readonly ledger: LedgerNode;
  readonly service: AccountsService;
  readonly directory: Directory;
  readonly rootKey: string;
  readonly root: Actor;
  /** The account as somebody who acts, with its policy as it is now. */
  actor(accountId: number): Promise<Actor>;
  /** Creates a child with `credit` shown dollars (default 100); named after a counter. */
  child(of: Actor, more?: Readonly<Record<string, unknown>>): Promise<Actor>;
  /** Base nanodollars. */
  balanceOf(accountId: number): Promise<bigint>;
  /** Who is behind a key, as a request would find out. */
  behind(key: string): ReturnType<Directory['load']>;
}

async function connectAccounts(database: Database, clock: Clock) {
  const store = createAccountsStore({ database, fundsOf: createAccountFunds });
  const ledger = createLedger({
    store: createLedgerStore(database),
    clock: systemClock,
    random: systemRandom,
  });
  await ledger.start();
  const directory = createDirectory({
    store,
    clock,
    onFault: (error) => {
      throw error;
    },
  });
  const service = createAccountsService({
    store,
    books: createLedgerBooks(ledger, createLedgerDesk(database, systemClock)),
    random: systemRandom,
    clock,
    onChange: (accountId) => directory.forgetAccount(accountId),
  });
  return { store, ledger, directory, service };
}

/**
 * Makes the world of accounts on an empty database of the kind. `clock` is that of keys and their
 * holders; the ledger keeps the machine's and the database's.
 */
export async function accountsWorld(
  kind: DatabaseKind,
  clock: Clock = systemClock,
): Promise<AccountsWorld> {
  const opened = await createTestDatabase(kind);
  const { database } = opened;
  await migrate(database, await readMigrations());
  const { store, ledger, directory, service } = await connectAccounts(database, clock);
  const rootKey = (await ensureRoot(store, systemRandom))?.reveal() ?? '';

  async function actor(accountId: number): Promise<Actor> {
    const path = await store.readPath(accountId);
    if (!path) throw new Error(`there is no account ${accountId}`);
    return { policy: foldPolicy(path), address: '203.0.113.7' };
  }

  let made = 0;
  return {
    opened,
    database,
    store,
    ledger,
    service,
    directory,
    rootKey,
    root: await actor(ROOT_ID),
    actor,
    async child(of, more = {}) {
      made++;
      const name = { Name: `child-${made}`, Email: `child-${made}@example.com` };
      const created = await service.create(of, { CreditGranted: 100, ...name, ...more });
      return actor(created.User.ID);
    },
    async balanceOf(accountId) {
      return (await ledger.balance(accountId))?.settled ?? 0n;
    },
    behind: (key) => directory.load(keyDigest(key)),
    async [Symbol.asyncDispose]() {
      await directory[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}
