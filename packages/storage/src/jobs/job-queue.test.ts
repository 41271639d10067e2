import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  createJobRunner,
  type JobQueue,
  type NewJob,
  UnrepeatableError,
} from '@meridian/core/jobs';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import { migrate, readMigrations } from '../migrate.ts';
import { createJobQueue } from './job-queue.ts';

const page = { page: 1, size: 100 };

function job(key: string, more: Partial<NewJob> = {}): NewJob {
  const nobody = { ownerId: 7, accountId: null, payload: { key } };
  return { kind: 'work', key, ...nobody, keepMs: 60_000, ...more };
}

for (const kind of databaseKinds) {
  describe(`the queue of jobs: ${kind}`, () => {
    let opened: TestDatabase;
    let queue: JobQueue;
    before(async () => {
      opened = await createTestDatabase(kind);
      await migrate(opened.database, await readMigrations());
      queue = createJobQueue(opened);
    });
    after(() => opened[Symbol.asyncDispose]());

    const makeDue = () =>
      opened.database.query(`update jobs set run_at = now() where state = 'queued'`);

    test('a key is taken once', async () => {
      assert.equal(await queue.add([job('a'), job('b'), job('a')]), 2);
      assert.equal(await queue.add([job('a')]), 0);
      assert.equal((await queue.claim(['work'], 10, 60_000)).length, 2);
    });

    test('many nodes do each job once', async () => {
      const jobs = Array.from({ length: 60 }, (_, n) => job(`many-${n}`, { kind: 'many' }));
      await queue.add(jobs);
      const done: string[] = [];
      const nodes = Array.from({ length: 4 }, () =>
        createJobRunner({
          queue,
          handlers: { many: async ({ key }) => void done.push(key) },
          recurring: [],
          clock: systemClock,
          random: systemRandom,
          onFault: (error) => assert.fail(String(error)),
        }),
      );
      await Promise.all(nodes.map((node) => node.runDue()));
      assert.deepEqual(done.toSorted(), jobs.map(({ key }) => key).toSorted());
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    });

    test('what comes again runs once per period, whoever is first', async () => {
      let runs = 0;
      const at = { now: 60_000 };
      const node = () =>
        createJobRunner({
          queue,
          handlers: { tick: async () => void runs++ },
          recurring: [{ kind: 'tick', everyMs: 60_000 }],
          clock: { ...systemClock, now: () => at.now },
          random: systemRandom,
          onFault: (error) => assert.fail(String(error)),
        });
      const nodes = [node(), node(), node()];
      for (const each of nodes) await each.runDue();
      assert.equal(runs, 1);
      at.now = 120_000;
      for (const each of nodes) await each.runDue();
      assert.equal(runs, 2);
    });

    test('a failure waits, is tried again, and is dead in the end; then it can be revived', async () => {
      let tries = 0;
      const runner = createJobRunner({
        queue,
        handlers: {
          fails: async () => {
            tries++;
            throw new Error(`refused ${tries}`);
          },
          hopeless: async () => {
            throw new UnrepeatableError('no such mailbox');
          },
        },
        recurring: [],
        clock: systemClock,
        random: systemRandom,
        onFault: (error) => assert.fail(String(error)),
      });
      await queue.add([job('f', { kind: 'fails' }), job('h', { kind: 'hopeless' })]);
      assert.equal(await runner.runDue(), 2);
      const [waiting] = (await queue.list(7, { kind: 'fails' }, page)).entries;
      assert.deepEqual(
        [waiting?.state, waiting?.attempts, waiting?.error],
        ['queued', 1, 'refused 1'],
      );
      assert.ok((waiting?.runAt ?? 0) > Date.now() + 20_000);
      assert.equal(await runner.runDue(), 0);
      for (let n = 2; n <= 7; n++) {
        await makeDue();
        assert.equal(await runner.runDue(), 1);
      }
      await makeDue();
      assert.equal(await runner.runDue(), 0);
      const dead = await queue.list(7, { kind: 'fails', state: 'dead' }, page);
      assert.deepEqual(
        dead.entries.map(({ attempts, error }) => [attempts, error]),
        [[7, 'refused 7']],
      );
      const [hopeless] = (await queue.list(7, { kind: 'hopeless' }, page)).entries;
      assert.deepEqual([hopeless?.state, hopeless?.attempts], ['dead', 1]);
      assert.equal((await queue.list(8, { kind: 'fails' }, page)).total, 0);
      const id = dead.entries[0]?.id ?? 0;
      assert.equal(await queue.revive(8, 'fails', id), false);
      assert.equal(await queue.revive(7, 'fails', id), true);
      assert.equal(await queue.revive(7, 'fails', id), false);
      assert.equal(await runner.runDue(), 1);
    });

    test('a job whose node died goes to another, and the dead one’s end is void', async () => {
      await queue.add([job('lost', { kind: 'lost' })]);
      const [first] = await queue.claim(['lost'], 1, 60_000);
      assert.ok(first);
      assert.deepEqual(await queue.claim(['lost'], 1, 60_000), []);
      await opened.database.query(
        `update jobs set leased_until = now() - interval '1 second' where key = 'lost'`,
      );
      const [second] = await queue.claim(['lost'], 1, 60_000);
      assert.equal(second?.attempts, 2);
      await queue.end(first, { state: 'dead', error: 'late' });
      assert.equal((await queue.list(7, { kind: 'lost' }, page)).entries[0]?.state, 'running');
      await queue.end(second, { state: 'done' });
      assert.equal((await queue.list(7, { kind: 'lost' }, page)).entries[0]?.state, 'done');
    });

    test('what was done is swept when it need not be kept, what is dead stays', async () => {
      await opened.database.query(`update jobs set keep_until = now() - interval '1 second'`);
      await queue.sweep();
      const rows = await opened.database.query('select distinct state from jobs order by 1');
      assert.ok(!rows.some(({ state }) => state === 'done'));
      assert.ok(rows.some(({ state }) => state === 'dead'));
    });
  });
}
