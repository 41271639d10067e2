import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createEphemeris } from '../ephemeris/index.ts';
import { siderealChart } from '../sidereal-chart.ts';
import { instantFromUt } from '../time/index.ts';
import type { VedicChart } from '../types.ts';
import {
  arudhas,
  ashtakavarga,
  ashtakoot,
  ashtottari,
  charaKarakas,
  createPanchangSky,
  type DashaPeriod,
  type DashaTimeline,
  drishtis,
  GRAHAS,
  kaalSarp,
  manglik,
  PARASHARI_VARGAS,
  panchangAt,
  Reading,
  SEVEN,
  shadbala,
  varga,
  vimshottari,
  YOGAS,
  yogasOf,
  yogini,
} from './index.ts';

const ephemeris = createEphemeris();
const sky = createPanchangSky(ephemeris);

/** Numbers of 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(20261122);
const charts: readonly VedicChart[] = Array.from({ length: 1000 }, (_, index) =>
  siderealChart(ephemeris, {
    at: instantFromUt(2378700 + random() * 109000),
    // Every tenth beyond the polar circles.
    place: {
      latitude:
        index % 10 === 0 ? (random() < 0.5 ? -1 : 1) * (67 + random() * 22) : random() * 130 - 65,
      longitude: random() * 360 - 180,
    },
  }),
);

/** Fails for any number in a value that is not finite. */
function assertFinite(value: unknown, path: string): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) assertFinite(inner, `${path}.${key}`);
}

function assertAdjoining(periods: readonly DashaPeriod[]): void {
  for (const [index, period] of periods.entries()) {
    assert.ok(period.to > period.from);
    const before = periods[index - 1];
    if (before) assert.equal(period.from, before.to);
  }
}

function assertTimeline(dasha: DashaTimeline, chart: VedicChart): void {
  const [first] = dasha.periods;
  assert.ok(first && first.from <= chart.at.jdUt && first.to > chart.at.jdUt);
  assertAdjoining(dasha.periods);
  const inner = dasha.within(first);
  assertAdjoining(inner);
  assert.equal(inner[0]?.from, first.from);
  assert.equal(inner.at(-1)?.to, first.to);
}

it('a thousand births have vargas, dashas and yogas without a number out of range', () => {
  for (const chart of charts) {
    for (const division of PARASHARI_VARGAS) {
      const { ascendant, grahas } = varga(chart, division);
      for (const sign of [ascendant, ...Object.values(grahas)])
        assert.ok(Number.isInteger(sign) && sign >= 0 && sign < 12);
    }
    for (const dasha of [vimshottari(chart), yogini(chart), ashtottari(chart)])
      assertTimeline(dasha, chart);
    for (const { rule, participants, strength } of yogasOf(chart)) {
      assert.ok(strength > 0 && strength <= 1, rule.key);
      assert.ok(
        participants.every((graha) => GRAHAS.includes(graha)),
        rule.key,
      );
    }
    assert.equal(new Set(Object.values(charaKarakas(chart))).size, 7);
    assertFinite([arudhas(chart), drishtis(chart), manglik(chart), kaalSarp(chart)], 'chart');
  }
});

it('a thousand births have strengths that add up, also where the Sun does not rise', () => {
  for (const chart of charts) {
    assert.equal(ashtakavarga(chart).total, 337);
    const strengths = shadbala(chart);
    assertFinite(strengths, 'shadbala');
    let lords = 0;
    let war = 0;
    for (const graha of SEVEN) {
      const { sthana, dig, kala, cheshta, naisargika, drik, total } = strengths[graha];
      const sum = sthana.total + dig + kala.total + cheshta + naisargika + drik;
      assert.ok(Math.abs(sum - total) < 1e-6);
      for (const part of [sthana.uchcha, dig, kala.natonnata, cheshta])
        assert.ok(part >= 0 && part <= 60 + 1e-9);
      lords += kala.varsha + kala.masa + kala.dina + kala.hora;
      war += kala.yuddha;
    }
    assert.equal(lords, 15 + 30 + 45 + 60);
    assert.ok(Math.abs(war) < 1e-6, 'what one wins the other loses');
  }
});

it('a thousand pairs and moments have matches of at most 36 and limbs that contain the moment', () => {
  for (const [index, chart] of charts.entries()) {
    const { total, totalWithCancellations } = ashtakoot(chart, charts[999 - index] ?? chart);
    assert.ok(total >= 0 && total <= totalWithCancellations && totalWithCancellations <= 36);
    if (index % 5 !== 0) continue;
    const at = chart.at.jdUt;
    for (const span of Object.values(panchangAt(sky, at)))
      assert.ok(span.from <= at && span.to > at && span.to - span.from < 1.3, span.key);
  }
});

it('every reading knows each graha as a benefic or a malefic, never both', () => {
  for (const chart of charts) {
    const { benefics, malefics } = new Reading(chart);
    assert.deepEqual([...benefics, ...malefics].sort(), [...GRAHAS].sort());
  }
  assert.ok(
    YOGAS.every((rule) => rule.cancellations.every(({ condition }) => condition.endsWith('.'))),
  );
});
