import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '@meridian/core/kernel';
import {
  type AccountsWorld,
  accountsWorld,
  createFakeClock,
  databaseKinds,
} from '@meridian/testkit';
import { createSecretBox } from '../secretbox.ts';
import { createIdempotencyStore, type IdempotencyStore } from './idempotency-store.ts';

const ANSWER = { status: 201, body: { User: { SecretKey: 'sk-Xvs-canary' } }, headers: { a: 'b' } };

for (const kind of databaseKinds) {
  describe(`writes under an Idempotency-Key: ${kind}`, () => {
    let world: AccountsWorld;
    let store: IdempotencyStore;
    const box = createSecretBox(randomBytes(32));

    before(async () => {
      world = await accountsWorld(kind);
      store = createIdempotencyStore({ queries: world.database, box, clock: systemClock });
    });
    after(() => world[Symbol.asyncDispose]());

    const write = (key: string, fingerprint = 'f') => ({ accountId: 1, key, fingerprint });

    async function claimed(key: string) {
      const outcome = await store.claim(write(key));
      if (outcome.state !== 'claimed') throw new Error(outcome.state);
      return outcome;
    }

    function age(key: string, interval: string): Promise<unknown> {
      return world.database.query(
        `update idempotency_keys set claimed_at = claimed_at - $2::interval,
          answered_at = answered_at - $2::interval where key = $1`,
        [key, interval],
      );
    }

    test('the answer is given again, and its secrets are sealed meanwhile', async () => {
      await (await claimed('a')).complete(ANSWER);
      assert.deepEqual(await store.claim(write('a')), { state: 'answered', answer: ANSWER });
      const rows = await world.database.query(
        `select encode(answer, 'escape') as text from idempotency_keys`,
      );
      assert.ok(!JSON.stringify(rows).includes('canary'));
    });

    test('another request under the same key is a mismatch; another account’s key is its own', async () => {
      await (await claimed('b')).complete(ANSWER);
      assert.deepEqual(await store.claim(write('b', 'other')), { state: 'mismatch' });
      const { policy } = await world.child(world.root);
      const theirs = await store.claim({ ...write('b'), accountId: policy.accountId });
      assert.equal(theirs.state, 'claimed');
    });

    test('of writes at once one is made, and the others get its answer', async () => {
      const outcomes = Array.from({ length: 5 }, () => store.claim(write('c')));
      const first = await Promise.race(outcomes);
      assert.equal(first.state, 'claimed');
      if (first.state === 'claimed') await first.complete(ANSWER);
      const states = (await Promise.all(outcomes)).map(({ state }) => state).sort();
      assert.deepEqual(states, ['answered', 'answered', 'answered', 'answered', 'claimed']);
    });

    test('one that still runs is told to be running after a wait', async () => {
      await claimed('d');
      const clock = createFakeClock();
      const waiting = createIdempotencyStore({ queries: world.database, box, clock });
      const outcome = waiting.claim(write('d'));
      let isDone = false;
      void outcome.then(() => {
        isDone = true;
      });
      while (!isDone) await clock.advanceAsync(100);
      assert.deepEqual(await outcome, { state: 'running' });
      assert.ok(clock.monotonic() >= 5_000);
    });

    test('an abandoned key is free', async () => {
      await (await claimed('e')).abandon();
      assert.equal((await store.claim(write('e'))).state, 'claimed');
    });

    test('after 24 hours the answer is gone and the key still refused, after 30 days it is free', async () => {
      await (await claimed('f')).complete(ANSWER);
      await age('f', '23 hours 59 minutes');
      assert.equal((await store.claim(write('f'))).state, 'answered');
      await age('f', '2 minutes');
      assert.equal((await store.claim(write('f'))).state, 'expired');
      await store.sweep();
      const [row] = await world.database.query(
        `select answer from idempotency_keys where key = 'f'`,
      );
      assert.deepEqual(row, { answer: null });
      assert.equal((await store.claim(write('f'))).state, 'expired');
      await age('f', '30 days');
      await store.sweep();
      assert.equal((await store.claim(write('f'))).state, 'claimed');
    });

    test('a write whose process died is not made again', async () => {
      await claimed('g');
      await age('g', '11 minutes');
      assert.equal((await store.claim(write('g'))).state, 'expired');
    });
  });
}
