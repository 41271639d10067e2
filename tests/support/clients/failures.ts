import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FamilyName } from '@meridian/testkit';
import { answers } from './answers.ts';
import type { ClientDriver } from './driver.ts';
import { type HostName, type ServedFamily, wireOf } from './served-family.ts';
import { type ClientWorld, QUESTION, type Seat, takeSeat } from './world.ts';

/** The fixtures of the errors that every family has. */
const ERRORS: Readonly<Record<FamilyName, Readonly<Record<400 | 429 | 500, string>>>> = {
  chat: {
    400: 'error-400-invalid-value',
    429: 'error-429-rate-limit',
    500: 'error-500-server',
  },
  responses: {
    400: 'error-400-unknown-parameter',
    429: 'error-429-rate-limit',
    500: 'error-500-server',
  },
  messages: {
    400: 'error-400-invalid-request',
    429: 'error-429-rate-limit',
    500: 'error-500-server',
  },
  gemini: {
    400: 'error-400-invalid-argument',
    429: 'error-429-quota',
    500: 'error-500-internal',
  },
  converse: {
    400: 'error-400-validation',
    429: 'error-429-throttled',
    500: 'error-500-internal',
  },
};

/** Events until the first text has come, in the streams of every family. */
const EVENTS_UNTIL_TEXT = 6;

async function thrownBy(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => assert.fail('It was answered.'),
    (error: unknown) => error,
  );
}

/** Proves what a client makes of an upstream's errors, and that it can leave a stream. */
export function testFailures(
  driver: ClientDriver,
  name: HostName,
  worldOf: () => ClientWorld,
): void {
  const errors = ERRORS[wireOf(name)];
  let served: ServedFamily | undefined;
  const seat = (maxRetries: number): Seat => {
    assert.ok(served);
    return takeSeat(worldOf(), driver, served, maxRetries);
  };
  before(async () => {
    served = await worldOf().addFamily(name);
  });
  after(() => served?.[Symbol.asyncDispose]());

  test('throws its own error for the upstream’s 400, and does not try again', async () => {
    const { served, session } = seat(2);
    const asked = served.upstream.requests.length;
    served.upstream.handle(served.player.refuse(errors[400]));
    for (const isStream of [false, true]) {
      const error = await thrownBy(session.ask(QUESTION, { isStream }));
      assert.deepEqual(session.read(error), { kind: driver.errors.badRequest, status: 400 });
    }
    assert.equal(served.upstream.requests.length - asked, 2);
  });

  // Twice is not often enough for the key to be put to sleep.
  test('throws its own error for unavailability after the upstream’s 500', async () => {
    const { served, session } = seat(0);
    served.upstream.handle(served.player.refuse(errors[500]));
    for (const isStream of [false, true]) {
      const error = await thrownBy(session.ask(QUESTION, { isStream }));
      assert.deepEqual(session.read(error), { kind: driver.errors.unavailable, status: 503 });
    }
  });

  test('throws its own error for unavailability after the upstream’s 429', async () => {
    const world = worldOf();
    await using limited = await world.addFamily(name);
    const { session } = takeSeat(world, driver, limited);
    limited.upstream.handle(limited.player.refuse(errors[429]));
    for (const isStream of [false, true]) {
      const error = await thrownBy(session.ask(QUESTION, { isStream }));
      assert.deepEqual(session.read(error), { kind: driver.errors.unavailable, status: 503 });
    }
    assert.equal(limited.upstream.requests.length, 1, 'the key rests after the first');
  });

  if (driver.cannotLeave !== undefined) return;
  test('can leave a stream: the upstream is left too, what came is charged', async () => {
    const { served, session } = seat(0);
    const { upstream, player } = served;
    const { fixture, text } = answers[wireOf(name)].text;
    upstream.handle(player.fallSilent(fixture, EVENTS_UNTIL_TEXT));
    const got = await session.leaveStream(QUESTION);
    assert.ok(got.length > 0 && text.startsWith(got), got);
    await upstream.requests.at(-1)?.aborted;
    const { service, seen } = worldOf();
    const record = await service.usageOf(seen.latestId);
    assert.equal(record.outcome, 'aborted');
    assert.notEqual(record.usage_source, 'provider');
    assert.ok(record.usage.output! > 0, 'something was charged');
  });
}

/** Proves a client's own retries: at one family, because they cost a real second. */
export function testRetries(driver: ClientDriver, worldOf: () => ClientWorld): void {
  test('tries again by itself after an outage of the upstream, and is answered', async () => {
    const world = worldOf();
    await using served = await world.addFamily('messages');
    const { session } = takeSeat(world, driver, served, 1);
    const { fixture, text } = answers.messages.text;
    served.upstream.enqueue(
      served.player.refuse(ERRORS.messages[500]),
      served.player.answer(fixture),
    );
    const before = world.seen.count;
    const said = await session.ask(QUESTION, { isStream: true });
    assert.equal(said.text, text);
    assert.equal(served.upstream.requests.length, 2);
    assert.equal(world.seen.count - before, 2);
  });

  test('throws its own error for a wrong key', async () => {
    const { service } = worldOf();
    const session = driver.connect({
      url: service.url,
      apiKey: `sk-Xvs${'a'.repeat(45)}`,
      model: 'claude-sonnet-4-6',
      maxRetries: 0,
    });
    for (const isStream of [false, true]) {
      const error = await thrownBy(session.ask(QUESTION, { isStream }));
      assert.deepEqual(session.read(error), { kind: driver.errors.unauthorized, status: 401 });
    }
  });
}
