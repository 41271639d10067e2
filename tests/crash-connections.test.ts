import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPostgres } from '@meridian/storage';
import { openBooks } from './support/books.ts';
import { startKillLoop } from './support/kill-loop.ts';

const SEED = 20_264;
const CUTS = 25;
/** Signs of life of the clients between two cuts. */
const EVERY = 60;

test('a server whose connections to PostgreSQL are cut again and again charges each response once', async (t) => {
  await using loop = await startKillLoop('postgres', SEED);
  await using saboteur = await createPostgres({ url: loop.here.database.url!, poolSize: 1 });
  let cuts = 0;
  await loop.stopRound({
    every: EVERY,
    times: CUTS,
    async cut() {
      const killed = await saboteur.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      );
      if (killed.length > 0) cuts++;
    },
  });
  await using books = await openBooks(loop.here.database);
  const verdict = await loop.judge(books);
  const { responses, matched } = verdict;
  t.diagnostic(`${cuts} cuts: ${responses} whole responses, ${matched} charged once`);
  // Whose key has to be looked up at such a moment may be asked to come again.
  const others = verdict.problems.filter((problem) => !problem.endsWith('was answered 503'));
  assert.deepEqual(others, []);
  assert.ok(cuts > CUTS / 2, `only ${cuts} cuts`);
  assert.deepEqual(await books.verify(), []);
  assert.equal(await books.leaseCount(), 0);
});
