import type {
  Beat,
  CrashPoint,
  LeaseAnswer,
  LeaseCall,
  LedgerStore,
  SettleBatch,
} from '@meridian/core/ledger';
import type { Database, Row } from '../database.ts';
import { type Ask, createAsk, toStoreFault } from './ask.ts';
import { amountOf, flagOf, nullOr, numberOf, numbersOf, only } from './cells.ts';
import { createDictionaries } from './dictionaries.ts';
import { createMovements } from './movements.ts';
import { createReads } from './reads.ts';
import { createSettleParameters, SETTLE_SQL } from './settle-arrays.ts';

const ORPHANS_MAX = 200;
const DUE_MAX = 200;
const FOLD_MAX = 500;

const LEASE_STATUS = ['done', 'fenced', 'none', 'void'] as const;

const LEASE_SQL = 'select * from ledger_lease($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';

function readLease(row: Row): LeaseAnswer {
  return {
    status: LEASE_STATUS[numberOf(row, 'status') - 1] ?? 'void',
    pot: nullOr(row, 'pot', numberOf) ?? 0,
    taken: amountOf(row, 'taken'),
    free: amountOf(row, 'free'),
    settled: amountOf(row, 'settled'),
    validMs: nullOr(row, 'valid_ms', numberOf),
    limit: nullOr(row, 'allowance', amountOf),
    unanswered: numberOf(row, 'unanswered'),
    question: numberOf(row, 'seq'),
    recallSeq: numberOf(row, 'recall_seq'),
    answered: numberOf(row, 'answered'),
    storeMs: numberOf(row, 'now_ms'),
  };
}

function readBeat(row: Row): Beat {
  const pots = numbersOf(row, 'pot_ids');
  const accountIds = numbersOf(row, 'account_ids');
  const periods = numbersOf(row, 'periods');
  const seqs = numbersOf(row, 'seqs');
  return {
    isLive: flagOf(row, 'is_live'),
    storeMs: numberOf(row, 'now_ms'),
    liveNodes: numberOf(row, 'live_nodes'),
    nodesBefore: numberOf(row, 'nodes_before'),
    recalls: pots.map((pot, i) => ({
      pot,
      accountId: accountIds[i] ?? 0,
      period: periods[i] ?? 0,
      seq: seqs[i] ?? 0,
    })),
  };
}

function leaseParameters(call: LeaseCall) {
  const { nodeId, turn, accountId, period, limit, back, need, want } = call;
  const { answer, question, isClosing } = call;
  return [
    ...[nodeId, turn, accountId, period, limit, back, need, want],
    ...[answer, question, isClosing],
  ];
}

type NodeOperations = Pick<
  LedgerStore,
  'register' | 'beat' | 'leave' | 'bury' | 'reap' | 'lease' | 'due' | 'expire' | 'foldUsage'
>;

function createNodeOperations(ask: Ask, isAlone: boolean): NodeOperations {
  return {
    async register(name) {
      const sql = 'select * from ledger_register($1, $2)';
      const row = only(await ask({ operation: 'register', sql, parameters: [name, isAlone] }));
      return { nodeId: numberOf(row, 'node'), storeMs: numberOf(row, 'now_ms') };
    },
    async beat(nodeId) {
      const sql = 'select * from ledger_beat($1)';
      const parameters = [nodeId];
      return readBeat(only(await ask({ operation: 'beat', sql, parameters, isUrgent: true })));
    },
    async leave(nodeId) {
      await ask({ operation: 'leave', sql: 'select ledger_leave($1)', parameters: [nodeId] });
    },
    async bury(ttlMs, first) {
      const sql = 'select node, pot from ledger_bury($1, $2, $3)';
      const rows = await ask({ operation: 'bury', sql, parameters: [ttlMs, ORPHANS_MAX, first] });
      return rows.map((row) => ({ nodeId: numberOf(row, 'node'), pot: numberOf(row, 'pot') }));
    },
    async reap({ nodeId, pot }) {
      const sql = 'select ledger_reap($1, $2)';
      await ask({ operation: 'reap', sql, parameters: [nodeId, pot] });
    },
    async lease(call) {
      const parameters = leaseParameters(call);
      return readLease(only(await ask({ operation: 'lease', sql: LEASE_SQL, parameters })));
    },
    async due() {
      const sql = 'select pot, account, closed_to from ledger_due($1)';
      const rows = await ask({ operation: 'due', sql, parameters: [DUE_MAX] });
      return rows.map((row) => ({
        pot: numberOf(row, 'pot'),
        accountId: numberOf(row, 'account'),
        heir: nullOr(row, 'closed_to', numberOf),
      }));
    },
    async expire(pot) {
      const sql = 'select ledger_expire_one($1)';
      await ask({ operation: 'expire', sql, parameters: [pot] });
    },
    async foldUsage() {
      const sql = 'select ledger_fold_usage($1) as folded';
      const row = only(await ask({ operation: 'foldUsage', sql, parameters: [FOLD_MAX] }));
      return numberOf(row, 'folded');
    },
  };
}

function createSettle(database: Database, ask: Ask): LedgerStore['settle'] {
  const dictionaries = createDictionaries(database);
  const parametersOf = createSettleParameters(dictionaries);
  return async (batch: SettleBatch) => {
    try {
      await dictionaries.learn(batch.rows);
    } catch (error) {
      throw toStoreFault(error);
    }
    const parameters = parametersOf(batch);
    const row = only(
      await ask({ operation: 'settle', sql: SETTLE_SQL, parameters, isUrgent: true }),
    );
    return { isRepeated: flagOf(row, 'is_repeated'), latePots: numbersOf(row, 'late_pots') };
  };
}

function createListen(database: Database): LedgerStore['listen'] {
  return async ({ onRecall, onFreed }) => {
    const stops = [
      await database.listen('ledger_recall', (payload) => {
        const [pot, seq] = payload.split(':');
        onRecall(Number(pot), Number(seq));
      }),
      await database.listen('ledger_freed', (payload) => onFreed(Number(payload))),
    ];
    return async () => {
      for (const stop of stops) await stop();
    };
  };
}

/** Options of the store. */
export interface LedgerStoreOptions {
  /** Where a test may end the process: before a call is sent, after that, after its answer. */
  readonly crashPoint?: CrashPoint;
}

/** The ledger's store on either kind of database; its tables come with the migrations. */
export function createLedgerStore(
  database: Database,
  { crashPoint }: LedgerStoreOptions = {},
): LedgerStore {
  const ask = createAsk(database, crashPoint);
  // The embedded database's folder lock proves that no other process has it open.
  const isAlone = database.kind === 'embedded';
  return {
    isAlone,
    ...createNodeOperations(ask, isAlone),
    ...createMovements(ask),
    ...createReads(ask),
    settle: createSettle(database, ask),
    listen: createListen(database),
  };
}
