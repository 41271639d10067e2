import type { Cancel, Clock } from '@meridian/core/kernel';
import { CHANGE_CHANNEL, type Change } from './changes.ts';
import type { Database } from './database.ts';

const POLL_MS = 500;
const BATCH_MAX = 1_000;
/** Changes that are kept; a node that missed more forgets everything. */
const KEPT_MAX = 10_000;

/** A change by any node, this one included; `everything` when some were missed. */
export type ChangeNotice = Change | { readonly topic: 'everything' };

/** Tells what has changed in the database, within a second of the commit. */
export interface ChangeFeed extends AsyncDisposable {
  /** Calls back on every change from now on; returns a stop function. */
  subscribe(listener: (notice: ChangeNotice) => void): () => void;
}

/** What a feed is made of. */
export interface ChangeFeedDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Told when the database could not be asked; the feed goes on. */
  readonly onFault: (error: unknown) => void;
}

/** Reads what was announced after `seen`; a gap means that it was pruned. */
async function readAfter(database: Database, seen: bigint) {
  const rows = await database.query(
    'select value, topic, scope from changes where value > $1 order by value limit $2',
    [seen, BATCH_MAX],
  );
  const first = rows[0]?.value as bigint | undefined;
  const last = rows.at(-1)?.value as bigint | undefined;
  const notices: readonly ChangeNotice[] =
    first !== undefined && first > seen + 1n
      ? [{ topic: 'everything' }]
      : rows.map(({ topic, scope }) => ({ topic: topic as Change['topic'], scope: Number(scope) }));
  return { notices, last: last ?? seen, isMore: rows.length === BATCH_MAX };
}

async function prune(database: Database, last: bigint): Promise<void> {
  await database.query('delete from changes where value <= $1', [last - BigInt(KEPT_MAX)]);
}

/** Starts a feed. It is told by NOTIFY, and asks the counter besides in case that was lost. */
export async function createChangeFeed(deps: ChangeFeedDeps): Promise<ChangeFeed> {
  const { database, clock, onFault } = deps;
  const listeners = new Set<(notice: ChangeNotice) => void>();
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let isClosed = false;
  let cancelPoll: Cancel | undefined;

  const [counter] = await database.query('select value from change_counter');
  let seen = (counter?.value ?? 0n) as bigint;

  async function catchUp(): Promise<void> {
    for (let isMore = true; isMore && !isClosed; ) {
      const batch = await readAfter(database, seen);
      const isPruneDue = batch.last / BigInt(BATCH_MAX) > seen / BigInt(BATCH_MAX);
      seen = batch.last;
      isMore = batch.isMore;
      for (const notice of batch.notices) for (const listener of listeners) listener(notice);
      if (isPruneDue) await prune(database, seen);
    }
  }

  /** One reading at a time; what is announced while it runs is read by the next one. */
  function ask(): void {
    if (running !== undefined) {
      isAskedAgain = true;
      return;
    }
    isAskedAgain = false;
    running = catchUp()
      .catch(onFault)
      .finally(() => {
        running = undefined;
        if (isAskedAgain && !isClosed) ask();
      });
  }

  function poll(): void {
    cancelPoll = clock.after(POLL_MS, () => {
      ask();
      poll();
    });
  }

  const stopListening = await database.listen(CHANGE_CHANNEL, ask);
  // The embedded database has one process, which hears every notification.
  if (database.kind === 'postgres') poll();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      cancelPoll?.();
      await stopListening();
      await running;
    },
  };
}
