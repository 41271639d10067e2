import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Millionths, scale } from '@meridian/core/kernel';
import type { UsageBill, UsageSubject } from '@meridian/core/ledger';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import fc from 'fast-check';
import { record } from './testing/ledger-world.ts';
import { type Charged, type UsageWorld, usageWorld } from './testing/usage-world.ts';

const RUNS: Readonly<Record<string, number>> = { postgres: 25, embedded: 8 };
const DAYS = [
  20250228, 20250301, 20250315, 20250331, 20250401, 20250430, 20251231, 20260101, 20260115,
];
const MODELS = ['small', 'large', 'größer'];
const RATES = [1_000_000n, 1_500_000n, 1_333_333n, 2_000_001n];

/** Whose usage: root's subtree has every account, the first account's has the second. */
const SUBJECTS = ['all', 'upper', 'lower', 'other', 'pair'] as const;

const charged = fc.record({
  who: fc.nat(2),
  day: fc.constantFrom(...DAYS),
  model: fc.constantFrom(...MODELS),
  rates: fc.constantFrom(...RATES),
  cost: fc.oneof(fc.bigInt(0n, 5n), fc.bigInt(0n, 4_000_000_000_000n)),
  tokens: fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)),
});
const command = fc.oneof(
  { weight: 5, arbitrary: fc.array(charged, { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.record({ fold: fc.integer({ min: 1, max: 3 }) }) },
);
const question = fc.record({
  subject: fc.constantFrom(...SUBJECTS),
  days: fc
    .tuple(fc.constantFrom(...DAYS), fc.constantFrom(...DAYS))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
});

/** The bill by the records themselves. */
function expectedBill(records: readonly Charged[]): UsageBill {
  const days = new Map<string, UsageBill['days'][number]>();
  const accounts = new Map<number, UsageBill['accounts'][number]>();
  for (const { record: each, day } of records) {
    const figures = { requests: 1, cost: each.cost, shown: scale(each.cost, each.rates) };
    const { usage } = each;
    const prompt = usage.input + usage.cacheRead + usage.cacheWrite1h + usage.inputImage;
    const completion = usage.output + usage.reasoning + usage.outputAudio;
    const line = { day, model: each.modelUsed, prompt, cached: usage.cacheRead, completion };
    const key = `${day} ${each.modelUsed}`;
    days.set(key, added(days.get(key), { ...line, ...figures }));
    const { accountId } = each;
    accounts.set(accountId, added(accounts.get(accountId), { accountId, ...figures }));
  }
  const ordered = [...days].sort(([a], [b]) => Buffer.from(a).compare(Buffer.from(b)));
  return { days: ordered.map(([, line]) => line), accounts: byAccount([...accounts.values()]) };
}

const SUMMED: ReadonlySet<string> = new Set(['requests', 'prompt', 'cached', 'completion']);

function added<T extends object>(before: T | undefined, now: T): T {
  if (!before) return now;
  const entries = Object.entries(now).map(([key, value]) => {
    const sum = typeof value === 'bigint' || SUMMED.has(key);
    return [key, sum ? value + before[key as keyof T] : value];
  });
  return Object.fromEntries(entries) as T;
}

function byAccount(accounts: UsageBill['accounts']): UsageBill['accounts'] {
  return accounts.toSorted((a, b) => a.accountId - b.accountId);
}

for (const kind of databaseKinds) {
  describe(`bills: ${kind}`, () => {
    let world: UsageWorld<AccountsWorld>;
    before(async () => {
      world = await usageWorld(await accountsWorld(kind));
    });
    after(() => world[Symbol.asyncDispose]());

    /** A fresh branch of the tree, so that runs do not see each other. */
    async function branch() {
      const { accounts } = world;
      const top = await accounts.child(accounts.root, { CreditGranted: 100 });
      const upper = await accounts.child(top, { CreditGranted: 20 });
      const lower = await accounts.child(upper, { CreditGranted: 10 });
      const other = await accounts.child(top, { CreditGranted: 10 });
      const ids = [upper, lower, other].map(({ policy }) => policy.accountId);
      const [u = 0, l = 0, o = 0] = ids;
      const subjects: Record<(typeof SUBJECTS)[number], [UsageSubject, readonly number[]]> = {
        all: [{ subtreeOf: top.policy.accountId }, ids],
        upper: [{ subtreeOf: u }, [u, l]],
        lower: [{ accountIds: [l] }, [l]],
        other: [{ subtreeOf: o }, [o]],
        pair: [{ accountIds: [u, o] }, [u, o]],
      };
      return { ids, subjects };
    }

    test('a bill is the sum of its records to the nanodollar, folded or not', async () => {
      const commands = fc.array(command, { minLength: 1, maxLength: 12 });
      const questions = fc.array(question, { minLength: 3, maxLength: 6 });
      const property = fc.asyncProperty(commands, questions, async (steps, asked) => {
        const { ids, subjects } = await branch();
        const written: Charged[] = [];
        for (const step of steps) {
          if ('fold' in step) {
            await world.fold(step.fold);
            continue;
          }
          const now = step.map(({ who, day, model, rates, cost, tokens }) => {
            const [input, cacheRead, output, media] = tokens;
            const used = record(ids[who]!, cost, { modelUsed: model, rates: rates as Millionths });
            const usage = { ...used.usage, input, cacheRead, output, cacheWrite1h: media };
            const rest = { inputImage: input, reasoning: output, outputAudio: media };
            return { record: { ...used, usage: { ...usage, ...rest } }, day };
          });
          await world.charge(now);
          written.push(...now);
          for (const { subject, days } of asked.slice(0, 2)) await compare(subject, days);
        }
        for (const { subject, days } of asked) await compare(subject, days);

        async function compare(
          name: (typeof SUBJECTS)[number],
          [from, to]: readonly [number, number],
        ): Promise<void> {
          const [subject, members] = subjects[name];
          const bill = await world.usage.bill(subject, from, to);
          const expected = expectedBill(
            written.filter(
              ({ record: { accountId }, day }) =>
                members.includes(accountId) && from <= day && day <= to,
            ),
          );
          assert.deepEqual(bill.days, expected.days);
          assert.deepEqual(byAccount(bill.accounts), expected.accounts);
        }
      });
      await fc.assert(property, { numRuns: RUNS[kind] ?? 10 });
      assert.deepEqual(await world.store.verify(), []);
      while ((await world.store.foldUsage()) > 0);
      assert.deepEqual(await world.store.verify(), []);
    });

    test('verify notices each roll-up that was changed', async () => {
      const { ids } = await branch();
      await world.charge([{ record: record(ids[1]!, 7n), day: 20260115 }]);
      while ((await world.store.foldUsage()) > 0);
      for (const table of ['usage_rollups', 'usage_subtree_rollups', 'usage_totals']) {
        const change = (by: number) =>
          world.accounts.database.query(
            `update ${table} set shown = shown + $2 where account_id = $1`,
            [ids[1]!, by],
          );
        await change(1);
        const found = await world.store.verify();
        assert.ok(found.length > 0, table);
        assert.ok(found.every(({ subject }) => subject.startsWith('account ')));
        await change(-1);
      }
      assert.deepEqual(await world.store.verify(), []);
    });

    test('the usage of a deleted account stays on the bill of those above it', async () => {
      const { accounts } = world;
      const top = await accounts.child(accounts.root, { CreditGranted: 100 });
      const gone = await accounts.child(top, { CreditGranted: 10 });
      const { accountId } = gone.policy;
      await world.charge([{ record: record(accountId, 7n), day: 20260115 }]);
      await accounts.service.delete(top, String(accountId), { isCascade: false });
      await world.charge([{ record: record(accountId, 5n), day: 20260115 }]);
      for (let folded = 0; folded < 2; folded++) {
        const subject = { subtreeOf: top.policy.accountId };
        const bill = await world.usage.bill(subject, 20260101, 20260131);
        assert.deepEqual(
          bill.accounts.map((each) => [each.accountId, each.requests, each.cost]),
          [[accountId, 2, 12n]],
        );
        await world.fold(1_000);
      }
    });
  });
}
