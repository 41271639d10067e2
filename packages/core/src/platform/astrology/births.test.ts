import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AstrologyName, astrologyInputs } from '@meridian/contract';
import { createAstrology } from './service.ts';

const BIRTHS = 1_000;
const NOW = Date.parse('2026-11-22T10:30:00Z');

/** Births that are easy to get wrong: gaps, leap days, ends of years, date line, poles. */
const AWKWARD = [
  { date: '2024-03-31', time: '01:30', lat: 51.5, lon: -0.12, tz: 'Europe/London' },
  { date: '2024-10-27', time: '01:30', lat: 51.5, lon: -0.12, tz: 'Europe/London' },
  { date: '2011-12-30', time: '12:00', lat: -13.83, lon: -171.76, tz: 'Pacific/Apia' },
  { date: '2000-02-29', time: '23:59:59', lat: 0, lon: 180 },
  { date: '1999-12-31', time: '23:59', lat: 0, lon: -180, tz: -12 },
  { date: '1800-01-01', time: '00:00', lat: 89.9, lon: 0, tz: 'LMT' },
  { date: '2100-12-31', time: '23:59', lat: -89.9, lon: 12, tz: '+14:00' },
  { date: '1990-06-21', time: '12:00', lat: 90, lon: 0, tz: 0 },
  { date: '1990-12-21', time: '12:00', lat: -90, lon: 0, tz: 0 },
  { date: '1942-05-15', time: '06:00', lat: 22.57, lon: 88.36 },
];

/** A generator of numbers in [0, 1) that always gives the same. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = seeded(20_261_122);
const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const two = (value: number): string => String(value).padStart(2, '0');

function birth() {
  return {
    date: `${whole(1805, 2095)}-${two(whole(1, 12))}-${two(whole(1, 28))}`,
    time: `${two(whole(0, 23))}:${two(whole(0, 59))}`,
    lat: random() * 180 - 90,
    lon: random() * 360 - 180,
    ...(random() < 0.8 && { tz: whole(-11, 13) }),
  };
}

const births = [...AWKWARD, ...Array.from({ length: BIRTHS - AWKWARD.length }, birth)];
const astrology = createAstrology();

/** What is asked about the i-th birth; some of what searches through time is asked about fewer. */
const QUESTIONS: readonly (readonly [
  name: AstrologyName,
  every: number,
  ask: (birth: (typeof births)[number], i: number) => object,
])[] = [
  ['kundali', 1, (born) => born],
  ['kundali', 1, (born) => ({ ...born, system: 'western' })],
  ['kundali', 1, (born) => ({ ...born, system: 'kp', ayanamsa: 'kp_vp291' })],
  ['dasha', 1, (born) => ({ ...born, levels: 2 })],
  ['divisional', 1, (born) => born],
  ['yogas', 1, (born) => ({ ...born, node: 'true', language: 'hi' })],
  ['kp', 1, (born) => born],
  ['compatibility', 1, (born, i) => ({ person1: born, person2: births[(i + 1) % BIRTHS] })],
  ['synastry', 1, (born, i) => ({ person1: born, person2: births[(i + 1) % BIRTHS] })],
  ['composite', 1, (born, i) => ({ person1: born, person2: births[(i + 1) % BIRTHS] })],
  ['transits', 1, (born, i) => ({ ...born, natal: births[(i + 1) % BIRTHS] })],
  ['progressions', 1, (born) => ({ ...born, on: born.date })],
  ['panchang', 1, (born) => born],
  ['vastu', 1, (born) => ({ direction: 'east', rooms: [], lat: born.lat, lon: born.lon })],
  ['horoscope', 1, (born) => ({ date: born.date })],
  ['returns', 1, (born) => ({ ...born, after: born.date, body: 'moon' })],
  ['doshas', 20, (born) => born],
  ['eclipses', 20, (born) => ({ ...born, from: born.date, to: born.date })],
  ['muhurta', 20, (born) => ({ ...born, from: born.date, to: born.date })],
];

const SIGNS = ['aries', 'simha', 'Kumbha', 'pisces'];

for (const [name, every, ask] of QUESTIONS) {
  const asked = births.filter((_, i) => i < AWKWARD.length || i % every === 0);
  const sample = JSON.stringify(ask(births[0] as (typeof births)[number], 0)).slice(0, 60);
  test(`${name} of ${asked.length} births is always a number: ${sample}…`, async (t) => {
    const began = performance.now();
    for (const [i, born] of asked.entries()) {
      const input = astrologyInputs[name].parse(ask(born, i));
      const sign = SIGNS[i % SIGNS.length] ?? 'aries';
      const answer = await astrology.compute(name, { input, sign, nowMs: NOW } as never);
      assert.equal(answer.kind, 'figures');
      if (answer.kind === 'figures') check(answer.figures, JSON.stringify(born));
    }
    t.diagnostic(`${Math.round(performance.now() - began)} ms`);
  });
}

/** No NaN, no infinity, and no longitude, house or latitude out of its range. */
function check(value: unknown, where: string, field = ''): void {
  if (typeof value === 'number') {
    assert.ok(Number.isFinite(value), `${field} of ${where}`);
    if (field === 'house') assert.ok(value >= 1 && value <= 12, `${field} ${value} of ${where}`);
    if (field === 'degree') assert.ok(value >= 0 && value < 30, `${field} ${value} of ${where}`);
    if (field === 'cusp') assert.ok(value >= 0 && value < 360, `${field} ${value} of ${where}`);
  } else if (Array.isArray(value)) {
    for (const one of value) check(one, where, field);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) check(one, where, name);
  }
}
