import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LedgerStore } from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore } from './index.ts';
import {
  batch,
  DAY_MS,
  fund,
  grantOf,
  leaseCall,
  party,
  ROOT,
  record,
} from './testing/ledger-world.ts';

for (const kind of databaseKinds) {
  describe(`movements of credit: ${kind}`, () => {
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

    async function settledOf(...ids: number[]): Promise<bigint[]> {
      assert.deepEqual(await store.verify(), []);
      const balances = await store.balances(ids);
      return ids.map((id) => balances.find(({ accountId }) => accountId === id)?.settled ?? -1n);
    }

    async function cardsOf(accountId: number) {
      const [balance] = await store.balances([accountId]);
      return balance?.cards ?? [];
    }

    async function expireCard(accountId: number, which: string): Promise<void> {
      await database.query(
        `update credit_cards set expires_at = clock_timestamp() - interval '1 second'
          where account_id = $1 and reference = $2`,
        [accountId, which],
      );
      await database.query(
        `update pots set next_expiry = clock_timestamp() - interval '1 second' where account_id = $1`,
        [accountId],
      );
    }

    test('a grant moves the amount from the giver, first from what expires first', async () => {
      const parent = await funded(0n);
      await fund(store, parent, 300n, { lifeMs: 10 * DAY_MS, reference: 'early' });
      await fund(store, parent, 300n, { reference: 'late' });
      const child = await funded(0n);
      const grant = grantOf(child, 400n, { from: party(parent), lifeMs: 5 * DAY_MS });
      assert.equal((await store.transfer(grant)).status, 'done');
      assert.deepEqual(await settledOf(parent, child), [200n, 400n]);
      assert.deepEqual(
        (await cardsOf(parent)).map(({ reference, remaining }) => [reference, remaining]),
        [['late', 200n]],
      );
      const [card] = await cardsOf(child);
      assert.equal((card?.expiresAt ?? 0) - (card?.grantedAt ?? 0), 5 * DAY_MS);
    });

    test('the same grant again is a no-op, the same key for another one is refused', async () => {
      const parent = await funded(1_000n);
      const child = await funded(0n);
      const grant = grantOf(child, 400n, { from: party(parent) });
      assert.equal((await store.transfer(grant)).status, 'done');
      assert.equal((await store.transfer(grant)).status, 'repeated');
      assert.equal((await store.transfer({ ...grant, amount: 401n })).status, 'keyReused');
      assert.deepEqual(await settledOf(parent, child), [600n, 400n]);
    });

    test('the same grant sent many times at once moves credit once', async () => {
      const parent = await funded(1_000n);
      const child = await funded(0n);
      const grant = grantOf(child, 400n, { from: party(parent) });
      const answers = await Promise.all(Array.from({ length: 8 }, () => store.transfer(grant)));
      assert.equal(answers.filter(({ status }) => status === 'done').length, 1);
      assert.deepEqual(await settledOf(parent, child), [600n, 400n]);
    });

    test('a fee goes to a third account, paid by the giver on top', async () => {
      const [giver, middle, receiver] = [await funded(1_000n), await funded(0n), await funded(0n)];
      const fee = { amount: 20n, to: party(middle) };
      const grant = grantOf(receiver, 400n, { from: party(giver), fee });
      assert.equal((await store.transfer(grant)).status, 'done');
      assert.deepEqual(await settledOf(giver, middle, receiver), [580n, 20n, 400n]);
      assert.equal(
        (await store.transfer(grantOf(receiver, 580n, { from: party(giver), fee }))).status,
        'short',
      );
    });

    test('credit goes in circles between any accounts at once without a deadlock or a loss', async () => {
      const ids = [await funded(1_000n), await funded(1_000n), await funded(1_000n)];
      const moves = Array.from({ length: 60 }, (_, i) => {
        const from = party(ids[i % 3]!);
        const to = ids[(i + 1 + (i % 2)) % 3]!;
        return store.transfer(
          grantOf(to, 7n, { from, fee: { amount: 1n, to: party(ids[(i + 2) % 3]!) } }),
        );
      });
      const answers = await Promise.all(moves);
      assert.ok(answers.every(({ status }) => status === 'done'));
      const balances = await settledOf(...ids);
      assert.equal(
        balances.reduce((sum, amount) => sum + amount, 0n),
        3_000n,
      );
    });

    test('a grant leaves the giver its minimum, or nothing happens', async () => {
      const parent = await funded(1_000n);
      const child = await funded(0n);
      const grant = grantOf(child, 600n, { from: party(parent), minimumLeft: 401n });
      assert.equal((await store.transfer(grant)).status, 'minimum');
      assert.equal((await store.transfer({ ...grant, minimumLeft: 400n })).status, 'done');
      assert.deepEqual(await settledOf(parent, child), [400n, 600n]);
    });

    test('what is leased cannot be given away, but idle leases are asked back', async () => {
      const parent = await funded(1_000n);
      const child = await funded(0n);
      await store.lease(leaseCall(nodeId, parent, { need: 700n }));
      const grant = grantOf(child, 500n, { from: party(parent) });
      const asked = await store.transfer(grant);
      assert.deepEqual([asked.status, asked.unanswered, asked.free], ['short', 1, 300n]);
      const answer = asked.question;
      await store.lease(leaseCall(nodeId, parent, { turn: 2, back: 300n, answer }));
      const done = await store.transfer({ ...grant, question: answer });
      assert.equal(done.status, 'done');
      assert.deepEqual(await settledOf(parent, child), [500n, 500n]);
    });

    test('a grant beyond the balance is refused without asking anybody', async () => {
      const parent = await funded(1_000n);
      const child = await funded(0n);
      await store.lease(leaseCall(nodeId, parent, { need: 700n }));
      const asked = await store.transfer(grantOf(child, 1_001n, { from: party(parent) }));
      assert.deepEqual([asked.status, asked.unanswered, asked.question], ['short', 0, 0]);
    });

    test('a grant repays overdraft first, of a card that is gone at once if need be', async () => {
      const accountId = await funded(0n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, {}));
      await store.settle(batch({ nodeId, key: 'debt', pot }, record(accountId, 250n), 250n));
      assert.deepEqual(await settledOf(accountId), [-250n]);
      await fund(store, accountId, 100n);
      assert.deepEqual(await cardsOf(accountId), []);
      await fund(store, accountId, 200n);
      assert.deepEqual(await settledOf(accountId), [50n]);
      assert.equal((await cardsOf(accountId))[0]?.remaining, 50n);
    });

    test('what is taken back keeps its expiry', async () => {
      const parent = await funded(0n);
      const child = await funded(0n);
      await fund(store, child, 300n, { lifeMs: 10 * DAY_MS });
      await fund(store, child, 300n, { lifeMs: 20 * DAY_MS });
      const before = await cardsOf(child);
      const order = {
        kind: 'takeBack',
        from: party(child),
        to: party(parent),
        lifeMs: null,
      } as const;
      const taken = await store.transfer(grantOf(parent, 400n, order));
      assert.equal(taken.status, 'done');
      assert.deepEqual(await settledOf(parent, child), [400n, 200n]);
      assert.deepEqual(
        (await cardsOf(parent)).map(({ remaining, expiresAt }) => [remaining, expiresAt]),
        [
          [300n, before[0]?.expiresAt],
          [100n, before[1]?.expiresAt],
        ],
      );
      assert.equal((await store.transfer(grantOf(parent, 201n, order))).status, 'short');
      assert.deepEqual(await settledOf(parent, child), [400n, 200n], 'nothing changed');
    });

    test('root takes back what it gave by unminting it', async () => {
      const child = await funded(300n);
      const order = { kind: 'takeBack', from: party(child), to: ROOT, lifeMs: null } as const;
      assert.equal((await store.transfer(grantOf(1, 300n, order))).status, 'done');
      assert.deepEqual(await settledOf(child), [0n]);
    });

    test('more than ten cards are merged: the sum stays and nobody expires earlier', async () => {
      const accountId = await funded(0n);
      for (let i = 1; i <= 25; i++) {
        await fund(store, accountId, BigInt(10 * i), { lifeMs: ((i * 7) % 25) * DAY_MS + DAY_MS });
      }
      const cards = await cardsOf(accountId);
      assert.equal(cards.length, 10);
      assert.equal(
        cards.reduce((sum, { remaining }) => sum + remaining, 0n),
        3_250n,
      );
      assert.deepEqual(await settledOf(accountId), [3_250n]);
      const rows = await database.query(
        `with recursive heir as (
           select id, id as root, expires_at from credit_cards where account_id = $1
           union all
           select h.id, c.merged_into, h.expires_at from heir h join credit_cards c on c.id = h.root
             where c.merged_into is not null)
         select bool_and(c.expires_at >= h.expires_at) as is_kept
         from heir h join credit_cards c on c.id = h.root`,
        [accountId],
      );
      assert.deepEqual(rows, [{ is_kept: true }]);
    });

    test('what is left at expiry is forfeited into breakage', async () => {
      const accountId = await funded(0n);
      await fund(store, accountId, 300n, { reference: 'old' });
      await fund(store, accountId, 200n);
      await expireCard(accountId, 'old');
      const [due] = (await store.due()).filter((wallet) => wallet.accountId === accountId);
      await store.expire(due!.pot);
      assert.deepEqual(await settledOf(accountId), [200n]);
      const breakage = 'select amount from postings where account_id = $1 and book = 6';
      assert.deepEqual(await database.query(breakage, [accountId]), [{ amount: 300n }]);
      assert.deepEqual(
        (await store.due()).filter((wallet) => wallet.accountId === accountId),
        [],
      );
    });

    test('an expired card is kept as far as a lease from before may hold it, and goes as that shrinks', async () => {
      const accountId = await funded(0n);
      await fund(store, accountId, 300n, { reference: 'old' });
      await fund(store, accountId, 200n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 250n }));
      await expireCard(accountId, 'old');
      await store.expire(pot);
      assert.deepEqual(await settledOf(accountId), [450n], 'fifty were on no lease');
      const { recalls } = await store.beat(nodeId);
      assert.ok(
        recalls.some((recall) => recall.pot === pot),
        'the holders are asked for the rest',
      );
      await store.lease(leaseCall(nodeId, accountId, { turn: 2, back: 150n, answer: 1 }));
      assert.deepEqual(await settledOf(accountId), [300n], 'a hundred are held');
      const more = await store.lease(leaseCall(nodeId, accountId, { turn: 3, need: 200n }));
      assert.equal(more.free, 0n, 'the other card may be leased');
      await store.settle(batch({ nodeId, key: 'held', pot }, record(accountId, 60n)));
      await store.lease(leaseCall(nodeId, accountId, { turn: 4, back: 240n }));
      assert.deepEqual(await settledOf(accountId), [200n], 'sixty were charged, forty forfeited');
    });

    test('an expired card that other cards can stand in for goes an hour later at the latest', async () => {
      const accountId = await funded(0n);
      await fund(store, accountId, 100n, { reference: 'old' });
      await fund(store, accountId, 500n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 300n }));
      await expireCard(accountId, 'old');
      await store.expire(pot);
      assert.deepEqual(await settledOf(accountId), [600n]);
      await database.query(
        `update credit_cards set expires_at = expires_at - interval '1 hour'
          where account_id = $1 and reference = 'old'`,
        [accountId],
      );
      await store.expire(pot);
      assert.deepEqual(await settledOf(accountId), [500n]);
    });

    test('expired credit is not given away', async () => {
      const accountId = await funded(0n);
      await fund(store, accountId, 300n, { reference: 'old' });
      await fund(store, accountId, 200n);
      const child = await funded(0n);
      await store.lease(leaseCall(nodeId, accountId, { need: 300n }));
      await expireCard(accountId, 'old');
      const grant = grantOf(child, 200n, { from: party(accountId) });
      assert.equal((await store.transfer(grant)).status, 'done');
      assert.deepEqual(
        (await cardsOf(accountId)).map(({ reference, remaining }) => [reference, remaining]),
        [['old', 300n]],
      );
      assert.deepEqual(await settledOf(accountId, child), [300n, 200n]);
    });

    test('closing pays the rest less the fee to the heir, for 180 days', async () => {
      const parent = await funded(0n);
      const child = await funded(1_000n);
      const order = {
        accountId: child,
        heir: parent,
        fee: 200n,
        lifeMs: 180 * DAY_MS,
        question: 0,
      };
      const closed = await store.close(order);
      assert.deepEqual([closed.status, closed.refunded, closed.fee], ['done', 800n, 200n]);
      assert.deepEqual(await settledOf(parent, child), [800n, 0n]);
      const [card] = await cardsOf(parent);
      assert.equal((card?.expiresAt ?? 0) - (card?.grantedAt ?? 0), 180 * DAY_MS);
      const again = await store.close(order);
      assert.deepEqual([again.status, again.refunded, again.fee], ['done', 0n, 0n]);
      assert.equal((await store.transfer(grantOf(child, 5n))).status, 'noWallet');
    });

    test('the fee of closing is never more than there is', async () => {
      const parent = await funded(0n);
      const child = await funded(150n);
      const order = { accountId: child, heir: parent, fee: 200n, lifeMs: DAY_MS, question: 0 };
      assert.deepEqual((await store.close(order)).refunded, 0n);
      assert.deepEqual(await settledOf(parent, child), [0n, 0n]);
    });

    test('what running requests hold of a closed account goes to the heir when they end', async () => {
      const parent = await funded(0n);
      const child = await funded(1_000n);
      const { pot } = await store.lease(leaseCall(nodeId, child, { need: 400n }));
      const order = { accountId: child, heir: parent, fee: 100n, lifeMs: DAY_MS, question: 0 };
      const asked = await store.close(order);
      assert.deepEqual([asked.status, asked.unanswered], ['asked', 1]);
      const answer = asked.question;
      await store.lease(leaseCall(nodeId, child, { turn: 2, back: 100n, answer }));
      const closed = await store.close({ ...order, question: answer });
      assert.deepEqual([closed.status, closed.refunded, closed.held], ['done', 600n, 300n]);
      const refused = await store.lease(leaseCall(nodeId, child, { turn: 3, need: 1n }));
      assert.equal(refused.status, 'none', 'nobody leases from a closed wallet');
      await store.settle(batch({ nodeId, key: 'last', pot }, record(child, 120n)));
      await store.lease(leaseCall(nodeId, child, { turn: 4, back: 180n }));
      const due = (await store.due()).filter(({ accountId }) => accountId === child);
      assert.deepEqual(due, [{ pot, accountId: child, heir: parent }]);
      await store.close({ ...order, fee: 0n });
      assert.deepEqual(await settledOf(parent, child), [780n, 0n]);
      assert.deepEqual(
        (await store.due()).filter(({ accountId }) => accountId === child),
        [],
      );
    });

    test('an heir that is closed itself passes the rest on, root unmints it', async () => {
      const [parent, child, orphan] = [await funded(0n), await funded(500n), await funded(70n)];
      const order = { fee: 0n, lifeMs: DAY_MS, question: 0 };
      const grandparent = await funded(0n);
      await store.close({ ...order, accountId: parent, heir: grandparent });
      await store.close({ ...order, accountId: child, heir: parent });
      await store.close({ ...order, accountId: orphan, heir: 1 });
      assert.deepEqual(await settledOf(grandparent, parent, child, orphan), [500n, 0n, 0n, 0n]);
    });
  });
}
