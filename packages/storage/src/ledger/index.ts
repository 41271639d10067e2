export { createKeyUsageStore } from './key-usage-store.ts';
export { createLedgerStore, type LedgerStoreOptions } from './ledger-store.ts';
export { createMarginStore } from './margin-store.ts';
export { createUsageStore } from './usage-store.ts';
