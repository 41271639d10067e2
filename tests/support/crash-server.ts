// The product's server, put together as ever but for the ledger's store: that dies where a test has
// ordered it. Takes the environment of the product.
import type { LedgerStore } from '@meridian/core/ledger';
import { createLedgerStore, type Database } from '@meridian/storage';
import { serve } from '../../apps/server/src/commands/serve.ts';
import { environmentWith, readConfig } from '../../apps/server/src/config.ts';
import { crashPointOf, takeCrashOrder } from './crash-order.ts';

/** Acknowledges first and commits then. */
function hasty(store: LedgerStore): LedgerStore {
  return {
    ...store,
    settle(batch) {
      store.settle(batch).catch((error: unknown) => console.error(error));
      return Promise.resolve({ isRepeated: false, latePots: [] });
    },
  };
}

const config = readConfig(environmentWith([]));
const order = await takeCrashOrder(config.dataDir);

function openStore(database: Database): LedgerStore {
  if (order === null) return createLedgerStore(database);
  const store = createLedgerStore(database, { crashPoint: crashPointOf(order) });
  return order.isHasty === true ? hasty(store) : store;
}

process.exitCode = (await serve(config, { createLedgerStore: openStore })) ? 0 : 1;
