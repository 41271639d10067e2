import assert from 'node:assert/strict';
import type { Reservation } from '@meridian/core/admission';
import fc from 'fast-check';
import { type Fact, type WindowStoreUnderTest, windowOf } from './window-world.ts';

/** What every store must do about requests under way. */
export function occupies(fact: Fact): void {
  const slots = windowOf('slots', 'running', 2);
  const rpm = windowOf('requests', 'minute', 100);
  const tpm = windowOf('tokens', 'minute', 1_000);

  fact('a request takes its slot until it ends, whichever way it ends', async (world) => {
    const first = await world.granted([slots], [tpm, 10]);
    const second = await world.granted([slots], [tpm, 10]);
    const refusal = await world.refused([slots], [rpm]);
    assert.equal(refusal.reason, 'full');
    assert.deepEqual([refusal.standing?.window.id, refusal.standing?.used], [slots.id, 2]);
    assert.equal(refusal.retryAfterMs, 1_000);
    assert.equal(await world.used(rpm), 0, 'and what is refused counts nowhere');
    world.store.adjust(first, 7);
    await world.settled();
    const third = await world.granted([slots]);
    world.store.cancel(second);
    world.store.adjust(second, 3);
    world.store.cancel(third);
    await world.settled();
    assert.equal(await world.used(slots), 0);
  });

  fact('a slot is held as long as its request runs', async (world) => {
    const reservation = await world.granted([slots]);
    await waitInSteps(world, 600_000);
    assert.equal(await world.used(slots), 1);
    world.store.adjust(reservation, 0);
    await world.settled();
    assert.equal(await world.used(slots), 0);
  });

  fact('a limit of no slots lets nothing through', async (world) => {
    const refusal = await world.refused([windowOf('slots', 'running', 0)]);
    assert.equal(refusal.reason, 'too_large');
  });
}

/** At least as often as a store renews. */
const RENEWAL_MS = 5_000;

const TURNS = fc.array(
  fc.record({ begins: fc.boolean(), which: fc.nat(50), waitMs: fc.nat(9_000) }),
  { minLength: 1, maxLength: 60 },
);

/** Requests begin and end in any order; the model is the set of those that run. */
export async function matchesRunning(open: () => Promise<WindowStoreUnderTest>): Promise<void> {
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 8 }), TURNS, async (limit, turns) => {
    await using under = await open();
    const { store } = under;
    const window = windowOf('slots', 'running', limit);
    const running: Reservation[] = [];
    for (const { begins, which, waitMs } of turns) {
      await waitInSteps(under, waitMs);
      if (begins) {
        const result = await store.reserve([{ window, amount: 1 }]);
        assert.equal(result.refused, running.length >= limit);
        if (result.refused) continue;
        running.push(result);
        assert.equal(result.standings[0]?.used, running.length);
      } else if (running.length > 0) {
        const [ended] = running.splice(which % running.length, 1);
        if (which % 2 === 0) store.adjust(ended!, which);
        else store.cancel(ended!);
        await under.settled();
      }
    }
  });
  await fc.assert(property, { numRuns: 100 });
}

/** A store may have to renew what it holds. */
async function waitInSteps(under: WindowStoreUnderTest, waitMs: number): Promise<void> {
  for (let left = waitMs; left > 0; left -= RENEWAL_MS) {
    under.advance(Math.min(left, RENEWAL_MS));
    await under.settled();
  }
}
