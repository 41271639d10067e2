import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEphemeris } from '../ephemeris/index.ts';
import { instantFromUtc } from '../time/instant.ts';
import { type HoroscopeQuery, horoscope } from './horoscope.ts';
import { parseSign, SIGN_KEYS } from './signs.ts';

const ephemeris = createEphemeris();
const DAYS = { daily: 1, weekly: 7, monthly: 30 } as const;

function query(date: string, wanted: Partial<HoroscopeQuery> = {}): HoroscopeQuery {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const from = instantFromUtc({ year, month, day });
  const period = wanted.period ?? 'daily';
  const days = DAYS[period];
  const to = { jdUt: from.jdUt + days, jdTt: from.jdTt + days };
  return { sign: 0, system: 'vedic', period, from, to, ...wanted };
}

test('signs are known by English and by Sanskrit names', () => {
  assert.equal(parseSign('Leo'), 4);
  assert.equal(parseSign('simha'), 4);
  assert.equal(parseSign('Vṛścika'), undefined);
  assert.equal(parseSign('vrischika'), 7);
  assert.equal(parseSign(' MEENA '), 11);
  assert.equal(parseSign('ophiuchus'), undefined);
  assert.equal(parseSign(''), undefined);
});

test('every statement names its transit, house and orb in its words', () => {
  const systems = ['vedic', 'western'] as const;
  const questions = systems.flatMap((system) =>
    (['daily', 'weekly', 'monthly'] as const).flatMap((period) =>
      SIGN_KEYS.map((_, sign) => query('2026-11-22', { system, period, sign })),
    ),
  );
  for (const question of questions) {
    const answer = horoscope(ephemeris, question);
    assert.equal(answer.sign, SIGN_KEYS[question.sign]);
    assert.ok(answer.statements.length >= 3);
    for (const statement of answer.statements) {
      assert.match(statement.text, new RegExp(`your ${statement.house}(st|nd|rd|th) house`));
      assert.match(statement.text, new RegExp(`${statement.orb.toFixed(1)}°`));
      assert.ok(answer.prediction.includes(statement.text));
      assert.ok(statement.orb >= 0 && statement.orb <= 15);
      assert.doesNotMatch(statement.text, /undefined|NaN|null/);
    }
  }
});

test('the same question has the same answer, another day or sign another one', () => {
  const now = horoscope(ephemeris, query('2026-11-22'));
  assert.deepEqual(horoscope(ephemeris, query('2026-11-22')), now);
  const days = Array.from({ length: 28 }, (_, day) =>
    horoscope(ephemeris, query(`2026-02-${day + 1}`)),
  );
  assert.equal(new Set(days.map(({ prediction }) => prediction)).size, 28);
  const signs = Array.from({ length: 12 }, (_, sign) =>
    horoscope(ephemeris, query('2026-11-22', { sign })),
  );
  assert.equal(new Set(signs.map(({ prediction }) => prediction)).size, 12);
});

// Saturn entered tropical Pisces on 7 March 2023, an event that almanacs agree on to the hour.
test('a planet that changes its sign is reported with its date and new house', () => {
  const answer = horoscope(
    ephemeris,
    query('2023-03-01', { system: 'western', period: 'monthly', sign: 11 }),
  );
  const entry = answer.statements.find(
    ({ transit, event }) => transit === 'saturn' && event === 'ingress',
  );
  assert.equal(entry?.sign, 'pisces');
  assert.equal(entry?.house, 1);
  assert.match(entry?.text ?? '', /2023-03-07/);
});

test('a period has an end and a limit', () => {
  const { from } = query('2026-01-01');
  assert.throws(() => horoscope(ephemeris, query('2026-01-01', { to: from })), /period/);
  const late = { jdUt: from.jdUt + 40, jdTt: from.jdTt + 40 };
  assert.throws(() => horoscope(ephemeris, query('2026-01-01', { to: late })), /period/);
});
