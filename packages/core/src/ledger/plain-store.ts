import type {
  LeaseAnswer,
  LeaseCall,
  LedgerStore,
  PotSignals,
  Recall,
  SettleBatch,
} from './store.ts';

/** A store in memory with one node: enough to see what a node asks of a store, and when. */
export interface PlainStore extends LedgerStore {
  /** What nobody has leased, per account and period as `account:period`. */
  readonly free: Map<string, bigint>;
  readonly leaseCalls: LeaseCall[];
  readonly batches: SettleBatch[];
  /** What the next beats list as unanswered, and whether they are answered at all. */
  recalls: Recall[];
  isBeatAnswered: boolean;
  isFenced: boolean;
  /** Changes an answer before it goes out, e.g. to tell of other nodes. */
  retell: (answer: LeaseAnswer, call: LeaseCall) => LeaseAnswer;
  /** Awaited before a batch counts as committed; may throw. */
  beforeCommit: (batch: SettleBatch) => Promise<void>;
  signals: PotSignals | undefined;
}

interface Row {
  readonly pot: number;
  taken: bigint;
  answered: number;
}

function refuse(): never {
  throw new Error('the plain store does not do this');
}

const DOES_NOT: Pick<
  LedgerStore,
  'openWallet' | 'transfer' | 'close' | 'setLimit' | 'balances' | 'monthSpent' | 'verify'
> = {
  openWallet: refuse,
  transfer: refuse,
  close: refuse,
  setLimit: refuse,
  balances: refuse,
  monthSpent: refuse,
  verify: refuse,
};

const HAS_NOTHING: Pick<LedgerStore, 'leave' | 'bury' | 'reap' | 'due' | 'expire' | 'foldUsage'> = {
  leave: async () => undefined,
  bury: async () => [],
  reap: async () => undefined,
  due: async () => [],
  expire: async () => undefined,
  foldUsage: async () => 0,
};

/** Makes a plain store; `credit` is per account and period, as `account:period`. */
export function createPlainStore(
  credit: Readonly<Record<string, bigint>>,
  now: () => number,
): PlainStore {
  const rows = new Map<string, Row>();
  let nodes = 0;
  let settled = Object.values(credit).reduce((sum, amount) => sum + amount, 0n);

  function rowOf(key: string): Row {
    const row = rows.get(key) ?? { pot: rows.size + 1, taken: 0n, answered: 0 };
    rows.set(key, row);
    return row;
  }

  function lease(call: LeaseCall): LeaseAnswer {
    const key = `${call.accountId}:${call.period}`;
    const row = rowOf(key);
    if (call.limit !== null && !store.free.has(key)) store.free.set(key, call.limit);
    const before = (store.free.get(key) ?? 0n) + call.back;
    const got = grantOf(before, call);
    store.free.set(key, before - got);
    row.taken += got - call.back;
    row.answered = Math.max(row.answered, call.answer);
    if (call.isClosing) row.taken = 0n;
    return {
      status: 'done',
      pot: row.pot,
      taken: row.taken,
      free: before - got,
      settled,
      validMs: null,
      limit: call.limit ?? 0n,
      unanswered: 0,
      question: call.question,
      recallSeq: row.answered,
      answered: row.answered,
      storeMs: now(),
    };
  }

  const store: PlainStore = {
    ...DOES_NOT,
    ...HAS_NOTHING,
    isAlone: true,
    free: new Map(Object.entries(credit)),
    leaseCalls: [],
    batches: [],
    recalls: [],
    isBeatAnswered: true,
    isFenced: false,
    retell: (answer) => answer,
    beforeCommit: async () => undefined,
    signals: undefined,
    async register() {
      store.isFenced = false;
      return { nodeId: ++nodes, storeMs: now() };
    },
    beat() {
      if (!store.isBeatAnswered) return Promise.reject(new Error('no answer'));
      const { recalls, isFenced } = store;
      const standing = { isLive: !isFenced, liveNodes: 1, nodesBefore: 0 };
      return Promise.resolve({ ...standing, storeMs: now(), recalls });
    },
    async lease(call) {
      store.leaseCalls.push(call);
      return store.retell(lease(call), call);
    },
    async settle(batch) {
      store.batches.push(batch);
      await store.beforeCommit(batch);
      for (const { record } of batch.rows) settled -= record.cost;
      return { isRepeated: false, latePots: [] };
    },
    async listen(signals) {
      store.signals = signals;
      return async () => undefined;
    },
  };
  return store;
}

/** Everything that is wanted, or nothing when there is less than needed. */
function grantOf(free: bigint, { need, want }: LeaseCall): bigint {
  if (free < need) return 0n;
  const most = want < free ? want : free;
  return most < need ? need : most;
}
