import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nanodollars, systemRandom } from '@meridian/core/kernel';
import { createLedger, type Hold, type HoldRefusal, type LedgerNode } from '@meridian/core/ledger';
import { createFakeClock, type TimedDatabase, timedDatabase } from '@meridian/testkit';
import { createLedgerStore, createUsageStore } from './index.ts';
import { DAY_MS, fund, payer, record } from './testing/ledger-world.ts';

const HOUR = 3_600_000;
/** The last millisecond of a month, a year and a leap February, and what comes after each. */
const TURNS = [
  { last: Date.UTC(2026, 11, 1) - 1, before: 20261130, after: 20261201 },
  { last: Date.UTC(2027, 0, 1) - 1, before: 20261231, after: 20270101 },
  { last: Date.UTC(2028, 2, 1) - 1, before: 20280229, after: 20280301 },
];

function isHold(outcome: Hold | HoldRefusal): outcome is Hold {
  return !('refused' in outcome);
}

function held(outcome: Hold | HoldRefusal): Hold {
  assert.ok(isHold(outcome), isHold(outcome) ? '' : outcome.refused);
  return outcome;
}

/** Lets a node of its own work at a moment; a jump of its store's clock would be its death. */
async function nodeAt(
  timed: TimedDatabase,
  atMs: number,
  work: (node: LedgerNode) => Promise<void>,
): Promise<void> {
  await timed.setTime(atMs);
  const clock = createFakeClock(atMs);
  const store = createLedgerStore(timed.database);
  const node = createLedger({ store, clock, random: systemRandom });
  await node.start();
  try {
    await work(node);
  } finally {
    let isDrained = false;
    const drained = node.drain().finally(() => {
      isDrained = true;
    });
    while (!isDrained) {
      await timed.database.query('select 1');
      await clock.advanceAsync(10);
    }
    await drained;
  }
}

describe('time, with a database whose clock stands where it is set', () => {
  let timed: TimedDatabase;
  let account = 500;
  before(async () => {
    timed = await timedDatabase();
  });
  after(() => timed[Symbol.asyncDispose]());

  const storeOf = () => createLedgerStore(timed.database);
  const usage = () => createUsageStore(timed.database);

  const withNode = (atMs: number, work: (node: LedgerNode) => Promise<void>): Promise<void> =>
    nodeAt(timed, atMs, work);

  async function funded(atMs: number, amount: bigint, lifeMs: number): Promise<number> {
    await timed.setTime(atMs);
    const accountId = ++account;
    await fund(storeOf(), accountId, amount, { lifeMs });
    return accountId;
  }

  const T0 = Date.UTC(2026, 10, 10, 9, 0, 0);

  test('credit can be spent to the last millisecond of its life, and not in the next', async () => {
    const id = await funded(T0, 100n, HOUR);
    await withNode(T0 + HOUR - 1, async (node) => {
      const hold = held(await node.hold(payer(id), nanodollars(60n)));
      await node.settle(hold, record(id, 60n));
    });
    await withNode(T0 + HOUR, async (node) => {
      const refused = await node.hold(payer(id), nanodollars(1n));
      assert.ok(!isHold(refused));
      assert.equal(refused.refused, 'insufficient_balance');
      const balance = await node.balance(id);
      assert.deepEqual([balance?.settled, balance?.free, balance?.overdraft], [0n, 0n, 0n]);
    });
    const rows = await timed.database.query(
      'select amount from postings where account_id = $1 and amount = -40',
      [id],
    );
    assert.equal(rows.length, 1, 'what was left is a posting');
    assert.deepEqual(await storeOf().verify(), []);
  });

  test('a hold of before keeps its credit; what it leaves is forfeited', async () => {
    const id = await funded(T0, 100n, HOUR);
    await withNode(T0 + HOUR - 1, async (node) => {
      const hold = held(await node.hold(payer(id), nanodollars(100n)));
      await timed.setTime(T0 + HOUR);
      await node.settle(hold, record(id, 70n));
    });
    await withNode(T0 + HOUR + 1, async (node) => {
      assert.ok(!isHold(await node.hold(payer(id), nanodollars(1n))));
      const balance = await node.balance(id);
      assert.deepEqual([balance?.settled, balance?.overdraft], [0n, 0n]);
    });
    assert.deepEqual(await storeOf().verify(), []);
  });

  for (const { last, before: dayBefore, after: dayAfter } of TURNS) {
    test(`the month after ${dayBefore} begins with its first millisecond`, async () => {
      const id = await funded(last - DAY_MS, 1_000n, 30 * DAY_MS);
      const budgets = [{ accountId: id, limit: nanodollars(10n) }];
      const limited = payer(id, { budgets });
      const ids = [id];
      await withNode(last, async (node) => {
        const first = held(await node.hold(limited, nanodollars(10n)));
        const capped = await node.hold(limited, nanodollars(1n));
        assert.ok(!isHold(capped) && capped.refused === 'spending_cap_reached');
        await node.settle(first, record(id, 10n));
        assert.equal(await node.spentThisMonth(id), 10n);
        const sum = { accountId: id, requests: 1, cost: 10n };
        assert.deepEqual(await usage().today(ids), [sum]);
        assert.deepEqual(await usage().thisMonth(ids), [sum]);
      });
      await withNode(last + 1, async (node) => {
        assert.equal(await node.spentThisMonth(id), 0n);
        assert.deepEqual(await usage().today(ids), []);
        assert.deepEqual(await usage().thisMonth(ids), []);
        const next = held(await node.hold(limited, nanodollars(10n)));
        await node.settle(next, record(id, 4n));
        assert.equal(await node.spentThisMonth(id), 4n);
      });
      const bill = await usage().bill({ accountIds: ids }, dayBefore, dayAfter);
      assert.deepEqual(
        bill.days.map(({ day, cost }) => [day, cost]),
        [
          [dayBefore, 10n],
          [dayAfter, 4n],
        ],
      );
    });
  }

  test('a request that begins before midnight counts in its own day and month', async () => {
    const { last, before: dayBefore, after: dayAfter } = TURNS[0] ?? assert.fail();
    const id = await funded(last - HOUR, 1_000n, DAY_MS);
    await withNode(last, async (node) => {
      const hold = held(await node.hold(payer(id), nanodollars(10n)));
      await timed.setTime(last + 1);
      await node.settle(hold, record(id, 10n));
    });
    await withNode(last + 1, async (node) => assert.equal(await node.spentThisMonth(id), 0n));
    const subject = { accountIds: [id] };
    const days = async (day: number) => (await usage().bill(subject, day, day)).days.length;
    assert.deepEqual([await days(dayBefore), await days(dayAfter)], [1, 0]);
  });
});

describe('daylight saving, in a zone that has it', () => {
  const zone = process.env.TZ;
  let timed: TimedDatabase;
  before(async () => {
    process.env.TZ = 'America/New_York';
    timed = await timedDatabase('America/New_York');
  });
  after(async () => {
    await timed[Symbol.asyncDispose]();
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  /** The clocks of New York go forward on the first and back on the second. */
  const changes: readonly (readonly [number, number])[] = [
    [Date.UTC(2026, 2, 8), 20260308],
    [Date.UTC(2026, 10, 1), 20261101],
  ];
  for (const [midnight, day] of changes) {
    test(`${day} has 24 hours, from midnight to midnight in UTC`, async () => {
      assert.notEqual(
        new Date(midnight).getTimezoneOffset(),
        new Date(midnight + DAY_MS).getTimezoneOffset(),
        'the test stands on a day of a change',
      );
      const id = day;
      const store = createLedgerStore(timed.database);
      await timed.setTime(midnight - 1);
      await fund(store, id, 1_000n, { lifeMs: 3 * DAY_MS });
      await timed.setTime(midnight + 1);
      await fund(store, id, 1_000n, { lifeMs: DAY_MS });
      const [balance] = await store.balances([id]);
      assert.deepEqual(
        balance?.cards.map(({ grantedAt, expiresAt }) => expiresAt - grantedAt),
        [DAY_MS, 3 * DAY_MS],
      );
      const moments = [-1, ...Array.from({ length: 24 }, (_, hour) => hour * HOUR), DAY_MS];
      for (const moment of moments) {
        await nodeAt(timed, midnight + moment, async (node) => {
          const hold = held(await node.hold(payer(id), nanodollars(1n)));
          await node.settle(hold, record(id, 1n));
        });
      }
      const usage = createUsageStore(timed.database);
      const { days } = await usage.bill({ accountIds: [id] }, day, day);
      assert.deepEqual(
        days.map(({ requests }) => requests),
        [24],
      );
    });
  }
});
