import type { AccountsStore } from '@meridian/core/accounts';
import type { ResponseStore, ResultFileStore } from '@meridian/core/inference';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import type { LedgerStore } from '@meridian/core/ledger';
import type { NewsStore } from '@meridian/core/platform';
import type { ProviderKeyStore, SettingsStore } from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import {
  type ChangeFeed,
  createAccountFunds,
  createAccountsStore,
  createChangeFeed,
  createIdempotencyStore,
  createLedgerStore,
  createNewsStore,
  createPostgres,
  createProviderKeyStore,
  createResponseStore,
  createResultFileStore,
  createSecretBox,
  createSettingsStore,
  type Database,
  type IdempotencyStore,
  loadEncryptionKey,
  migrate,
  openEmbedded,
  readMigrations,
  requireSameKey,
} from '@meridian/storage';
import type { Config } from '../config.ts';

/** The database with everything that is kept in it. */
export interface Storage {
  readonly database: Database;
  readonly accounts: AccountsStore;
  readonly ledger: LedgerStore;
  readonly providerKeys: ProviderKeyStore;
  readonly settings: SettingsStore;
  readonly idempotency: IdempotencyStore;
  readonly responses: ResponseStore;
  readonly resultFiles: ResultFileStore;
  readonly news: NewsStore;
  readonly changes: ChangeFeed;
}

/** Parts of the process that its caller may bring along. */
export interface ServerParts {
  /** Makes the ledger's store; crash tests put their crash points around it. */
  readonly createLedgerStore?: (database: Database) => LedgerStore;
  /** Told when the embedded database died: the process can only be started anew. */
  readonly onDatabaseDeath?: (error: unknown) => void;
  /** Makes of the reader of this process's metrics one of all processes behind its port. */
  readonly shareMetrics?: (own: () => Promise<string>) => () => Promise<string>;
}

function openDatabase(
  { databaseUrl, dataDir }: Config,
  events: Events,
  { onDatabaseDeath }: ServerParts,
): Promise<Database> {
  const onFault = (error: unknown): void => events.unexpected(error, 'database');
  if (databaseUrl) return createPostgres({ url: databaseUrl.reveal(), onFault });
  return openEmbedded({
    dataDir,
    onFault(error) {
      onFault(error);
      onDatabaseDeath?.(error);
    },
  });
}

/** Opens the database, brings its tables up to date and puts the stores on it. */
export async function openStorage(
  config: Config,
  events: Events,
  open: AsyncDisposableStack,
  parts: ServerParts = {},
): Promise<Storage> {
  const { dataDir, encryptionKey } = config;
  const database = open.use(await openDatabase(config, events, parts));
  await migrate(database, await readMigrations());
  const box = createSecretBox(await loadEncryptionKey({ dataDir, fromEnvironment: encryptionKey }));
  await requireSameKey(database, box);
  const onFault = (error: unknown): void => events.unexpected(error, 'change feed');
  const changes = open.use(await createChangeFeed({ database, clock: systemClock, onFault }));
  const idempotency = createIdempotencyStore({ queries: database, box, clock: systemClock });
  const responses = createResponseStore({ queries: database, box });
  const resultFiles = createResultFileStore({ database, box, random: systemRandom });
  const news = createNewsStore({ database });
  return {
    database,
    accounts: createAccountsStore({ database, fundsOf: createAccountFunds }),
    ledger: (parts.createLedgerStore ?? createLedgerStore)(database),
    providerKeys: createProviderKeyStore({ database, box }),
    settings: createSettingsStore({ database, box }),
    idempotency,
    responses,
    resultFiles,
    news,
    changes,
  };
}
