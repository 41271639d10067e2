import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { AccountCreated, UsageExplanation } from '@meridian/contract';
import { parseDollars } from '@meridian/core/kernel';
import { createSeededRandom, type DatabaseKind, type World, world } from '@meridian/testkit';
import type { Books } from './books.ts';
import { type CrashOrder, orderCrash } from './crash-order.ts';
import { createGranter } from './granter.ts';
import { type Judgement, judgeCharges } from './judge-charges.ts';
import { answerKnown, costOf, numberedOf, type TokenPrice } from './known-usage.ts';
import { createTraffic, type Sender, type Traffic } from './traffic.ts';

/** An account that the clients use, with what its charges and its balance are computed from. */
interface Customer extends Sender {
  /** Base nanodollars. */
  readonly granted: bigint;
  readonly price: TokenPrice;
}

/** Something that befalls the server again and again, counted in signs of life of the clients. */
interface Disturbance {
  readonly every: number;
  readonly times: number;
  readonly cut: () => Promise<unknown>;
}

/** What a loop has shown. */
interface Verdict extends Judgement {
  /** Dollars that were granted while the server was killed. */
  readonly grants: number;
}

/** A server that is killed while clients use it and its owner grants credit. */
export interface KillLoop extends AsyncDisposable {
  readonly here: World;
  readonly traffic: Traffic;
  /** Deaths so far: by a signal from outside, and where they were ordered. */
  readonly kills: { readonly random: number; readonly ordered: number };
  /** Lets clients loose until the server dies: as ordered, else at a random moment. */
  round(order: CrashOrder | null): Promise<void>;
  /** Lets clients loose and asks the server to stop at a random moment, or after a disturbance. */
  stopRound(disturbance?: Disturbance): Promise<void>;
  /** Starts the server once more without an order. */
  revive(): Promise<void>;
  /** Asks the running server about a sample of what clients received whole. */
  checkExplained(sample: number): Promise<void>;
  /** Compares what clients got and the upstream served with the charges and balances in the books. */
  judge(books: Books): Promise<Verdict>;
}

const CRASH_SERVER = fileURLToPath(new URL('./crash-server.ts', import.meta.url));
const CREDIT = 1_000;
const DOLLAR = 1_000_000_000n;
const CLIENTS = 16;
/** A random death comes after so many signs of life at most. */
const PROGRESS_MAX = 240;
/** Base nanodollars per token at the world's price of $1 and $2 per million. */
const PRICE: TokenPrice = { input: 1_000n, output: 2_000n };
const FACTOR_PRICE: TokenPrice = { input: 1_500n, output: 3_000n };

/** Sets up accounts of every kind that money treats differently. */
async function addCustomers(here: World): Promise<Customer[]> {
  const plain = here.account;
  const factored = await here.addAccount({ CreditGranted: CREDIT, Factor: 1.5 });
  const rated = await here.addAccount({ CreditGranted: CREDIT, Rates: 2 });
  const { User: child } = await plain.api.call<AccountCreated>('POST', '/x-users', {
    Name: 'grandchild',
    Email: 'grandchild@example.com',
    CreditGranted: CREDIT / 2,
  });
  const all = DOLLAR * BigInt(CREDIT);
  const half = all / 2n;
  return [
    { accountId: plain.id, key: plain.api.key, granted: half, price: PRICE },
    { accountId: factored.id, key: factored.api.key, granted: all, price: FACTOR_PRICE },
    { accountId: rated.id, key: rated.api.key, granted: half, price: PRICE },
    { accountId: child.ID, key: child.SecretKey, granted: half, price: PRICE },
  ];
}

/** Starts the server with its accounts and an upstream whose usage is known. */
export async function startKillLoop(kind: DatabaseKind, seed: number): Promise<KillLoop> {
  const random = createSeededRandom(seed);
  const here = await world({
    database: kind,
    main: CRASH_SERVER,
    account: { CreditGranted: CREDIT },
    env: { MERIDIAN_LOG_LEVEL: 'error' },
  });
  const { server, upstream, database } = here;
  upstream.handle(answerKnown);
  const customers = await addCustomers(here);
  const kills = { random: 0, ordered: 0 };
  let isRunning = true;
  let onProgress = (): void => undefined;
  const granter = createGranter(here.root, here.account.id);
  const traffic = createTraffic({
    senders: customers,
    random,
    clients: CLIENTS,
    onProgress: () => onProgress(),
  });

  /** False when the server died before it was ready, as it was ordered to. */
  async function start(order: CrashOrder | null): Promise<boolean> {
    if (isRunning && order === null) return true;
    if (isRunning) await server.kill('SIGKILL');
    isRunning = true;
    await orderCrash(database.folder, order);
    try {
      await server.restart();
      return true;
    } catch (error) {
      if (order === null) throw error;
      assert.match(String(error), /ended before it was ready \(SIGKILL\)/);
      return false;
    }
  }

  function endSoon(signal: 'SIGKILL' | 'SIGTERM'): void {
    let left = 1 + Math.floor(random.fraction() * PROGRESS_MAX);
    onProgress = () => {
      if (--left === 0) void server.kill(signal);
    };
  }

  function disturb({ every, times, cut }: Disturbance): void {
    let seen = 0;
    onProgress = () => {
      if (++seen % every !== 0) return;
      if (seen <= every * times) void cut();
      else if (seen === every * (times + 1)) void server.kill('SIGTERM');
    };
  }

  async function expectDeath(): Promise<void> {
    assert.deepEqual(await server.exited, { code: null, signal: 'SIGKILL' });
    isRunning = false;
  }

  return {
    here,
    traffic,
    kills,
    async round(order) {
      onProgress = () => undefined;
      if (await start(order)) {
        if (order === null) endSoon('SIGKILL');
        await Promise.all([traffic.run(server.url), granter.run()]);
        await expectDeath();
      } else {
        isRunning = false;
      }
      kills[order === null ? 'random' : 'ordered']++;
    },
    async stopRound(disturbance) {
      await start(null);
      if (disturbance) disturb(disturbance);
      else endSoon('SIGTERM');
      await Promise.all([traffic.run(server.url, { areAllFinite: true }), granter.run()]);
      assert.deepEqual(await server.exited, { code: 0, signal: null });
      isRunning = false;
    },
    async revive() {
      await start(null);
    },
    async checkExplained(sample) {
      const whole = traffic.exchanges.filter(({ isWhole }) => isWhole);
      for (let i = 0; i < sample; i++) {
        const { requestId, accountId, number } = whole[Math.floor((i * whole.length) / sample)]!;
        const told = await here.root.call<UsageExplanation>('GET', `/x-usage/${requestId}`);
        const { price } = customers.find((customer) => customer.accountId === accountId)!;
        assert.equal(told.account_id, accountId);
        assert.equal(parseDollars(told.charge.cost_base), costOf(number, price));
      }
    },
    async judge(books) {
      const grants = await granter.judge(books);
      const more = DOLLAR * BigInt(grants.booked);
      const judgement = judgeCharges({
        customers: customers.map((customer) =>
          customer.accountId === here.account.id
            ? { ...customer, granted: customer.granted + more }
            : customer,
        ),
        exchanges: traffic.exchanges,
        served: new Set(upstream.requests.map((request) => numberedOf(request).number)),
        charges: await books.charges(),
        balances: await Promise.all(customers.map(({ accountId }) => books.balance(accountId))),
      });
      const problems = [...judgement.problems, ...grants.problems];
      const lost = judgement.lost + grants.booked - grants.acknowledged;
      return { ...judgement, lost, grants: grants.booked, problems };
    },
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  };
}

/** What a loop has shown, in one line. */
export function tell({ kills }: KillLoop, verdict: Verdict): string {
  const { responses, matched, undelivered, grants } = verdict;
  const deaths = `${kills.random} random and ${kills.ordered} ordered deaths`;
  return (
    `${deaths}: ${responses} whole responses, ${matched} charged once, ` +
    `${undelivered} charged but not received whole, ${grants} grants`
  );
}
