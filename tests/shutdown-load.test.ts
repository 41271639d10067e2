import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseKinds } from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import { startKillLoop } from './support/kill-loop.ts';

const SEED = 20_263;
const STOPS = 6;

for (const kind of databaseKinds) {
  test(`a server that is stopped under load loses no answer and no charge (${kind})`, async (t) => {
    await using loop = await startKillLoop(kind, SEED);
    for (let stops = 0; stops < STOPS; stops++) await loop.stopRound();

    await using books = await openBooks(loop.here.database);
    assert.equal(await books.leaseCount(), 0);
    assert.deepEqual(await books.verify(), []);
    const { responses, matched, lost, problems } = await loop.judge(books);
    t.diagnostic(`${STOPS} stops: ${responses} whole responses, ${matched} charged once`);
    assert.deepEqual(problems, []);
    assert.equal(lost, 0);
  });
}
