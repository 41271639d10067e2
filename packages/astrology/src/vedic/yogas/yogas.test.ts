import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createEphemeris } from '../../ephemeris/index.ts';
import { siderealChart } from '../../sidereal-chart.ts';
import { instantFromUnixMs } from '../../time/index.ts';
import type { VedicChart } from '../../types.ts';
import { countYogas, YOGAS, yogasOf } from './index.ts';

interface Birth {
  readonly utc: string;
  readonly latitude: number;
  readonly longitude: number;
}
/** Dated births found by searching: one that has the yoga, one near it that has not. */
const BIRTHS: Readonly<Record<string, { readonly positive: Birth; readonly negative: Birth }>> =
  JSON.parse(readFileSync(new URL('./data/births.json', import.meta.url), 'utf8'));

const ephemeris = createEphemeris();
const chartOf = ({ utc, latitude, longitude }: Birth): VedicChart =>
  siderealChart(ephemeris, {
    at: instantFromUnixMs(Date.parse(utc)),
    place: { latitude, longitude },
  });

describe('yogas', () => {
  it('are at least 131 where a family counts at most 3', () => {
    const families = Map.groupBy(
      YOGAS.filter((rule) => rule.family !== undefined),
      (rule) => rule.family ?? '',
    );
    const alone = YOGAS.filter((rule) => rule.family === undefined).length;
    const capped = [...families.values()].map((rules) => Math.min(rules.length, 3));
    const counted = capped.reduce((sum, count) => sum + count, alone);
    assert.equal(countYogas(), counted);
    assert.ok(counted >= 131, `${counted} count of ${YOGAS.length}`);
    assert.ok(alone >= 131, `only ${alone} yogas belong to no family`);
  });

  it('have keys of their own, a condition in words, and a work with its chapter', () => {
    assert.equal(new Set(YOGAS.map((rule) => rule.key)).size, YOGAS.length);
    const conditions = new Set(YOGAS.map((rule) => rule.condition));
    assert.equal(conditions.size, YOGAS.length, 'two yogas have the same rule');
    for (const { key, condition, source } of YOGAS) {
      assert.match(key, /^[a-z][a-z0-9_]+$/);
      assert.match(condition, /^[A-Z].{10,}\.$/, key);
      assert.ok(source.work.length > 5 && source.chapter >= 1, key);
    }
  });

  it('have births for each and for nothing else', () => {
    assert.deepEqual(Object.keys(BIRTHS).sort(), YOGAS.map((rule) => rule.key).sort());
    for (const { positive, negative } of Object.values(BIRTHS))
      for (const { utc } of [positive, negative]) assert.match(utc, /^(18|19|20)\d\d-.+T.+Z$/);
  });

  it('are never two names for one thing in the births that show them', () => {
    const signatures = new Map<string, string>();
    const charts = Object.values(BIRTHS).map(({ positive }) => chartOf(positive));
    const found = charts.map((chart) => new Set(yogasOf(chart).map(({ rule }) => rule.key)));
    for (const { key } of YOGAS) {
      const signature = found.map((keys) => (keys.has(key) ? '1' : '0')).join('');
      const twin = signatures.get(signature);
      assert.equal(twin, undefined, `${key} and ${twin} are found in the same births`);
      signatures.set(signature, key);
    }
  });

  it('have cancellations that hold in some births and not in others', () => {
    const seen = new Map<string, Set<boolean>>();
    const charts = Object.values(BIRTHS).map(({ positive }) => chartOf(positive));
    for (const { rule, cancelledBy, strength } of charts.flatMap((chart) => yogasOf(chart))) {
      for (const { key } of rule.cancellations)
        seen.set(key, (seen.get(key) ?? new Set<boolean>()).add(cancelledBy.includes(key)));
      if (cancelledBy.length > 0) assert.ok(strength <= 0.5, rule.key);
    }
    const keys = new Set(YOGAS.flatMap((rule) => rule.cancellations.map(({ key }) => key)));
    assert.deepEqual([...seen.keys()].sort(), [...keys].sort());
    for (const [key, outcomes] of seen) assert.equal(outcomes.size, 2, `${key} never changes`);
  });

  for (const rule of YOGAS) {
    const births = BIRTHS[rule.key];
    it(`${rule.key}: ${births?.positive.utc} has it, ${births?.negative.utc} has not`, () => {
      assert.ok(births, 'has dated births');
      const found = yogasOf(chartOf(births.positive)).find((one) => one.rule.key === rule.key);
      assert.ok(found);
      assert.ok(found.participants.length > 0);
      assert.equal(new Set(found.participants).size, found.participants.length);
      assert.ok(found.strength > 0 && found.strength <= 1);
      const others = yogasOf(chartOf(births.negative)).map((one) => one.rule.key);
      assert.ok(!others.includes(rule.key));
    });
  }
});
