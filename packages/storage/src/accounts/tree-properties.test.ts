import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '@meridian/core/accounts';
import { isFailure, nanodollars, scale, systemClock, systemRandom } from '@meridian/core/kernel';
import { createLedger, type Hold, type LedgerNode } from '@meridian/core/ledger';
import { type AccountsWorld, accountsWorld } from '@meridian/testkit';
import fc from 'fast-check';
import { createLedgerStore } from '../ledger/index.ts';
import { record } from '../ledger/testing/ledger-world.ts';
import { createOperationLog } from '../operation-log/operation-log-store.ts';

const RUNS = 6;
const WORKERS = 8;
const STEPS_MIN = 80;
const STEPS_MAX = 160;
const DEPTH_MAX = 5;
const NODES = 2;

/** Picks one of those that there are when the step comes. */
const pick = fc.nat(1_000);
const cents = fc.integer({ min: 200, max: 4_000 });

/** What happens to a tree; who does it to whom is decided when it happens. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      pick,
      cents,
      rates: fc.integer({ min: 100, max: 250 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      pick,
      by: pick,
      cents,
      days: fc.constantFrom(365, 30, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refund' as const), pick, by: pick, cents }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rate' as const),
      pick,
      rates: fc.integer({ min: 100, max: 400 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('use' as const),
      pick,
      node: fc.nat(NODES - 1),
      cents,
      permille: fc.nat(1_200),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), pick, cents }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cascade' as const), pick }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type FromAbove = Exclude<Step, { do: 'create' | 'use' }>;

/** What a reseller may be told; anything else is a fault. */
const REFUSALS: ReadonlySet<string> = new Set([
  'insufficient_balance',
  'invalid_request',
  'not_found',
  'conflict',
  'permission_denied',
  'service_unavailable',
]);

/** A ten-thousandth of a cent and a prime or two, so that roundings show. */
function dollars(inCents: number): string {
  return `${(inCents / 100).toFixed(2)}7919`;
}

describe('a tree that eight workers change at once', () => {
  let world: AccountsWorld;
  let second: LedgerNode;
  let made = 0;

  before(async () => {
    world = await accountsWorld('postgres');
    second = createLedger({
      store: createLedgerStore(world.database),
      clock: systemClock,
      random: systemRandom,
    });
    await second.start();
  });
  after(async () => {
    await second[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  async function run(steps: readonly Step[]): Promise<void> {
    const top = await world.child(world.root, { IsOwner: true, CreditGranted: 5_000 });
    const alive = [top.policy.accountId];
    const nodes = [world.ledger, second];
    const started = { charged: 0n, requests: 0 };

    /** One that was alive when it was picked; what it may do is read anew. */
    async function somebody(at: number): Promise<Actor | undefined> {
      return world.actor(alive[at % alive.length] ?? 0).catch(() => undefined);
    }

    /** An ancestor: the parent, or somebody above. */
    async function above(who: Actor, at: number): Promise<Actor | undefined> {
      const { path } = who.policy;
      const ancestors = path.slice(1, -1);
      const id = ancestors[at % Math.max(1, ancestors.length)] ?? 1;
      return world.actor(id).catch(() => undefined);
    }

    async function use(who: Actor, { node, cents: size, permille }: Step & { do: 'use' }) {
      const ledger = nodes[node] ?? world.ledger;
      const asked = nanodollars(BigInt(size) * 1_000_003n);
      const hold: Hold | { refused: string } = await ledger.hold(who.policy.payer, asked);
      if ('refused' in hold) return;
      const cost = scale(hold.amount, (BigInt(permille) * 1_000n) as Parameters<typeof scale>[1]);
      const { rates, accountId } = who.policy;
      await ledger.settle(hold, record(accountId, cost, { rates }));
      started.charged += cost;
      started.requests++;
    }

    async function create(who: Actor, next: Step & { do: 'create' }): Promise<void> {
      const { path, rates } = who.policy;
      if (path.length > DEPTH_MAX) return;
      const name = `tree-${++made}`;
      const { User } = await world.service.create(who, {
        ...{ Name: name, Email: `${name}@example.com`, CreditGranted: dollars(next.cents) },
        Rates: Math.max(Number(rates) / 1_000_000, next.rates / 100),
      });
      alive.push(User.ID);
    }

    /** What an ancestor changes; a validity of 1e-7 days is about nine milliseconds. */
    function changeOf(next: Step & { do: 'grant' | 'refund' | 'expire' | 'rate' }) {
      if (next.do === 'rate') return { Rates: next.rates / 100 };
      const credit = dollars(next.cents);
      if (next.do === 'refund') return { CreditGranted: `-${credit}` };
      return { CreditGranted: credit, Days: next.do === 'grant' ? next.days : 1e-7 };
    }

    async function once(next: Step): Promise<void> {
      const who = await somebody(next.pick);
      if (!who) return;
      if (next.do === 'create') return create(who, next);
      if (next.do === 'use') return use(who, next);
      const by = await above(who, 'by' in next ? next.by : 0);
      if (by) await fromAbove(by, who.policy.accountId, next);
    }

    async function fromAbove(by: Actor, accountId: number, next: FromAbove): Promise<void> {
      if (next.do !== 'delete' && next.do !== 'cascade') {
        await world.service.update(by, String(accountId), changeOf(next));
      } else if (accountId !== top.policy.accountId) {
        await world.service.delete(by, String(accountId), { isCascade: next.do === 'cascade' });
      }
    }

    const [before] = await world.database.query(
      'select count(*) as requests, coalesce(sum(cost), 0)::int8 as cost from usage_records',
    );
    const queue = [...steps];
    const refused: string[] = [];
    await Promise.all(
      Array.from({ length: WORKERS }, async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          await once(next).catch((error: unknown) => {
            if (!isFailure(error) || !REFUSALS.has(error.code)) throw error;
            refused.push(error.code);
          });
        }
      }),
    );
    assert.ok(refused.length < steps.length / 2, `nearly all was refused: ${refused}`);
    await judge({
      requests: Number(before?.requests) + started.requests,
      cost: (before?.cost as bigint) + started.charged,
    });
  }

  /** Everything that must hold whenever nobody is in the middle of something. */
  async function judge(used: { requests: number; cost: bigint }): Promise<void> {
    for (const node of [world.ledger, second]) await node.flush();
    const { database } = world;
    assert.deepEqual(await createLedgerStore(database).verify(), []);
    assert.deepEqual(await createOperationLog(database).verify(), []);
    const [sums] = await database.query(`select
      (select coalesce(-sum(amount), 0) from postings where book = 5)::text as minted,
      ((select sum(balance) - sum(overdraft) - coalesce(sum((select sum(spent) from leases l
          where l.pot_id = p.id)), 0) from pots p where period = 0)
        + (select coalesce(sum(cost), 0) from usage_records)
        + (select coalesce(sum(amount), 0) from postings where book in (6, 7)))::text as found,
      (select count(*) from credit_cards where remaining < 0) as negative,
      (select count(*) from usage_records) as requests,
      (select coalesce(sum(cost), 0) from usage_records)::int8 as cost`);
    assert.equal(sums?.found, sums?.minted);
    assert.equal(Number(sums?.negative), 0);
    assert.deepEqual({ requests: Number(sums?.requests), cost: sums?.cost }, used);
  }

  test('loses and makes no nanodollar, goes below nothing, and its log is whole', async () => {
    const steps = fc.array(step, { minLength: STEPS_MIN, maxLength: STEPS_MAX, size: 'max' });
    await fc.assert(fc.asyncProperty(steps, run), { numRuns: RUNS, endOnFailure: true });
    const actions = await world.database.query(
      'select distinct action from operation_log order by 1',
    );
    assert.deepEqual(
      actions.map(({ action }) => action),
      ['add_user', 'delete_user', 'update_user'],
    );
    const kinds = await world.database.query('select distinct kind from ledger_tx order by 1');
    const happened = new Set(kinds.map(({ kind }) => Number(kind)));
    // Settled, folded, expired, granted, taken back, closed.
    for (const kind of [1, 2, 3, 5, 6, 7])
      assert.ok(happened.has(kind), `no movement of kind ${kind}`);
  });
});
