import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFakeClock,
  createSeededRandom,
  responseCreated,
  responseDeltas,
  responseDone,
} from '@meridian/testkit';
import { ONE } from '../../kernel/index.ts';
import { charge } from '../../metering/index.ts';
import { NO_USAGE } from '../../protocols/index.ts';
import { settled } from '../pipeline-world.ts';
import { responseHold } from './response-hold.ts';
import { CALLER, createSessionWorld, VOICE_PRICE } from './testing/session-world.ts';

const SEEDS = 60;
const STEPS = 80;

test('whatever happens in whatever order, every hold ends once and every shown end is charged', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = createSeededRandom(seed);
    const below = (limit: number): number => Math.floor(random.fraction() * limit);
    const clock = createFakeClock();
    const world = createSessionWorld(clock);
    const ids: string[] = [];
    const anyId = (): string => ids[below(ids.length)] ?? 'none';
    const steps: readonly (() => Promise<void> | void)[] = [
      () => world.client({ type: 'response.create' }),
      () => world.client({ type: 'response.create', response: { max_output_tokens: 9 } }),
      () => {
        ids.push(`r${ids.length}`);
        return world.upstream(responseCreated(ids[ids.length - 1]!));
      },
      () => world.upstream(responseDeltas(anyId(), { text: ['x'], usage: {} })[1]!),
      () => world.upstream(responseDone(anyId(), { usage: { outputText: 1 } })),
      () => world.upstream({ type: 'error', error: { event_id: world.sent.at(-1)?.event_id } }),
      () => {
        world.ledger.free = below(2) === 0 ? 0n : 10_000_000_000n;
      },
      () => {
        world.caller = below(4) === 0 ? undefined : CALLER;
      },
      () => {
        clock.advance(below(20_000));
        world.session.look();
      },
      () => world.upstream({ type: 7 }),
    ];
    for (let i = 0; i < STEPS; i++) await steps[below(steps.length)]!();
    const ender = (['client', 'upstream', 'lost', 'server'] as const)[below(4)]!;
    const closed = world.session.close(ender);
    await settled();
    clock.advance(5_000);
    await closed;
    await settled();
    assert.equal(world.ledger.open.size, 0, `seed ${seed}: a hold is left`);
    const charged = new Set(world.ledger.records.map(({ id }) => id));
    assert.equal(charged.size, world.ledger.records.length, `seed ${seed}: an id twice`);
    assert.equal(clock.pendingTimers, 0, `seed ${seed}: a timer is left`);
    assert.deepEqual(world.unexpected, [], `seed ${seed}`);
  }
});

test('no usage within its bounds costs more than was held', () => {
  const random = createSeededRandom(7);
  const upTo = (limit: number): number => Math.floor(random.fraction() * (limit + 1));
  for (let i = 0; i < 500; i++) {
    const [text, audio, output] = [upTo(30_000), upTo(30_000), upTo(4_096)];
    const isSpoken = upTo(1) === 1;
    const held = responseHold({
      ...{ price: VOICE_PRICE, factor: ONE, outputTokens: output, isSpoken },
      input: { text, audio },
    });
    const [cachedText, cachedAudio] = [upTo(text), upTo(audio)];
    const spoken = isSpoken ? upTo(output) : 0;
    const usage = {
      ...NO_USAGE,
      input: text - cachedText,
      inputAudio: audio - cachedAudio,
      cacheRead: cachedText + cachedAudio,
      output: output - spoken,
      outputAudio: spoken,
    };
    assert.ok(charge(usage, VOICE_PRICE, ONE).cost <= held);
  }
});
