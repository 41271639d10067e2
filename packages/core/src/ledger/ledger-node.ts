import type { Clock, Nanodollars, Random } from '../kernel/index.ts';
import type { Book } from './book.ts';
import { type Calendar, createCalendar, monthOf } from './calendar.ts';
import type { LedgerEvent, OnLedgerEvent } from './events.ts';
import { flushProjections } from './flush.ts';
import { createGate } from './gate.ts';
import { Holds } from './holds.ts';
import { LeaseCalls } from './lease-calls.ts';
import { LeaseRounds } from './lease-rounds.ts';
import { type LedgerOptions, withDefaults } from './ledger-options.ts';
import { createManagement, type LedgerManagement } from './management.ts';
import { Membership } from './membership.ts';
import { createRecalls, type Recalls } from './recalls.ts';
import { Settlements } from './settlements.ts';
import type { LedgerStore } from './store.ts';
import type { Hold, Ledger, Payer, UsageRecord } from './types.ts';
import { Upkeep } from './upkeep.ts';
import { dismissWaiters } from './waiting.ts';

/** Charges waiting for the store at which nothing more is admitted. */
const CHARGES_WAITING_MAX = 20_000;

export interface LedgerDeps {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent?: OnLedgerEvent;
  readonly options?: LedgerOptions;
}

/** The ledger of one node: the pipeline's port, the management operations, and its own life. */
export interface LedgerNode extends Ledger, LedgerManagement, AsyncDisposable {
  /** Registers the node and returns what dead ones had leased; rejects when the store is away. */
  start(): Promise<void>;
  /** Admits nothing more, writes what is charged, gives every lease back. Again is a no-op. */
  drain(): Promise<void>;
  /** Resolves when balances and roll-ups are written as of now; rejects after 5 s. */
  flush(): Promise<void>;
  /** Nodes that are alive, this one included, as of the last beat. */
  readonly liveNodes: number;
  /** How many of them registered before this one: its place in shares of anything. */
  readonly nodesBefore: number;
}

/** The moving parts of a node and how they hang together. */
class NodeParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly onEvent: OnLedgerEvent;
  readonly options: Required<LedgerOptions>;
  readonly calendar: Calendar;
  readonly calls: LeaseCalls;
  readonly recalls: Recalls;
  readonly membership: Membership;
  readonly settlements: Settlements;
  readonly holds: Holds;
  readonly rounds: LeaseRounds;
  readonly upkeep: Upkeep;
  isDraining = false;
  stopListening: (() => Promise<void>) | undefined;
  drained: Promise<void> | undefined;

  constructor({ store, clock, random, onEvent, options }: LedgerDeps) {
    this.store = store;
    this.clock = clock;
    this.onEvent = onEvent ?? ((_: LedgerEvent) => undefined);
    this.options = withDefaults(options, store);
    this.calendar = createCalendar(clock);
    const shared = {
      ...this.options,
      store,
      clock,
      calendar: this.calendar,
      onEvent: this.onEvent,
    };
    const current = (): Book | undefined => this.membership.current;
    this.calls = new LeaseCalls({
      ...shared,
      gate: createGate(this.options.leaseCallsMax),
      onFenced: (nodeId) => this.membership.fence(nodeId),
    });
    this.recalls = createRecalls(clock, this.calls, () => this.membership);
    this.membership = new Membership({
      ...shared,
      onRecall: (book, recall) => this.recalls.answer(book, recall),
      onFenced: (book) => loseLeases(book, 'lost'),
      onBeat: (book) => stirWaiting(book, this.calls),
    });
    this.settlements = new Settlements({
      ...shared,
      onLate: (nodeId, pots) => noteLate(this, nodeId, pots),
      onRoom: (lease) => {
        const book = current();
        if (book?.nodeId === lease.nodeId) this.calls.stir(book, lease);
      },
    });
    this.holds = new Holds({
      ...shared,
      calls: this.calls,
      current,
      whenLive: async (untilMs) =>
        this.isDraining ? undefined : this.membership.whenLive(untilMs),
      isCongested: () => this.isDraining || this.settlements.waiting >= CHARGES_WAITING_MAX,
    });
    this.rounds = new LeaseRounds({ ...shared, calls: this.calls, current });
    this.upkeep = new Upkeep({ ...shared, random, current });
  }
}

function stirWaiting(book: Book, calls: LeaseCalls): void {
  for (const lease of book.leases.values()) if (lease.waiters.size > 0) calls.stir(book, lease);
}

function loseLeases(book: Book, outcome: 'lost' | 'unavailable'): void {
  for (const lease of book.leases.values()) {
    lease.isLost = true;
    lease.validUntilMs = Number.NEGATIVE_INFINITY;
    dismissWaiters(lease, outcome);
    lease.wake?.();
  }
}

/** A lease that the node had and the store has not is asked about again. */
function noteLate(
  { onEvent, membership }: NodeParts,
  nodeId: number,
  pots: readonly number[],
): void {
  onEvent({ kind: 'late', nodeId, pots });
  const book = membership.current;
  if (book?.nodeId !== nodeId) return;
  for (const pot of pots) {
    const lease = book.byPot(pot);
    if (lease) lease.isSure = false;
  }
}

async function start(parts: NodeParts): Promise<void> {
  const book = await parts.membership.start();
  await parts.upkeep.reapAll(book.nodeId);
  parts.stopListening = await parts.store.listen(parts.recalls);
  parts.rounds.start();
  parts.upkeep.start();
}

async function drain(parts: NodeParts): Promise<void> {
  const { membership, settlements, clock, options, store, upkeep, onEvent } = parts;
  parts.isDraining = true;
  for (const lease of membership.current?.leases.values() ?? [])
    dismissWaiters(lease, 'unavailable');
  const cancel = clock.after(options.drainMaxMs, () => settlements.stop());
  await settlements.whenIdle();
  cancel();
  parts.rounds.stop();
  membership.stop();
  await upkeep.stop();
  await parts.stopListening?.();
  const book = membership.current;
  if (!book) return;
  loseLeases(book, 'unavailable');
  try {
    await store.leave(book.nodeId);
    await upkeep.reapAll(book.nodeId);
  } catch (error) {
    // The other nodes, or the next start, will find this one silent.
    onEvent({ kind: 'storeFault', operation: 'leave', error });
  }
}

/** Makes the ledger of one node; nothing happens before `start`. */
export function createLedger(deps: LedgerDeps): LedgerNode {
  const parts = new NodeParts(deps);
  const { holds, settlements, membership } = parts;
  const end = (): Promise<void> => {
    parts.drained ??= drain(parts);
    return parts.drained;
  };
  return {
    ...createManagement({
      store: parts.store,
      clock: parts.clock,
      onEvent: parts.onEvent,
      waitMaxMs: parts.options.waitMaxMs,
      currentMonth: () => monthOf(parts.calendar.today()),
      onRecall: (accountId, seq) => parts.recalls.ask(accountId, seq),
    }),
    hold: (payer: Payer, amount: Nanodollars) => holds.hold(payer, amount),
    extend: (hold: Hold, by: Nanodollars) => holds.extend(hold, by),
    release: (hold: Hold) => holds.release(hold),
    settle: (hold: Hold, record: UsageRecord) => settlements.settle(hold, record),
    start: () => start(parts),
    drain: end,
    flush: () => flushProjections({ ...parts, current: () => membership.current }),
    get liveNodes() {
      return membership.liveNodes;
    },
    get nodesBefore() {
      return membership.nodesBefore;
    },
    [Symbol.asyncDispose]: end,
  };
}
