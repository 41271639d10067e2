import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isFailure } from '@meridian/core/kernel';
import type { StoredUsage, UsageQuery, UsageRecord, UsageSubject } from '@meridian/core/ledger';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { DAY_MS, record } from './testing/ledger-world.ts';
import { type UsageWorld, usageWorld } from './testing/usage-world.ts';

const EVER = { since: Date.now() - 40 * DAY_MS, until: Date.now() + DAY_MS };
const DAY = 20260115;

for (const kind of databaseKinds) {
  describe(`lists of usage: ${kind}`, () => {
    let world: UsageWorld<AccountsWorld>;
    before(async () => {
      world = await usageWorld(await accountsWorld(kind));
    });
    after(() => world[Symbol.asyncDispose]());

    async function pair(): Promise<readonly [upper: number, lower: number]> {
      const { accounts } = world;
      const upper = await accounts.child(accounts.root, { CreditGranted: 20 });
      const lower = await accounts.child(upper, { CreditGranted: 10 });
      return [upper.policy.accountId, lower.policy.accountId];
    }

    async function charge(accountId: number, more: Partial<UsageRecord> = {}): Promise<string> {
      const charged = record(accountId, 1n, more);
      await world.charge([{ record: charged, day: DAY }]);
      return charged.id;
    }

    async function readAll(
      subject: UsageSubject,
      query: Partial<UsageQuery> & { readonly limit: number },
    ): Promise<readonly (readonly StoredUsage[])[]> {
      const pages: (readonly StoredUsage[])[] = [];
      let after: string | undefined;
      for (let i = 0; i < 100; i++) {
        const page = await world.usage.list(subject, {
          ...EVER,
          ...query,
          ...(after && { after }),
        });
        pages.push(page.records);
        if (page.next === null) return pages;
        after = page.next;
      }
      assert.fail('the list has no end');
    }

    test('pages are newest first, neither skip nor repeat, and the last one says so', async () => {
      const [upper, lower] = await pair();
      const written: string[] = [];
      for (let i = 0; i < 6; i++) {
        const records = Array.from({ length: 5 }, (_, n) => record(n % 3 ? lower : upper, 1n));
        await world.charge(records.map((each) => ({ record: each, day: DAY })));
        written.push(...records.map(({ id }) => id));
      }
      for (const limit of [1, 4, 10, 30, 1_000]) {
        const pages = await readAll({ subtreeOf: upper }, { limit });
        assert.equal(pages.length, Math.ceil(30 / limit), String(limit));
        const read = pages.flat();
        assert.equal(read.length, 30);
        assert.deepEqual(new Set(read.map(({ id }) => id)), new Set(written));
        assert.deepEqual(
          read.map(({ at }) => at).toSorted((a, b) => b - a),
          read.map(({ at }) => at),
        );
        assert.deepEqual(new Set(read.slice(0, 5).map(({ id }) => id)), new Set(written.slice(-5)));
      }
      const own = (await readAll({ accountIds: [upper] }, { limit: 7 })).flat();
      assert.equal(own.length, 12);
      assert.ok(own.every(({ accountId }) => accountId === upper));
    });

    test('accounts that are silent or dense do not hide each other', async () => {
      const [upper, lower] = await pair();
      const old = await charge(lower);
      const many = Array.from({ length: 40 }, () => record(upper, 1n));
      for (const each of many) await world.charge([{ record: each, day: DAY }]);
      const newest = await charge(lower);
      const [first] = await readAll({ subtreeOf: upper }, { limit: 3 });
      assert.deepEqual(
        first?.map(({ id }) => id),
        [newest, many.at(-1)?.id, many.at(-2)?.id],
      );
      const all = (await readAll({ subtreeOf: upper }, { limit: 3 })).flat();
      assert.equal(all.length, 42);
      assert.equal(all.at(-1)?.id, old);
    });

    test('conditions hold for every record, and the pages of them are complete', async () => {
      const [upper, lower] = await pair();
      const cut = await charge(lower, { outcome: 'cut', modelUsed: 'used-x', surface: 'messages' });
      const asked = await charge(upper, { modelAsked: 'used-x', outcome: 'length' });
      for (let i = 0; i < 5; i++) await charge(upper);
      const found = async (query: Partial<UsageQuery>): Promise<readonly string[]> =>
        (await readAll({ subtreeOf: upper }, { limit: 1, ...query })).flat().map(({ id }) => id);
      assert.deepEqual(await found({ model: 'used-x' }), [asked, cut]);
      assert.deepEqual(await found({ outcome: 'cut' }), [cut]);
      assert.deepEqual(await found({ outcome: 'complete', surface: 'messages' }), []);
      assert.deepEqual(await found({ surface: 'messages' }), [cut]);
      assert.deepEqual(await found({ model: 'nobody asked' }), []);
      assert.deepEqual(await found({ surface: 'unknown' }), []);
    });

    test('from is included, until is not, and a cursor does not reach past until', async () => {
      const [upper] = await pair();
      const first = await charge(upper);
      await charge(upper);
      const [pages] = await readAll({ accountIds: [upper] }, { limit: 10 });
      const [second, oldest] = pages ?? [];
      assert.equal(oldest?.id, first);
      assert.ok(second && oldest);
      // Moments are in microseconds; what is shown is cut to milliseconds.
      const { since, until } = { since: oldest.at, until: second.at + 1 };
      assert.equal(
        (await readAll({ accountIds: [upper] }, { limit: 1, since, until })).flat().length,
        2,
      );
      const none = await readAll({ accountIds: [upper] }, { limit: 5, until: oldest.at });
      assert.deepEqual(none.flat(), []);
      const { next } = await world.usage.list({ accountIds: [upper] }, { ...EVER, limit: 1 });
      const query = { since: EVER.since, until: oldest.at, limit: 5, after: next ?? '' };
      assert.deepEqual((await world.usage.list({ accountIds: [upper] }, query)).records, []);
    });

    test('a stranger’s usage is not there, and a made-up cursor is refused', async () => {
      const [upper, lower] = await pair();
      const [stranger] = await pair();
      await charge(stranger);
      await charge(upper);
      assert.deepEqual((await readAll({ subtreeOf: lower }, { limit: 5 })).flat(), []);
      assert.deepEqual((await readAll({ accountIds: [] }, { limit: 5 })).flat(), []);
      for (const after of ['x', '1.2', `1.${'g'.repeat(36)}`, `1.${'a'.repeat(36)}`, '']) {
        const query = { ...EVER, limit: 4, after };
        await assert.rejects(world.usage.list({ subtreeOf: upper }, query), isFailure, after);
      }
    });
  });
}
