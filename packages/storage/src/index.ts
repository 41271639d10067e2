export { createAccountSelector } from './accounts/account-selector.ts';
export { type AccountsStoreDeps, createAccountsStore } from './accounts/accounts-store.ts';
export { createAccountFunds } from './accounts/funds.ts';
export { createLedgerDesk } from './accounts/ledger-desk.ts';
export {
  type ChangeFeed,
  type ChangeFeedDeps,
  type ChangeNotice,
  createChangeFeed,
} from './change-feed.ts';
export type { Change } from './changes.ts';
export type { Database, Parameter, Queries, QueryOptions, Row } from './database.ts';
export { type EmbeddedOptions, openEmbedded } from './embedded/open.ts';
export { installationName, loadEncryptionKey, requireSameKey } from './encryption-key.ts';
export {
  createIdempotencyStore,
  type IdempotencyStore,
  type IdempotencyStoreDeps,
} from './idempotency/idempotency-store.ts';
export { createJobQueue } from './jobs/job-queue.ts';
export {
  createKeyUsageStore,
  createLedgerStore,
  createMarginStore,
  createUsageStore,
  type LedgerStoreOptions,
} from './ledger/index.ts';
export { createMailFacts } from './mail/mail-facts.ts';
export { type MigrationFile, migrate, readMigrations } from './migrate.ts';
export { createNewsStore } from './news/news-store.ts';
export { createOperationLog } from './operation-log/operation-log-store.ts';
export { createPostgres, type PostgresOptions } from './postgres.ts';
export { createProviderKeyStore } from './provider-keys/provider-key-store.ts';
export { NodesRunError, type ResealCounts, resealSecrets } from './reseal.ts';
export { createResponseStore, type ResponseStoreDeps } from './responses/response-store.ts';
export { createResultFileStore } from './result-files/result-file-store.ts';
export { createSecretBox, type SecretBox } from './secretbox.ts';
export { createSettingsStore } from './settings/settings-store.ts';
export { isDefiniteRefusal, sqlState, violatedConstraint } from './sql-errors.ts';
export {
  createRedisConnection,
  type RedisConnection,
  type RedisOptions,
} from './windows/redis-client.ts';
export {
  createRedisWindows,
  type RedisWindowOptions,
  type RedisWindowStore,
} from './windows/redis-windows.ts';
