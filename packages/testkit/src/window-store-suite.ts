import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal, Reservation, WindowSpan } from '@meridian/core/admission';
import fc from 'fast-check';
import { matchesRunning, occupies } from './slot-suite.ts';
import {
  type Claim,
  type Fact,
  type WindowStoreUnderTest,
  type World,
  windowOf,
} from './window-world.ts';

type TimeSpan = Exclude<WindowSpan, 'running'>;

const LENGTH_MS: Readonly<Record<TimeSpan, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
/** A sliding window may count for this much longer than it is: 1/98 keeps 98 % of it usable. */
const SLACK = 1 / 98;

/** What every store of rate windows must do, with the store that `open` makes for each test. */
export function windowStoreSuite(
  name: string,
  open: () => Promise<WindowStoreUnderTest>,
  options: { readonly skip?: string | false } = {},
): void {
  const fact = (text: string, prove: (world: World) => Promise<void>): void => {
    test(`${name}: ${text}`, options, async () => {
      await using under = await open();
      await prove(createWorld(under));
    });
  };
  grants(fact);
  slides(fact);
  corrects(fact);
  occupies(fact);
  test(`${name}: no window is ever exceeded, nor refused without need`, options, () =>
    matchesModel(open),
  );
  test(`${name}: what is under way is counted exactly`, options, () => matchesRunning(open));
}

function createWorld(under: WindowStoreUnderTest): World {
  const requests = (claims: readonly Claim[]) =>
    claims.map(([window, amount = 1]) => ({ window, amount }));
  async function reserve(...claims: readonly Claim[]): Promise<Reservation | Refusal> {
    return under.store.reserve(requests(claims));
  }
  async function granted(...claims: readonly Claim[]): Promise<Reservation> {
    const result = await reserve(...claims);
    assert.ok(!result.refused, `refused: ${result.refused && result.reason}`);
    return result;
  }
  return {
    ...under,
    [Symbol.asyncDispose]: () => under[Symbol.asyncDispose](),
    reserve,
    granted,
    async refused(...claims) {
      const result = await reserve(...claims);
      assert.ok(result.refused, 'granted');
      return result;
    },
    async used(window) {
      const { standings } = await granted([{ ...window, limit: Number.MAX_SAFE_INTEGER }, 0]);
      return standings[0]?.used ?? Number.NaN;
    },
  };
}

function grants(fact: Fact): void {
  const rpm = windowOf('requests', 'minute', 3);
  const tpm = windowOf('tokens', 'minute', 1_000);

  fact('grants up to the limit and tells how each window stands', async (world) => {
    await world.granted([rpm], [tpm, 400]);
    const { standings } = await world.granted([rpm], [tpm, 600]);
    assert.deepEqual(
      standings.map(({ window, used }) => [window.id, used]),
      [
        [rpm.id, 2],
        [tpm.id, 1_000],
      ],
    );
    assert.ok(standings.every(({ resetMs }) => resetMs >= 60_000 && resetMs <= 60_700));
  });

  fact('refuses all windows when one is full, and counts in none', async (world) => {
    await world.granted([rpm], [tpm, 900]);
    const refusal = await world.refused([rpm], [tpm, 200]);
    assert.equal(refusal.reason, 'full');
    assert.equal(refusal.standing?.window.id, tpm.id);
    assert.equal(refusal.standing?.used, 900);
    assert.equal(await world.used(rpm), 1);
    assert.equal(await world.used(tpm), 900);
  });

  fact('names the window that frees last', async (world) => {
    const rph = windowOf('requests', 'hour', 1);
    await world.granted([rpm, 3], [rph]);
    const refusal = await world.refused([rpm], [rph]);
    assert.equal(refusal.standing?.window.id, rph.id);
  });

  fact(
    'an amount beyond the limit never fits, a limit of 0 lets nothing through',
    async (world) => {
      const refusal = await world.refused([tpm, 1_001]);
      assert.equal(refusal.reason, 'too_large');
      assert.equal(refusal.retryAfterMs, undefined);
      const none = await world.refused([windowOf('requests', 'day', 0)]);
      assert.equal(none.reason, 'too_large');
    },
  );

  fact('windows of other names do not count together', async (world) => {
    await world.granted([rpm, 3]);
    await world.granted([windowOf('requests', 'minute', 3, 'b'), 3]);
    await world.granted([windowOf('requests', 'hour', 3), 3]);
  });

  fact('a changed limit keeps the count', async (world) => {
    await world.granted([rpm, 3]);
    await world.granted([{ ...rpm, limit: 4 }]);
    const lowered = await world.refused([{ ...rpm, limit: 2 }]);
    assert.equal(lowered.standing?.used, 4);
  });

  fact('a request without windows is granted', async (world) => {
    assert.deepEqual((await world.granted()).standings, []);
  });

  fact('large amounts are counted exactly', async (world) => {
    const large = windowOf('tokens', 'hour', 9_000_000_000_000);
    await world.granted([large, 4_999_999_999_999]);
    await world.granted([large, 4_000_000_000_001]);
    assert.equal((await world.refused([large])).reason, 'full');
  });

  fact('what was admitted elsewhere is recorded beyond any limit', async (world) => {
    await world.store.record([{ window: rpm, amount: 5 }]);
    assert.equal(await world.used(rpm), 5);
    await world.refused([rpm]);
  });
}

function slides(fact: Fact): void {
  for (const span of ['minute', 'hour'] as const) {
    const window = windowOf('requests', span, 10);
    const length = LENGTH_MS[span];

    fact(`a ${span} slides: what was used counts until it is older than that`, async (world) => {
      for (const offset of [0, length / 100 - 1, length / 250]) {
        world.advance(offset);
        await world.granted([window, 10]);
        world.advance(length - 1);
        await world.refused([window]);
        world.advance(1 + length * SLACK);
      }
      await world.granted([window, 10]);
    });

    fact(
      `a ${span} frees piece by piece, and the wait told is true to the millisecond`,
      async (world) => {
        await world.granted([window, 4]);
        world.advance(length / 3);
        await world.granted([window, 6]);
        const { retryAfterMs = Number.NaN } = await world.refused([window, 5]);
        assert.ok(retryAfterMs >= (length * 2) / 3);
        assert.ok(retryAfterMs <= length * (1 + SLACK));
        world.advance(retryAfterMs - 1);
        await world.refused([window, 5]);
        world.advance(1);
        await world.granted([window, 5]);
      },
    );

    fact(`at least 98 % of a ${span} is usable under constant demand`, async (world) => {
      const demanding = windowOf('requests', span, 50);
      const started = world.now();
      const elapsed = (): number => (world.now() - started) / length;
      let count = 0;
      while (elapsed() < 10) {
        const result = await world.reserve([demanding]);
        if (!result.refused) count++;
        else world.advance(Math.max(1, Math.min(length / 40, result.retryAfterMs ?? 0)));
      }
      assert.ok(count >= 50 * 0.98 * elapsed(), `${count} in ${elapsed()} windows`);
    });
  }

  fact('a day is the natural UTC day', async (world) => {
    const day = windowOf('requests', 'day', 2);
    const left = LENGTH_MS.day - (world.now() % LENGTH_MS.day);
    await world.granted([day, 2]);
    const refusal = await world.refused([day]);
    assert.equal(refusal.retryAfterMs, left);
    assert.equal(refusal.standing?.resetMs, left);
    world.advance(left - 1);
    await world.refused([day]);
    world.advance(1);
    await world.granted([day, 2]);
  });

  fact('a day ends at midnight UTC: of a month, of a year, around a leap day', async (world) => {
    const day = windowOf('tokens', 'day', 10);
    for (const midnight of ['2026-12-01', '2027-01-01', '2028-03-01', '2100-03-01']) {
      world.advance(Date.parse(midnight) - world.now() - 1);
      await world.granted([day, 10]);
      const { retryAfterMs } = await world.refused([day, 1]);
      assert.equal(retryAfterMs, 1, midnight);
      world.advance(1);
      await world.granted([day, 10]);
    }
  });

  fact('a long silence forgets everything', async (world) => {
    const window = windowOf('requests', 'minute', 1);
    await world.granted([window]);
    world.advance(10 * LENGTH_MS.day);
    assert.equal(await world.used(window), 0);
    assert.equal((await world.granted([window])).standings[0]?.used, 1);
  });
}

function corrects(fact: Fact): void {
  const rpm = windowOf('requests', 'minute', 10);
  const tpm = windowOf('tokens', 'minute', 1_000);
  const tpd = windowOf('tokens', 'day', 1_000);

  fact('the true tokens replace the estimate, more or less; requests stay', async (world) => {
    const reservation = await world.granted([rpm], [tpm, 500], [tpd, 500]);
    world.advance(1_000);
    world.store.adjust(reservation, 20);
    await world.settled();
    assert.deepEqual([await world.used(tpm), await world.used(tpd)], [20, 20]);
    world.store.adjust(reservation, 1_500);
    await world.settled();
    assert.deepEqual([await world.used(tpm), await world.used(tpd)], [1_500, 1_500]);
    assert.equal(await world.used(rpm), 1);
    await world.refused([tpm]);
  });

  fact('a correction counts at the time of the reservation', async (world) => {
    const reservation = await world.granted([tpm, 1]);
    world.advance(30_000);
    world.store.adjust(reservation, 800);
    await world.settled();
    world.advance(29_000);
    assert.equal(await world.used(tpm), 800);
    world.advance(2_000);
    assert.equal(await world.used(tpm), 0);
  });

  fact('a correction after its time has passed changes nothing', async (world) => {
    const reservation = await world.granted([tpm, 500], [tpd, 500]);
    world.advance(2 * LENGTH_MS.day);
    await world.granted([tpm, 7], [tpd, 7]);
    world.store.adjust(reservation, 1);
    world.store.cancel(reservation);
    await world.settled();
    assert.deepEqual([await world.used(tpm), await world.used(tpd)], [7, 7]);
  });

  fact('a cancelled request has never been, however often it is cancelled', async (world) => {
    const reservation = await world.granted([rpm, 1], [tpm, 300]);
    await world.granted([rpm, 1], [tpm, 100]);
    world.store.cancel(reservation);
    world.store.cancel(reservation);
    await world.settled();
    assert.deepEqual([await world.used(rpm), await world.used(tpm)], [1, 100]);
  });
}

interface Event {
  readonly at: number;
  amount: number;
}

/** Counts exactly, by remembering every event. */
function createReference(span: TimeSpan) {
  const events: Event[] = [];
  const inside = (event: Event, now: number, length: number): boolean =>
    span === 'day'
      ? Math.floor(event.at / LENGTH_MS.day) === Math.floor(now / LENGTH_MS.day)
      : event.at > now - length;
  const count = (now: number, length: number): number =>
    events.reduce((sum, event) => (inside(event, now, length) ? sum + event.amount : sum), 0);
  return {
    events,
    exact: (now: number) => count(now, LENGTH_MS[span]),
    /** What a store may still count at most. */
    generous: (now: number) => count(now, LENGTH_MS[span] * (1 + SLACK)),
  };
}

const STEPS = fc.array(
  fc.record({
    waitMs: fc.oneof(
      fc.constant(0),
      fc.nat(700),
      fc.nat(40_000),
      fc.integer({ min: 59_300, max: 60_700 }),
      fc.integer({ min: 3_560_000, max: 3_640_000 }),
      fc.nat(20_000_000),
    ),
    amount: fc.integer({ min: 1, max: 60 }),
    actual: fc.option(fc.nat(60), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 60 },
);
const RUNS = 100;

const LIMITS = fc.record({
  minute: fc.integer({ min: 1, max: 150 }),
  hour: fc.integer({ min: 1, max: 400 }),
  day: fc.integer({ min: 1, max: 900 }),
});

/** Random requests against a model that remembers every event exactly. */
async function matchesModel(open: () => Promise<WindowStoreUnderTest>): Promise<void> {
  const property = fc.asyncProperty(LIMITS, STEPS, async (limit, steps) => {
    await using under = await open();
    await replay(under, limit, steps);
  });
  await fc.assert(property, { numRuns: RUNS });
}

type Steps = readonly { waitMs: number; amount: number; actual: number | undefined }[];
const SPANS = ['minute', 'hour', 'day'] as const;

async function replay(
  { store, advance, now, settled }: WindowStoreUnderTest,
  limit: Readonly<Record<TimeSpan, number>>,
  steps: Steps,
): Promise<void> {
  const windows = SPANS.map((span) => windowOf('tokens', span, limit[span]));
  const references = SPANS.map(createReference);
  for (const { waitMs, amount, actual } of steps) {
    advance(waitMs);
    const result = await store.reserve(windows.map((window) => ({ window, amount })));
    if (result.refused) {
      const isNeeded = windows.some(
        (window, i) => (references[i]?.generous(now()) ?? 0) + amount > window.limit,
      );
      assert.ok(isNeeded, `refused ${amount} although it fits`);
      continue;
    }
    const events = references.map((reference) => {
      const event = { at: now(), amount };
      reference.events.push(event);
      return event;
    });
    for (const [i, window] of windows.entries()) {
      const exact = references[i]?.exact(now()) ?? 0;
      assert.ok(exact <= window.limit, `${window.span}: ${exact} > ${window.limit}`);
      const used = result.standings[i]?.used ?? Number.NaN;
      assert.ok(used >= exact && used <= (references[i]?.generous(now()) ?? 0));
    }
    if (actual === undefined || actual > amount) continue;
    store.adjust(result, actual);
    await settled();
    for (const event of events) event.amount = actual;
  }
}
