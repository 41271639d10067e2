import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '@meridian/core/accounts';
import { type Millionths, utcMonth } from '@meridian/core/kernel';
import { createMailWatch, type MailFacts } from '@meridian/core/platform';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createJobQueue } from '../jobs/job-queue.ts';
import { record } from '../ledger/testing/ledger-world.ts';
import { type UsageWorld, usageWorld } from '../ledger/testing/usage-world.ts';
import { createMailFacts } from './mail-facts.ts';

const DOLLAR = 1_000_000_000n;
const DAY_MS = 86_400_000;
const page = { page: 1, size: 100 };

for (const kind of databaseKinds) {
  describe(`what mails are about: ${kind}`, () => {
    let world: UsageWorld<AccountsWorld>;
    let facts: MailFacts;
    let owner: Actor;
    const month = utcMonth(Date.now());
    const day = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));

    const id = (who: Actor): number => who.policy.accountId;
    const set = (who: Actor, name: string, value: unknown) =>
      world.accounts.database.query(
        'insert into owner_settings (owner_id, name, value) values ($1, $2, $3)',
        [id(who), name, JSON.stringify(value)],
      );
    const use = async (who: Actor, dollars: bigint, on = day, rates = 1_000_000n) => {
      const more = { rates: rates as Millionths };
      await world.charge([{ record: record(id(who), dollars * DOLLAR, more), day: on }]);
    };

    before(async () => {
      world = await usageWorld(await accountsWorld(kind));
      facts = createMailFacts(world.accounts);
      const { accounts } = world;
      owner = await accounts.child(accounts.root, { IsOwner: true, CreditGranted: 1000 });
      await set(owner, 'EMAIL_SMTP', 'mail.example');
      await set(owner, 'USER_MIN_BALANCE', '5');
    });
    after(() => world[Symbol.asyncDispose]());

    test('limits of the month, for accounts whose nearest owner has a mail server', async () => {
      const { accounts } = world;
      const parent = await accounts.child(owner, {
        CreditGranted: 60,
        SoftLimit: 8,
        HardLimit: 100,
      });
      const child = await accounts.child(parent, { CreditGranted: 10, SoftLimit: 8, HardLimit: 9 });
      const other = await accounts.child(owner, { CreditGranted: 20 });
      const foreign = await accounts.child(accounts.root, { SoftLimit: 1, HardLimit: 1 });
      await use(child, 9n);
      await use(other, 1n);
      await use(foreign, 5n);
      await world.fold(100);
      const found = await facts.limits(month);
      const told = found.map((each) => [
        each.accountId,
        each.ownerId,
        each.cause,
        each.spent,
        each.limit,
      ]);
      assert.deepEqual(
        told.toSorted(),
        [
          // A limit bounds the traffic of all below it together.
          [id(parent), id(owner), 'soft_limit', '9', '8'],
          [id(child), id(owner), 'hard_limit', '9', '9'],
          [id(child), id(owner), 'soft_limit', '9', '8'],
        ].toSorted(),
      );
    });

    test('a balance below the owner’s minimum, in shown dollars, of who uses it', async () => {
      const { accounts } = world;
      const low = await accounts.child(owner, { CreditGranted: 4, Rates: 2 });
      await accounts.child(owner, { CreditGranted: 3 });
      const rich = await accounts.child(owner, { CreditGranted: 50 });
      await use(low, 1n);
      await use(rich, 1n);
      await world.fold(100);
      const found = (await facts.lowBalances()).filter(({ accountId }) =>
        [id(low), id(rich)].includes(accountId),
      );
      assert.deepEqual(found, [
        { accountId: id(low), ownerId: id(owner), balance: '4', threshold: '5' },
      ]);
    });

    test('credit that expires within a week', async () => {
      const { accounts } = world;
      const soon = await accounts.child(owner, { CreditGranted: 30, Days: 3 });
      await accounts.service.update(owner, String(id(soon)), {
        CreditGranted: 20,
        Days: 200,
      });
      const found = (await facts.expiring(7)).filter(({ accountId }) => accountId === id(soon));
      assert.equal(found.length, 1);
      assert.equal(found[0]?.amount, '30');
      const inDays = ((found[0]?.expiresAt ?? 0) - Date.now()) / DAY_MS;
      assert.ok(inDays > 2.9 && inDays <= 3);
    });

    test('each cause once a month, each event once, and a summary of each period once', async () => {
      const { accounts } = world;
      const queue = createJobQueue(accounts);
      const clock = { now: () => Date.now() };
      const watch = createMailWatch({ facts, queue, clock });
      const first = await watch.check();
      assert.ok(first > 0);
      assert.equal(await watch.check(), 0);
      const mails = await queue.list(id(owner), { kind: 'mail' }, page);
      const causes = new Set(mails.entries.map(({ payload }) => payload.cause));
      assert.deepEqual([...causes].sort(), [
        'account_created',
        'credit_expiring',
        'hard_limit',
        'low_balance',
        'soft_limit',
      ]);
      assert.ok(
        mails.entries.every(({ ownerId, state }) => ownerId === id(owner) && state === 'queued'),
      );
      // A month later the limits and balances are told again.
      const later = createMailWatch({
        facts,
        queue,
        clock: { now: () => Date.now() + 32 * DAY_MS },
      });
      await later.check();
      const again = await queue.list(id(owner), { kind: 'mail' }, page);
      const lows = again.entries.filter(({ payload }) => payload.cause === 'low_balance');
      assert.equal(lows.length % 2, 0);
    });

    test('summaries tell the requests and the shown cost of who used something', async () => {
      const { accounts } = world;
      const busy = await accounts.child(owner, { CreditGranted: 50 });
      await use(busy, 2n, 20250303, 1_500_000n);
      await use(busy, 1n, 20250309);
      await world.fold(1);
      await use(busy, 40n, 20250310);
      const queue = createJobQueue(accounts);
      // Wednesday of the week after.
      const clock = { now: () => Date.UTC(2025, 2, 12, 5) };
      const watch = createMailWatch({ facts, queue, clock });
      await watch.check();
      const jobs = await queue.claim(['mail_summary'], 10, 60_000);
      const weekly = jobs.find(({ payload }) => payload.from === '2025-03-03');
      assert.deepEqual(weekly?.payload, {
        cause: 'weekly_summary',
        from: '2025-03-03',
        to: '2025-03-09',
      });
      assert.ok(
        jobs.some(({ payload }) => payload.from === '2025-02-01' && payload.to === '2025-02-28'),
      );
      assert.equal(await watch.summarize(weekly?.payload ?? {}), 1);
      assert.equal(await watch.summarize(weekly?.payload ?? {}), 0);
      const { entries } = await queue.list(id(owner), { kind: 'mail' }, page);
      const summary = entries.find(({ payload }) => payload.cause === 'weekly_summary');
      assert.equal(summary?.accountId, id(busy));
      assert.deepEqual(summary?.payload, {
        ...weekly?.payload,
        requests: 2,
        cost: '4',
      });
    });
  });
}
