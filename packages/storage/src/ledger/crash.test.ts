import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LedgerStore, StoreFault, type Transfer } from '@meridian/core/ledger';
import { createSeededRandom, freshDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { openEmbedded } from '../embedded/open.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createPostgres } from '../postgres.ts';
import { createLedgerStore } from './index.ts';
import { fund, grantOf, party, ROOT } from './testing/ledger-world.ts';
import type { StressOrder } from './testing/stress-node.ts';

const PROGRAM = fileURLToPath(new URL('./testing/stress-node.ts', import.meta.url));
const ROWS_MAX = 512;
const STRESS_MS = 10_000;
const ACCOUNTS = [101, 102, 103, 104, 105, 106];
const random = createSeededRandom(Date.now());
const upTo = (most: number): number => 1 + Math.floor(random.fraction() * most);
const pick = <T>(from: readonly T[]): T => from[upTo(from.length) - 1]!;

/** Deaths aimed at the commit, where random ones find nothing. */
function aim(): StressOrder['crash'] {
  const [point, nth] = pick([
    ['settle:before-send', upTo(80)],
    ['settle:after-send', upTo(80)],
    ['settle:after-send', upTo(80)],
    ['settle:after-answer', upTo(80)],
    ['lease:after-send', upTo(40)],
    ['lease:after-answer', upTo(40)],
    ['reap:after-send', 1],
    ['foldUsage:after-send', 2],
  ] as const);
  return { point, nth, afterMs: upTo(5) - 1 };
}

/** The nodes of one run, and what they acknowledged. */
async function createRig(order: Pick<StressOrder, 'url' | 'dataDir' | 'isHasty'>) {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-stress-'));
  const children = new Set<ChildProcess>();
  let started = 0;
  let killed = 0;

  async function start(crash: StressOrder['crash'], workers = 60): Promise<ChildProcess> {
    const acknowledgedPath = join(folder, `node-${++started}`);
    const full: StressOrder = { ...order, acknowledgedPath, crash, workers, accountIds: ACCOUNTS };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(full)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    child.once('exit', (_, signal) => {
      children.delete(child);
      if (signal === 'SIGKILL') killed++;
    });
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
    return child;
  }

  return {
    start,
    get killed() {
      return killed;
    },
    running: () => [...children],
    async end(signal: NodeJS.Signals): Promise<void> {
      const ends = [...children].map((child) => once(child, 'exit'));
      for (const child of children) child.kill(signal);
      await Promise.all(ends);
    },
    async acknowledged(): Promise<Map<string, bigint>> {
      const charges = new Map<string, bigint>();
      for (const name of await readdir(folder)) {
        const lines = (await readFile(join(folder, name), 'utf8')).split('\n').slice(0, -1);
        for (const line of lines) {
          const [id = '', cost = '0'] = line.split(' ');
          assert.ok(!charges.has(id));
          charges.set(id, BigInt(cost));
        }
      }
      return charges;
    },
    async [Symbol.asyncDispose]() {
      await this.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What was acknowledged and is not in the books, what is in them unacknowledged, and wrong costs. */
async function compare(database: Database, acknowledged: ReadonlyMap<string, bigint>) {
  const rows = await database.query('select id, cost from usage_records');
  const recorded = new Map(rows.map(({ id, cost }) => [String(id), cost as bigint]));
  let missing = 0;
  let wrong = 0;
  for (const [id, cost] of acknowledged) {
    const found = recorded.get(id);
    if (found === undefined) missing++;
    else if (found !== cost) wrong++;
  }
  return { missing, wrong, unacknowledged: recorded.size - acknowledged.size + missing };
}

async function reapEverything(database: Database, store: LedgerStore): Promise<void> {
  await database.query('update nodes set state = 2 where state = 1');
  for (;;) {
    const orphans = await store.bury(60_000, 0);
    if (orphans.length === 0) return;
    for (const orphan of orphans) await store.reap(orphan);
  }
}

/** All sums agree, nothing is leased, and what was minted is where the postings say. */
async function expectSoundBooks(database: Database, store: LedgerStore): Promise<void> {
  await reapEverything(database, store);
  assert.deepEqual(await store.verify(), []);
  const [sums] = await database.query(`select
    (select sum(leased) from pots)::text as leased,
    (select -sum(amount) from postings where book = 5)::text as minted,
    ((select sum(balance) - sum(overdraft) from pots where period = 0)
      + (select coalesce(sum(cost), 0) from usage_records)
      + (select coalesce(sum(amount), 0) from postings where book in (6, 7)))::text as found,
    (select coalesce(sum(overdraft), 0) from pots)::text as overdraft,
    (select coalesce(sum(late), 0) from usage_records)::text as late`);
  assert.equal(sums?.leased, '0');
  assert.equal(sums?.found, sums?.minted);
  assert.ok(
    BigInt(String(sums?.overdraft)) <= BigInt(String(sums?.late)),
    'debt is of late charges',
  );
}

/** Repeats a call whose connection was cut; it has a key, or changes nothing. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreFault) || error.isDefinite) throw error;
    }
  }
}

/** Credit comes and goes all the time, so that nodes starve, ask each other, and cards expire. */
async function moveCredit(store: LedgerStore, isEnding: () => boolean): Promise<void> {
  const transfer = (order: Transfer) => insist(() => store.transfer(order));
  while (!isEnding()) {
    const [from, to] = [pick(ACCOUNTS), pick(ACCOUNTS)];
    const lifeMs = pick([300, 1_000, 10_000, 3_600_000]);
    await transfer(grantOf(to, BigInt(upTo(400_000)), { lifeMs }));
    if (from !== to) {
      const amount = BigInt(upTo(5_000));
      const fee = { amount: 10n, to: party(pick(ACCOUNTS)) };
      await transfer(grantOf(to, amount, { from: party(from), fee }));
      const order = { kind: 'takeBack', lifeMs: null } as const;
      await transfer(grantOf(1, amount, { ...order, from: party(from), to: ROOT }));
    }
    assert.deepEqual(await insist(() => store.verify()), []);
    await wait(60);
  }
}

/** Cuts connections of nodes, and our own, in the middle of whatever they do. */
async function cutConnections(database: Database, isEnding: () => boolean): Promise<number> {
  let cuts = 0;
  while (!isEnding()) {
    const rows = await database.query(`select pg_terminate_backend(pid) from (
      select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1) one`);
    cuts += rows.length;
    await wait(upTo(300));
  }
  return cuts;
}

test('nodes that are killed at the commit, stopped and starved lose and double nothing', async (t) => {
  await using fresh = await freshDatabase('postgres');
  await using database = await createPostgres({ url: fresh.url! });
  await migrate(database, await readMigrations());
  const store = createLedgerStore(database);
  for (const id of ACCOUNTS) await fund(store, id, 300_000n);
  await using rig = await createRig({ url: fresh.url, dataDir: '', isHasty: false });
  const endsAt = Date.now() + Number(process.env.LEDGER_STRESS_MS ?? STRESS_MS);
  const isEnding = (): boolean => Date.now() > endsAt;

  async function keepStarting(): Promise<void> {
    while (!isEnding()) {
      const child = await rig.start(aim());
      if (child.exitCode !== null || child.signalCode !== null) continue;
      await Promise.race([once(child, 'exit'), wait(Math.max(0, endsAt - Date.now()))]);
    }
  }

  async function stopNodes(): Promise<void> {
    while (!isEnding()) {
      await wait(1_500);
      const child = rig.running()[0];
      child?.kill('SIGSTOP');
      await wait(upTo(2_500));
      child?.kill('SIGCONT');
    }
  }

  await using cutter = await createPostgres({ url: fresh.url!, poolSize: 1 });
  const [cuts] = await Promise.all([
    cutConnections(cutter, isEnding),
    moveCredit(store, isEnding),
    keepStarting(),
    keepStarting(),
    stopNodes(),
  ]);
  await rig.end('SIGTERM');
  const acknowledged = await rig.acknowledged();
  const { missing, wrong, unacknowledged } = await compare(database, acknowledged);
  const [late] = await database.query('select count(late)::int4 as n from usage_records');
  const charges = `${acknowledged.size} charges, ${unacknowledged} unacknowledged, ${late?.n} late`;
  t.diagnostic(`${charges}, ${rig.killed} kills, ${cuts} cuts`);
  assert.deepEqual({ missing, wrong }, { missing: 0, wrong: 0 });
  assert.ok(acknowledged.size > 500, `only ${acknowledged.size} charges`);
  assert.ok(rig.killed >= 3, `only ${rig.killed} kills`);
  assert.ok(unacknowledged <= rig.killed * ROWS_MAX, `${unacknowledged} beyond one batch per kill`);
  await expectSoundBooks(database, store);
});

test('an acknowledgement before the commit would be noticed', async () => {
  await using fresh = await freshDatabase('postgres');
  await using database = await createPostgres({ url: fresh.url! });
  await migrate(database, await readMigrations());
  const store = createLedgerStore(database);
  for (const id of ACCOUNTS) await fund(store, id, 900_000_000n);
  await using rig = await createRig({ url: fresh.url, dataDir: '', isHasty: true });
  let missing = 0;
  for (let kills = 0; kills < 5 && missing === 0; kills++) {
    const child = await rig.start({ point: 'settle:before-send', nth: 5, afterMs: 0 });
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    ({ missing } = await compare(database, await rig.acknowledged()));
  }
  assert.ok(missing > 0, 'the rig is blind');
});

test('an embedded database that is killed again and again loses and doubles nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-stress-'));
  try {
    {
      await using database = await openEmbedded({ dataDir });
      await migrate(database, await readMigrations());
      for (const id of ACCOUNTS) await fund(createLedgerStore(database), id, 300_000_000n);
    }
    await using rig = await createRig({ url: null, dataDir, isHasty: false });
    for (let kills = 0; kills < 2; kills++) {
      const child = await rig.start({ point: 'settle', nth: 20 + upTo(60), afterMs: upTo(4) - 1 });
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    const last = await rig.start(null);
    await wait(500);
    await rig.end('SIGTERM');
    assert.equal(last.exitCode, 0);
    await using database = await openEmbedded({ dataDir });
    const [left] = await database.query('select count(*)::int4 as leases from leases');
    assert.deepEqual(left, { leases: 0 }, 'an orderly end and every start leave no lease behind');
    const acknowledged = await rig.acknowledged();
    const { missing, wrong, unacknowledged } = await compare(database, acknowledged);
    assert.deepEqual({ missing, wrong }, { missing: 0, wrong: 0 });
    assert.ok(acknowledged.size > 100, `only ${acknowledged.size} charges`);
    assert.ok(unacknowledged <= rig.killed * ROWS_MAX);
    await expectSoundBooks(database, createLedgerStore(database));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
