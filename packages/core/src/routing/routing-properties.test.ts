import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import fc from 'fast-check';
import type { Verdict } from '../providers/index.ts';
import { createRouteWorld, type Setting } from './testing/route-world.ts';

const MODELS = ['m', 'n', 'p', 'q'];
const LEVEL_MAX = 4;
const RUNS = 500;

const model = fc.constantFrom(...MODELS);
const level = fc.integer({ min: 1, max: LEVEL_MAX });
const key = fc.record({
  level,
  models: fc.uniqueArray(fc.constantFrom(...MODELS, '*'), { minLength: 1, maxLength: 3 }),
  mark: fc.constantFrom('', '', '', '*', '?'),
});
const names = [...'abcdefgh'];
const chosen = fc.subarray(names).map((some) => some.join(' '));
const rules = (to: fc.Arbitrary<string>) =>
  fc.dictionary(fc.constantFrom(...MODELS, '*'), to, { maxKeys: 4 }).map((map) =>
    Object.entries(map)
      .map(([from, target]) => `${from}>${target}`)
      .join(','),
  );

/** Any configuration with any keys awake, asleep or paused. */
const setting: fc.Arbitrary<Setting> = fc.record({
  keys: fc
    .array(key, { maxLength: names.length })
    .map((keys) =>
      keys
        .map((each, i) => `${each.mark}${names[i]}@${each.level}=${each.models.join('+')}`)
        .join(' '),
    ),
  user: fc.array(rules(model), { maxLength: 2 }),
  owner: rules(model),
  levels: rules(level.map(String)),
  switch: fc
    .uniqueArray(fc.tuple(level, level), { maxLength: 5, selector: ([from]) => from })
    .map((pairs) => pairs.map(([from, to]) => `${from}>${to}`).join(',')),
  failover: rules(fc.uniqueArray(model, { minLength: 1, maxLength: 3 }).map((m) => m.join('+'))),
  allowLevels: fc.uniqueArray(level, { minLength: 1, maxLength: LEVEL_MAX }),
  level: fc.integer({ min: 0, max: LEVEL_MAX }),
  asleep: chosen,
  paused: fc
    .subarray(names.flatMap((name) => MODELS.map((m) => `${name}/${m}`)))
    .map((p) => p.join(' ')),
});

const verdict = fc.constantFrom<(Verdict | 'ok' | 'abandoned')[]>(
  { retry: true, cause: 'auth', sleep: { kind: 'now' } },
  { retry: true, cause: 'overload', sleep: { kind: 'count' } },
  { retry: true, cause: 'rate', sleep: { kind: 'for', ms: 2_000 } },
  { retry: true, cause: 'caller' },
  'ok',
  'abandoned',
);

test('every request ends, within its attempts, on keys and levels that it may use, each once', () => {
  fc.assert(
    fc.property(
      setting,
      model,
      fc.record({
        attemptCap: fc.integer({ min: 1, max: 6 }),
        verdicts: fc.array(verdict, { minLength: 1, maxLength: 8 }),
        seed: fc.integer({ min: 1, max: 2 ** 30 }),
      }),
      (given, asked, { attemptCap, verdicts, seed }) => {
        const clock = createFakeClock();
        const bounds = { attemptCap, deadlineMs: 1_000 };
        const here = createRouteWorld(given, { clock, random: createSeededRandom(seed), bounds });
        for (let request = 0; request < 4; request++) {
          const plan = here.plan(asked);
          if (typeof plan === 'string') continue;
          const tried = new Set<string>();
          let attempts = 0;
          for (let next = plan.next(); next; next = plan.next()) {
            assert.ok(++attempts <= attemptCap, 'the attempt cap');
            assert.ok(given.allowLevels?.includes(next.key.level), `level ${next.key.level}`);
            assert.equal(next.key.level, next.stage.level, 'the key is of its stage');
            assert.ok(next.key.enabled, 'switched off');
            const place = `${next.key.name} ${next.model} ${next.stage.level}`;
            assert.ok(!tried.has(place), `${place} is tried twice`);
            tried.add(place);
            next.began();
            next.ended(verdicts[attempts % verdicts.length]!);
          }
          assert.equal(plan.next(), undefined);
          const wait = plan.retryAfterSeconds();
          assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 86_400, `${wait} s`);
          clock.advance(1_500);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('after any failures a key that answers again is tried again, once nothing else is left', () => {
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 30 }), (verdicts) => {
      const clock = createFakeClock();
      const random = createSeededRandom(1);
      const here = createRouteWorld({ keys: 'a@1=m' }, { clock, random });
      for (const outcome of verdicts) {
        const plan = here.plan('m');
        const next = typeof plan === 'string' ? undefined : plan.next();
        next?.began();
        next?.ended(outcome);
        clock.advance(60_000);
      }
      const plan = here.plan('m');
      assert.ok(typeof plan !== 'string');
      clock.advance(plan.retryAfterSeconds() * 1_000);
      const trial = here.plan('m');
      assert.ok(typeof trial !== 'string' && trial.next(), 'what Retry-After promised');
    }),
    { numRuns: RUNS },
  );
});

test('a plan never starts with a resting key, and nothing is outstanding when all has ended', () => {
  fc.assert(
    fc.property(setting, model, (given, asked) => {
      const clock = createFakeClock();
      const here = createRouteWorld(given, { clock, random: createSeededRandom(3) });
      const plan = here.plan(asked);
      if (typeof plan === 'string') return;
      for (let next = plan.next(); next; next = plan.next()) {
        assert.ok(!given.asleep?.split(' ').includes(next.key.name), 'asleep');
        assert.ok(!given.paused?.includes(`${next.key.name}/${next.model}`), 'paused');
        next.began();
        next.ended('ok');
      }
      for (const { outstanding } of here.pools.health(1)) assert.equal(outstanding, 0);
    }),
    { numRuns: RUNS },
  );
});
