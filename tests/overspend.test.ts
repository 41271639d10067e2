import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '@meridian/testkit';
import {
  answerMore,
  COST,
  COST_DOLLARS,
  COVERED,
  CROWD,
  EXACTLY_COVERED,
  neverNegative,
  sendCrowd,
  sendOne,
  stage,
  TOKENS,
} from './support/crowd.ts';

const CREDIT = COVERED * COST_DOLLARS;
/** Tokens beyond the hold, half of it again. */
const EXCESS_TOKENS = TOKENS / 2;
const EXCESS = COST / 2n;

for (const nodeCount of [1, 2]) {
  const on = nodeCount === 1 ? 'one node' : 'two nodes';

  test(`of ${CROWD} requests at once on ${on} as many succeed as the balance covers`, async () => {
    await using scene = await stage(nodeCount);
    const { here, books, urls } = scene;
    // The first answer leaves a lease on its node that nobody uses.
    const customer = await here.addAccount({ CreditGranted: CREDIT + COST_DOLLARS });
    assert.equal(await sendOne(urls[0]!, customer.api.key), '200');

    const crowd = sendCrowd(urls, [customer]);
    assert.deepEqual(await neverNegative(scene, customer, crowd), EXACTLY_COVERED);
    assert.equal(here.upstream.requests.length, 1 + COVERED);
    const { settled, overdraft, held } = await books.balance(customer.id);
    assert.deepEqual({ settled, overdraft, held }, { settled: 0n, overdraft: 0n, held: 0n });
    assert.deepEqual(await books.verify(), []);
  });

  test(`what answers on ${on} cost beyond their holds is overdraft, which the next grant repays`, async () => {
    await using scene = await stage(nodeCount);
    const { here, books, urls } = scene;
    const customer = await here.addAccount({ CreditGranted: CREDIT });
    const gate = createGate();
    answerMore(here, TOKENS + EXCESS_TOKENS, gate);
    const crowd = sendCrowd(urls, [customer]);
    // All holds are placed before the first answer costs more than its own.
    await here.upstream.request(COVERED);
    gate.open();
    assert.deepEqual(await crowd, EXACTLY_COVERED);
    const debt = EXCESS * BigInt(COVERED);
    const after = await books.balance(customer.id);
    assert.deepEqual([after.settled, after.overdraft], [-debt, debt]);
    assert.equal(await sendOne(urls[0]!, customer.api.key), '402 insufficient_balance');

    await here.root.call('PUT', `/x-users/${customer.id}`, { CreditGranted: 5 });
    const repaid = await books.balance(customer.id);
    assert.deepEqual([repaid.settled, repaid.overdraft], [5_000_000_000n - debt, 0n]);
    assert.equal(
      repaid.cards.reduce((sum, { remaining }) => sum + remaining, 0n),
      repaid.settled,
    );
    assert.deepEqual(await books.verify(), []);
  });
}

test('answers that cost more than their holds leave no more debt than was charged beyond the credit', async () => {
  await using scene = await stage(2);
  const { here, books, urls } = scene;
  const customer = await here.addAccount({ CreditGranted: CREDIT });
  const gate = createGate();
  gate.open();
  answerMore(here, TOKENS + EXCESS_TOKENS, gate);
  const outcomes = await sendCrowd(urls, [customer]);
  const served = outcomes['200'] ?? 0;
  assert.equal(served + (outcomes['402 insufficient_balance'] ?? 0), CROWD);
  assert.equal(here.upstream.requests.length, served);
  const left = COST * BigInt(COVERED) - (COST + EXCESS) * BigInt(served);
  const { settled, overdraft } = await books.balance(customer.id);
  assert.deepEqual([settled, overdraft], [left, left < 0n ? -left : 0n]);
  // Nothing that still covered a hold was refused.
  assert.ok(left < COST, `${left}`);
  assert.deepEqual(await books.verify(), []);
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`what a node had leased can be spent on the other one after its ${signal}`, async () => {
    await using scene = await stage(2);
    const { here, books, nodes, urls } = scene;
    const customer = await here.addAccount({ CreditGranted: CREDIT });
    if (signal === 'SIGKILL') {
      answerMore(here, TOKENS, createGate());
      const lost = sendCrowd([urls[1]!], [customer], COVERED).catch(() => 'lost');
      await here.upstream.request(COVERED);
      await nodes[1]!.kill(signal);
      assert.equal(await lost, 'lost');
    } else {
      assert.equal(await sendOne(urls[1]!, customer.api.key), '200');
      assert.ok((await books.balance(customer.id)).held > 0n);
      assert.deepEqual(await nodes[1]!.kill(signal), { code: 0, signal: null });
      assert.equal((await books.balance(customer.id)).held, 0n);
      await here.root.call('PUT', `/x-users/${customer.id}`, { CreditGranted: COST_DOLLARS });
    }
    const gate = createGate();
    gate.open();
    answerMore(here, TOKENS, gate);
    assert.deepEqual(await sendCrowd([urls[0]!], [customer]), EXACTLY_COVERED);
    const { settled, held } = await books.balance(customer.id);
    assert.deepEqual([settled, held], [0n, 0n]);
    assert.deepEqual(await books.verify(), []);
  });
}
