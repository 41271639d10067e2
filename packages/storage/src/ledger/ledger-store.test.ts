import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LedgerStore, StoreFault } from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore } from './index.ts';
import { batch, fund, leaseCall, ROOT, record } from './testing/ledger-world.ts';

for (const kind of databaseKinds) {
  describe(`the ledger's store: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;
    let store: LedgerStore;
    let nodeId: number;
    let account = 100;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await migrate(database, await readMigrations());
      store = createLedgerStore(database);
      ({ nodeId } = await store.register('first'));
    });
    after(() => opened[Symbol.asyncDispose]());

    async function funded(amount: bigint): Promise<number> {
      const accountId = ++account;
      await fund(store, accountId, amount);
      return accountId;
    }

    /** A second node, whatever the kind of database: it is a row. */
    async function anotherNode(): Promise<number> {
      const [row] = await database.query(`insert into nodes (name) values ('other') returning id`);
      return Number(row?.id);
    }

    async function expectBalance(accountId: number, expected: object): Promise<void> {
      const [balance] = await store.balances([accountId]);
      assert.ok(balance);
      const { settled, free, overdraft, held } = balance;
      assert.deepEqual({ settled, free, overdraft, held }, expected);
      assert.deepEqual(await store.verify(), []);
    }

    test('a lease takes what is needed, and of what is wanted half at most', async () => {
      const accountId = await funded(1_000n);
      const first = await store.lease(leaseCall(nodeId, accountId, { need: 100n, want: 900n }));
      assert.equal(first.status, 'done');
      assert.equal(first.taken, 500n);
      assert.equal(first.free, 500n);
      const other = await anotherNode();
      const second = await store.lease(leaseCall(other, accountId, { need: 100n, want: 900n }));
      assert.equal(second.taken, 125n, 'a quarter of the rest beside one other holder');
      await expectBalance(accountId, { settled: 1_000n, free: 375n, overdraft: 0n, held: 625n });
    });

    test('a charge stays on the lease until it is folded, and counts at once', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 400n }));
      await store.settle(batch({ nodeId, key: `a:${accountId}`, pot }, record(accountId, 150n)));
      await expectBalance(accountId, { settled: 850n, free: 600n, overdraft: 0n, held: 250n });
      const [balance] = await store.balances([accountId]);
      assert.equal(balance?.cards[0]?.remaining, 850n);
      const folded = await store.lease(leaseCall(nodeId, accountId, { turn: 2, back: 250n }));
      assert.equal(folded.taken, 150n, 'what was ever taken less what was given back');
      await expectBalance(accountId, { settled: 850n, free: 850n, overdraft: 0n, held: 0n });
    });

    test('the same batch again is a no-op', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 400n }));
      const charged = batch({ nodeId, key: `b:${accountId}`, pot }, record(accountId, 150n));
      assert.equal((await store.settle(charged)).isRepeated, false);
      assert.equal((await store.settle(charged)).isRepeated, true);
      await expectBalance(accountId, { settled: 850n, free: 600n, overdraft: 0n, held: 250n });
    });

    test('a repeated record under another key is refused for good, and nothing of it stays', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 400n }));
      const charged = record(accountId, 150n);
      await store.settle(batch({ nodeId, key: `c:${accountId}`, pot }, charged));
      const again = store.settle(batch({ nodeId, key: `c2:${accountId}`, pot }, charged));
      await assert.rejects(again, (error) => error instanceof StoreFault && error.isDefinite);
      await expectBalance(accountId, { settled: 850n, free: 600n, overdraft: 0n, held: 250n });
    });

    test('a charge that the lease does not cover is refused as such', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 100n }));
      const beyond = batch({ nodeId, key: `d:${accountId}`, pot }, record(accountId, 101n));
      await assert.rejects(
        store.settle(beyond),
        (error) => error instanceof StoreFault && error.isUncovered && error.isDefinite,
      );
    });

    test('a direct charge takes free credit first, then overdraft, which the next grant repays first', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 700n }));
      const at = { nodeId, key: `e:${accountId}`, pot };
      await store.settle(batch(at, record(accountId, 450n), 450n));
      await expectBalance(accountId, { settled: 550n, free: 0n, overdraft: 150n, held: 700n });
      await fund(store, accountId, 100n);
      await expectBalance(accountId, { settled: 650n, free: 0n, overdraft: 50n, held: 700n });
      await fund(store, accountId, 100n);
      await expectBalance(accountId, { settled: 750n, free: 50n, overdraft: 0n, held: 700n });
    });

    test('credit that comes back repays overdraft before it is free', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 1_000n }));
      const at = { nodeId, key: `f:${accountId}`, pot };
      await store.settle(batch(at, record(accountId, 300n), 300n));
      await store.lease(leaseCall(nodeId, accountId, { turn: 2, back: 400n }));
      await expectBalance(accountId, { settled: 700n, free: 100n, overdraft: 0n, held: 600n });
    });

    test('a charge whose lease was reaped is taken from the pot, once, and marked late', async () => {
      const accountId = await funded(1_000n);
      const dead = await anotherNode();
      const { pot } = await store.lease(leaseCall(dead, accountId, { need: 400n }));
      await database.query('update nodes set state = 2 where id = $1', [dead]);
      await store.reap({ nodeId: dead, pot });
      await expectBalance(accountId, { settled: 1_000n, free: 1_000n, overdraft: 0n, held: 0n });
      const charged = record(accountId, 150n);
      const { latePots } = await store.settle(
        batch({ nodeId: dead, key: `g:${accountId}`, pot }, charged),
      );
      assert.deepEqual(latePots, [pot]);
      await expectBalance(accountId, { settled: 850n, free: 850n, overdraft: 0n, held: 0n });
      const rows = await database.query('select late from usage_records where id = $1', [
        charged.id,
      ]);
      assert.deepEqual(rows, [{ late: 150n }]);
    });

    test('what a dead node had spent is folded when its lease is reaped', async () => {
      const accountId = await funded(1_000n);
      const dead = await anotherNode();
      const { pot } = await store.lease(leaseCall(dead, accountId, { need: 400n }));
      const at = { nodeId: dead, key: `h:${accountId}`, pot };
      await store.settle(batch(at, record(accountId, 150n)));
      await database.query('update nodes set state = 2 where id = $1', [dead]);
      await store.reap({ nodeId: dead, pot });
      await store.reap({ nodeId: dead, pot });
      await expectBalance(accountId, { settled: 850n, free: 850n, overdraft: 0n, held: 0n });
    });

    test('the lease of a live node is not reaped', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 400n }));
      await store.reap({ nodeId, pot });
      await expectBalance(accountId, { settled: 1_000n, free: 600n, overdraft: 0n, held: 400n });
    });

    test('a beat tells a node its place among the live ones', async () => {
      const later = await anotherNode();
      const before = await store.beat(nodeId);
      const after = await store.beat(later);
      assert.equal(after.liveNodes, before.liveNodes);
      assert.equal(after.nodesBefore, after.liveNodes - 1);
      assert.ok(before.nodesBefore < after.nodesBefore);
      await store.leave(later);
    });

    test('a silent node is buried, the one that asks never is, and a fenced one gets nothing', async () => {
      const accountId = await funded(1_000n);
      const silent = await anotherNode();
      const { pot } = await store.lease(leaseCall(silent, accountId, { need: 400n }));
      const late = `update nodes set beat_at = clock_timestamp() - interval '1 hour' where id = any ($1)`;
      await database.query(late, [[silent, nodeId]]);
      const orphans = await store.bury(600_000, nodeId);
      assert.deepEqual(orphans, [{ nodeId: silent, pot }]);
      assert.equal((await store.beat(silent)).isLive, false);
      assert.equal((await store.beat(nodeId)).isLive, true);
      const refused = await store.lease(leaseCall(silent, accountId, { turn: 2, need: 1n }));
      assert.equal(refused.status, 'fenced');
      await store.reap({ nodeId: silent, pot });
    });

    test('a call that a later one has overtaken is void', async () => {
      const accountId = await funded(1_000n);
      await store.lease(leaseCall(nodeId, accountId, { turn: 7, need: 400n }));
      const overtaken = await store.lease(leaseCall(nodeId, accountId, { turn: 6, back: 400n }));
      assert.equal(overtaken.status, 'void');
      await expectBalance(accountId, { settled: 1_000n, free: 600n, overdraft: 0n, held: 400n });
    });

    test('who needs more than is free asks the others, and is refused when all have answered', async () => {
      const accountId = await funded(1_000n);
      const other = await anotherNode();
      await store.lease(leaseCall(other, accountId, { need: 800n }));
      const asking = leaseCall(nodeId, accountId, { need: 500n });
      const asked = await store.lease(asking);
      assert.deepEqual([asked.taken, asked.unanswered, asked.question], [0n, 1, 1]);
      const { recalls } = await store.beat(other);
      assert.deepEqual(
        recalls.map(({ accountId: of, seq }) => [of, seq]),
        [[accountId, 1]],
      );
      await store.lease(leaseCall(other, accountId, { turn: 2, back: 100n, answer: 1 }));
      assert.deepEqual((await store.beat(other)).recalls, []);
      const refused = await store.lease({ ...asking, turn: 2, question: 1 });
      assert.deepEqual([refused.taken, refused.unanswered, refused.free], [0n, 0, 300n]);
      const smaller = await store.lease({ ...asking, turn: 3, need: 300n, want: 900n });
      assert.equal(smaller.taken, 300n, 'while credit is scarce nobody gets more than is needed');
    });

    test('a node that owes no older answer owes none to its own question', async () => {
      const accountId = await funded(1_000n);
      const other = await anotherNode();
      await store.lease(leaseCall(nodeId, accountId, { need: 100n }));
      await store.lease(leaseCall(other, accountId, { need: 800n }));
      const asked = await store.lease(leaseCall(nodeId, accountId, { turn: 2, need: 500n }));
      assert.deepEqual([asked.question, asked.answered, asked.recallSeq], [1, 1, 1]);
      const theirs = await store.lease(leaseCall(other, accountId, { turn: 2, need: 500n }));
      assert.deepEqual([theirs.question, theirs.answered, theirs.recallSeq], [2, 0, 2]);
    });

    test('forty parallel takes of ten never lease more than a hundred', async () => {
      const accountId = await funded(100n);
      const nodes = await Promise.all(Array.from({ length: 40 }, anotherNode));
      const answers = await Promise.all(
        nodes.map((id) => store.lease(leaseCall(id, accountId, { need: 10n }))),
      );
      const taken = answers.reduce((sum, answer) => sum + answer.taken, 0n);
      assert.equal(taken, 100n);
      await expectBalance(accountId, { settled: 100n, free: 0n, overdraft: 0n, held: 100n });
    });

    test('a refusal that is certain locks nothing and writes nothing', async () => {
      const accountId = await funded(100n);
      const version = async () =>
        database.query(
          `select p.xmin::text as pot, l.xmin::text as lease from pots p join leases l on l.pot_id = p.id
            where p.account_id = $1`,
          [accountId],
        );
      await store.lease(leaseCall(nodeId, accountId, { need: 80n }));
      const before = await version();
      const refused = await store.lease(leaseCall(nodeId, accountId, { turn: 2, need: 21n }));
      assert.deepEqual([refused.status, refused.taken, refused.free], ['done', 80n, 20n]);
      assert.deepEqual(await version(), before);
    });

    test('a node refuses to work under an isolation level that would hide what others committed', async () => {
      const strict = database.transaction(async (queries) => {
        await queries.query('set transaction isolation level repeatable read');
        await queries.query(`select * from ledger_register('x', false)`);
      });
      await assert.rejects(strict, /read committed/);
    });

    test('a lease is dropped when it is closed with nothing left, and not before', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 400n }));
      const count = async () =>
        Number(
          (await database.query('select count(*) as n from leases where pot_id = $1', [pot]))[0]?.n,
        );
      await store.lease(leaseCall(nodeId, accountId, { turn: 2, back: 100n, isClosing: true }));
      assert.equal(await count(), 1);
      const closed = await store.lease(
        leaseCall(nodeId, accountId, { turn: 3, back: 300n, isClosing: true }),
      );
      assert.equal(await count(), 0);
      assert.equal(closed.taken, 0n);
    });

    test('an account without a wallet has nothing to lease', async () => {
      const answer = await store.lease(leaseCall(nodeId, 99_999, { need: 1n }));
      assert.deepEqual([answer.status, answer.pot], ['none', 0]);
    });

    test('root is charged without a pot, by minting', async () => {
      const charged = batch({ nodeId, key: 'root', pot: 0 }, record(1, 500n));
      await store.settle({ ...charged, covered: [], payers: [{ ...ROOT, amount: 500n }] });
      assert.deepEqual(await store.balances([1]), []);
      assert.deepEqual(await store.verify(), []);
    });

    test('a batch of many accounts, some uncovered and some late, is one transaction', async () => {
      const accounts = [await funded(1_000n), await funded(1_000n), await funded(0n)];
      const dead = await anotherNode();
      const pots: number[] = [];
      for (const id of accounts) {
        const { pot } = await store.lease(
          leaseCall(dead, id, { need: id === accounts[2] ? 0n : 300n }),
        );
        pots.push(pot);
      }
      await database.query('update nodes set state = 2 where id = $1', [dead]);
      await store.reap({ nodeId: dead, pot: pots[1]! });
      const records = accounts.map((id) => record(id, 200n));
      const { latePots } = await store.settle({
        nodeId: dead,
        key: 'mixed',
        rows: records.map((each) => ({ record: each, day: 20261122, budgetSet: '' })),
        covered: [pots[0]!, pots[1]!].map((pot) => ({ pot, amount: 200n })),
        direct: [{ pot: pots[2]!, amount: 200n }],
        payers: accounts.map((accountId) => ({ accountId, isUnlimited: false, amount: 200n })),
      });
      assert.deepEqual(latePots, [pots[1]]);
      await expectBalance(accounts[0]!, { settled: 800n, free: 700n, overdraft: 0n, held: 100n });
      await expectBalance(accounts[1]!, { settled: 800n, free: 800n, overdraft: 0n, held: 0n });
      await expectBalance(accounts[2]!, { settled: -200n, free: 0n, overdraft: 200n, held: 0n });
    });

    test('what is in the books cannot be changed or removed', async () => {
      for (const table of ['postings', 'ledger_tx', 'usage_records']) {
        for (const sql of [`delete from ${table}`, `truncate ${table}`]) {
          await assert.rejects(database.query(sql), /never changed/, sql);
        }
      }
      await assert.rejects(database.query('update postings set amount = 1'), /never changed/);
    });

    test('the constraints hold against the functions too', async () => {
      const accountId = await funded(100n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 60n }));
      const violations = [
        'update pots set balance = 59 where id = $1',
        'update pots set leased = 101 where id = $1',
        'update pots set overdraft = 1 where id = $1',
        'update leases set spent = 61 where pot_id = $1',
        'update leases set spent = -1 where pot_id = $1',
      ];
      for (const sql of violations) {
        await assert.rejects(database.query(sql, [pot]), { code: '23514' }, sql);
      }
    });

    test('verify names a card, a pot or a charge that was tampered with', async () => {
      const accountId = await funded(1_000n);
      const change = `update credit_cards set remaining = remaining + $2 where account_id = $1`;
      await database.query(change, [accountId, -1n]);
      const rules = (await store.verify()).map(({ rule }) => rule);
      assert.deepEqual(rules, [
        'a card is the sum of its postings',
        'a wallet is the sum of its cards',
      ]);
      await database.query(change, [accountId, 1n]);
      const posting =
        'insert into postings (tx_id, account_id, book, amount) values (1, $1, 2, $2)';
      await database.query(posting, [accountId, 5n]);
      const found = await store.verify();
      assert.deepEqual(
        found.map(({ rule, expected, stored }) => [rule, expected, stored]),
        [
          ['postings of a transaction sum to zero', 0n, 5n],
          ['the tail is what leases have spent', -5n, 0n],
        ],
      );
      await database.query(posting, [accountId, -5n]);
      assert.deepEqual(await store.verify(), []);
    });
  });
}
