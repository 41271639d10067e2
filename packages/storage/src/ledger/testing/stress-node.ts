// A node of the ledger as a process of its own, for tests that kill it. It holds, extends, releases
// and settles as fast as it can, and notes each acknowledged charge in a file the moment that the last
// bytes of an answer would leave. SIGTERM ends it in good order.
import { openSync, writeSync } from 'node:fs';
import { nanodollars, systemClock, systemRandom } from '@meridian/core/kernel';
import {
  type CrashPoint,
  createLedger,
  type Hold,
  type LedgerNode,
  type LedgerStore,
} from '@meridian/core/ledger';
import type { Database } from '../../database.ts';
import { openEmbedded } from '../../embedded/open.ts';
import { createPostgres } from '../../postgres.ts';
import { createLedgerStore } from '../ledger-store.ts';
import { payer, record } from './ledger-world.ts';

/** What the parent process passes as the only argument, as JSON. */
export interface StressOrder {
  /** A PostgreSQL server, or the folder of an embedded database. */
  readonly url: string | null;
  readonly dataDir: string;
  readonly acknowledgedPath: string;
  readonly accountIds: readonly number[];
  readonly workers: number;
  /** Dies at the n-th time that it gets to a point whose name begins so, after a moment. */
  readonly crash: { readonly point: string; readonly nth: number; readonly afterMs: number } | null;
  /** Acknowledges before the commit: the bug that the rig must notice. */
  readonly isHasty: boolean;
}

const HOLD_MAX = 2_000;
const PAUSE_MS = 5;
const STARTS_MAX = 20;
/** All accounts count against a month of this one. */
const TOP = { accountId: 100, limit: nanodollars(10n ** 15n) };

const order: StressOrder = JSON.parse(process.argv[2] ?? '{}');

function upTo(most: number): number {
  return 1 + Math.floor(systemRandom.fraction() * most);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

function createCrashPoint(): CrashPoint | undefined {
  const { crash } = order;
  if (!crash) return undefined;
  let left = crash.nth;
  return async (point) => {
    if (!point.startsWith(crash.point) || --left !== 0) return;
    if (crash.afterMs > 0) await pause(crash.afterMs);
    process.kill(process.pid, 'SIGKILL');
  };
}

function openDatabase(): Promise<Database> {
  const { url, dataDir } = order;
  return url === null ? openEmbedded({ dataDir }) : insist(() => createPostgres({ url }));
}

/** Connections are cut on purpose; a start that was hit begins anew. */
async function insist<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === STARTS_MAX) throw error;
    }
  }
}

/** One request: from its hold to the acknowledgement of its charge. */
async function request(ledger: LedgerNode, acknowledge: (line: string) => void): Promise<void> {
  const accountId = order.accountIds[upTo(order.accountIds.length) - 1] ?? 0;
  const amount = upTo(HOLD_MAX);
  const hold = await ledger.hold(payer(accountId, { budgets: [TOP] }), nanodollars(BigInt(amount)));
  if ('refused' in hold) return pause(PAUSE_MS);
  if (upTo(4) === 1) await ledger.extend(hold, nanodollars(BigInt(upTo(100))));
  if (upTo(3) === 1) await pause(upTo(PAUSE_MS));
  if (upTo(20) === 1) return ledger.release(hold);
  await charge(ledger, hold, acknowledge);
}

async function charge(
  ledger: LedgerNode,
  hold: Hold,
  acknowledge: (line: string) => void,
): Promise<void> {
  const charged = record(hold.payer.accountId, BigInt(upTo(Number(hold.amount))));
  const line = `${charged.id} ${charged.cost}\n`;
  if (order.isHasty) acknowledge(line);
  await ledger.settle(hold, charged);
  if (!order.isHasty) acknowledge(line);
}

async function main(): Promise<void> {
  await using database = await openDatabase();
  const crashPoint = createCrashPoint();
  const store: LedgerStore = createLedgerStore(database, { ...(crashPoint && { crashPoint }) });
  const times = {
    beatMs: 200,
    ttlMs: 1_200,
    roundMs: 100,
    idleMs: 500,
    foldMs: 300,
    upkeepMs: 300,
  };
  await using ledger = createLedger({
    store,
    clock: systemClock,
    random: systemRandom,
    options: { ...times, name: `stress ${process.pid}`, waitMaxMs: 2_500 },
  });
  await insist(() => ledger.start());
  const file = openSync(order.acknowledgedPath, 'a');
  let isEnding = false;
  process.once('SIGTERM', () => {
    isEnding = true;
  });
  const work = async (): Promise<void> => {
    while (!isEnding) await request(ledger, (line) => writeSync(file, line));
  };
  process.send?.('started');
  await Promise.all(Array.from({ length: order.workers }, work));
  await ledger.drain();
}

await main();
process.disconnect?.();
