import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEphemeris } from '../ephemeris/index.ts';
import { degrees180, degrees360 } from '../time/angles.ts';
import { calendarTime } from '../time/calendar.ts';
import { instantFromTt, instantFromUt, instantFromUtc } from '../time/instant.ts';
import { ASPECTS, aspectPoints, aspectsWithin, stillPoints } from './aspects.ts';
import { crossings, stations, track } from './crossings.ts';
import { dignities, dignityOf, termTotals } from './dignities.ts';
import { bodyOf, castWestern, nearerMidpoint, PLANETS, WESTERN_DEFAULTS } from './points.ts';
import { secondaryProgressions, solarArcDirections } from './progressions.ts';
import { returnChart, returnsWithin } from './returns.ts';
import { MAJOR_ASPECTS, skyEvents, transits } from './transits.ts';
import { compositeChart, davisonChart, synastry } from './two-charts.ts';

const ephemeris = createEphemeris();
const utc = (text: string) => {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  return instantFromUtc({ year, month, day, hour, minute });
};
const minutesApart = (a: { jdUt: number }, b: { jdUt: number }) => Math.abs(a.jdUt - b.jdUt) * 1440;
const pune = { latitude: 18.5204, longitude: 73.8567 };
const birth = { at: utc('1990-01-15T09:00'), place: pune };

// Equinoxes and solstices as published for 2024 by the US Naval Observatory, to the minute.
test('the Sun enters the cardinal signs at the published minute', () => {
  const span = { from: utc('2024-01-01').jdTt, to: utc('2025-01-01').jdTt };
  const events = skyEvents(ephemeris, { span, planets: ['sun'], node: 'true', ayanamsa: 0 });
  const rows = [
    [0, '2024-03-20T03:06'],
    [90, '2024-06-20T20:51'],
    [180, '2024-09-22T12:44'],
    [270, '2024-12-21T09:20'],
  ] as const;
  assert.equal(events.length, 12);
  for (const [longitude, text] of rows) {
    const event = events.find((candidate) => candidate.longitude === longitude);
    assert.ok(event && minutesApart(event.at, utc(text)) <= 0.6, text);
  }
});

test('Pluto crosses into Aquarius in 2023 and 2024 as often as it did, back and forth', () => {
  const span = { from: utc('2023-01-01').jdTt, to: utc('2025-01-01').jdTt };
  const way = track(ephemeris, 'pluto', span);
  const found = crossings(ephemeris, way, 300).map(({ at, isRetrograde }) => {
    const { year, month, day } = calendarTime(at.jdUt);
    return `${year}-${month}-${day}${isRetrograde ? ' R' : ''}`;
  });
  assert.deepEqual(found, ['2023-3-23', '2023-6-11 R', '2024-1-21', '2024-9-1 R', '2024-11-19']);
});

test('Mercury turns six or seven times a year, and does not move where it turns', () => {
  const span = { from: utc('2024-01-01').jdTt, to: utc('2025-01-01').jdTt };
  const turns = stations(track(ephemeris, 'mercury', span));
  assert.ok(turns.length === 6 || turns.length === 7);
  turns.forEach((turn, index) => {
    assert.ok(Math.abs(ephemeris.position('mercury', turn.at).speed) < 1e-4);
    assert.notEqual(turn.turns, turns[index - 1]?.turns);
  });
  const first = turns.find((turn) => turn.turns === 'retrograde');
  assert.ok(first && minutesApart(first.at, utc('2024-04-01T22:14')) < 20);
});

test('the true node turns back and forth some fifty times a year, no short turn is missed', () => {
  const [from, days] = [utc('2024-01-01').jdTt, 60];
  const turns = stations(track(ephemeris, 'true_node', { from, to: from + days }));
  const speeds = Array.from(
    { length: days * 100 },
    (_, step) => ephemeris.position('true_node', instantFromTt(from + step / 100)).speed,
  );
  const changes = speeds.filter((speed, index) => speed * (speeds[index - 1] ?? speed) < 0).length;
  assert.equal(turns.length, changes);
  for (const [index, turn] of turns.entries()) {
    assert.notEqual(turn.turns, turns[index - 1]?.turns);
  }
});

test('transits are exact, and every pass of a retrograde loop is found', () => {
  const natal = castWestern(ephemeris, birth);
  const from = utc('2024-01-01').jdTt;
  const search = {
    ...{ span: { from, to: from + 1000 }, aspects: MAJOR_ASPECTS, node: 'true' as const },
    ...{ planets: ['mars', 'saturn', 'south_node'] as const, to: stillPoints(natal) },
  };
  const hits = transits(ephemeris, search);
  assert.ok(hits.length > 100);
  for (const hit of hits) {
    const to = search.to.find((point) => point.key === hit.to)?.longitude ?? 0;
    const angle = ASPECTS.find((rule) => rule.key === hit.aspect)?.angle ?? 0;
    const body = bodyOf(hit.planet, 'true');
    const turn = hit.planet === 'south_node' ? 180 : 0;
    const now = ephemeris.longitude(body, hit.at) + turn;
    assert.ok(Math.abs(Math.abs(degrees180(now - to)) - angle) < 0.05 / 3600);
    assert.ok(hit.pass >= 1 && hit.pass <= hit.passes);
  }
  const triple = hits.filter((hit) => hit.planet === 'saturn' && hit.passes === 3);
  assert.ok(triple.length >= 3 && triple.length % 3 === 0);
});

test('a search by small steps finds no transit that the roots miss', () => {
  const natal = castWestern(ephemeris, birth);
  const from = utc('2024-07-01').jdTt;
  const to = stillPoints(natal);
  const hits = transits(ephemeris, {
    ...{ span: { from, to: from + 200 }, aspects: MAJOR_ASPECTS, node: 'true', to },
    planets: ['mercury', 'mars'],
  });
  let signChanges = 0;
  for (const body of ['mercury', 'mars'] as const) {
    const way = Array.from({ length: 4001 }, (_, step) =>
      ephemeris.longitude(body, instantFromTt(from + step * 0.05)),
    );
    for (const { longitude } of to) {
      for (const side of [0, 60, 90, 120, 180, 240, 270, 300]) {
        const off = way.map((place) => degrees180(place - longitude - side));
        signChanges += off.filter(
          (value, index) => index > 0 && value * (off[index - 1] ?? 0) < 0 && Math.abs(value) < 90,
        ).length;
      }
    }
  }
  assert.equal(hits.length, signChanges);
});

test('a range is bounded', () => {
  const search = { aspects: MAJOR_ASPECTS, to: [], node: 'true' as const };
  const span = { from: 2_460_000, to: 2_460_500 };
  assert.throws(() => transits(ephemeris, { ...search, span, planets: ['moon'] }), /400 days/);
  assert.throws(
    () => transits(ephemeris, { ...search, span: { from: 5, to: 4 }, planets: [] }),
    /end after/,
  );
});

test('an aspect applies while its orb shrinks', () => {
  const now = aspectsWithin(aspectPoints(castWestern(ephemeris, birth)));
  const soon = { ...birth, at: instantFromUt(birth.at.jdUt + 0.001) };
  const later = aspectsWithin(aspectPoints(castWestern(ephemeris, soon)));
  const isAngle = (key: string) => key === 'ascendant' || key === 'midheaven';
  for (const aspect of now.filter(({ from, to }) => !isAngle(from) && !isAngle(to))) {
    const same = later.find(({ from, to }) => from === aspect.from && to === aspect.to);
    if (!same || Math.abs(same.orb - aspect.orb) < 1e-7) continue;
    assert.equal(aspect.motion, same.orb < aspect.orb ? 'applying' : 'separating');
    assert.ok(aspect.orb <= aspect.orbLimit);
  }
});

// Ptolemy gives these totals of the Egyptian terms (Tetrabiblos, book I, on the terms).
test('the Egyptian terms give each planet its known number of degrees', () => {
  const { saturn, jupiter, mars, venus, mercury } = termTotals();
  assert.deepEqual([saturn, jupiter, mars, venus, mercury], [57, 79, 66, 82, 76]);
});

test('dignities are what the tables say', () => {
  const at = (planet: 'sun' | 'mars' | 'venus' | 'saturn', degree: number, isDay = true) =>
    dignityOf(planet, degree, isDay).dignities;
  assert.deepEqual(at('sun', 125), ['domicile', 'triplicity']);
  assert.deepEqual(at('mars', 5), ['domicile', 'face']);
  assert.deepEqual(at('venus', 5), ['detriment', 'peregrine']);
  assert.deepEqual(at('saturn', 195), ['exaltation', 'triplicity', 'face']);
  assert.equal(dignityOf('sun', 15, true).score, 4 + 3 + 1);
  assert.equal(dignities(castWestern(ephemeris, birth)).length, 7);
});

test('a solar return has the Sun, a lunar return the Moon where it was at birth', () => {
  for (const body of ['sun', 'moon'] as const) {
    const found = returnChart(ephemeris, { body, birth, after: utc('2024-01-01') });
    const off = degrees180(found.chart.planets[body].longitude - found.longitude);
    assert.ok(Math.abs(off) < 0.02 / 3600, `${body} ${off}`);
    assert.ok(found.at.jdTt >= utc('2024-01-01').jdTt);
  }
  const span = { from: utc('2024-01-01').jdTt, to: utc('2025-01-01').jdTt };
  assert.equal(returnsWithin(ephemeris, 'sun', birth, span).length, 1);
  assert.ok([13, 14].includes(returnsWithin(ephemeris, 'moon', birth, span).length));
});

test('progressions stand still at birth and move the Sun about a degree a year', () => {
  const same = secondaryProgressions(ephemeris, birth, birth.at);
  const natal = castWestern(ephemeris, birth);
  assert.ok(Math.abs(degrees180(same.chart.houses.ascendant - natal.houses.ascendant)) < 1e-6);
  assert.ok(Math.abs(same.solarArc) < 1e-9);
  const target = instantFromTt(birth.at.jdTt + 36_524.2);
  for (const moved of [secondaryProgressions, solarArcDirections]) {
    const chart = moved(ephemeris, birth, target);
    assert.ok(Math.abs(chart.age - 100) < 0.001);
    assert.ok(chart.solarArc > 95 && chart.solarArc < 102);
    const arc = degrees180(chart.chart.planets.sun.longitude - natal.planets.sun.longitude);
    assert.ok(Math.abs(arc - chart.solarArc) < 1e-9);
  }
});

test('a composite of a chart with itself is that chart; Davison with itself too', () => {
  const natal = castWestern(ephemeris, birth);
  const same = compositeChart(ephemeris, birth, birth);
  for (const planet of PLANETS) {
    const off = degrees180(same.planets[planet].longitude - natal.planets[planet].longitude);
    assert.ok(Math.abs(off) < 1e-9);
  }
  natal.houses.cusps.forEach((cusp, index) => {
    assert.ok(Math.abs(degrees180(cusp - (same.houses.cusps[index] ?? 0))) < 1e-6);
  });
  assert.equal(davisonChart(ephemeris, birth, birth).at.jdUt, birth.at.jdUt);
});

test('the middle is that of the shorter arc, across the date line and across Aries too', () => {
  assert.equal(nearerMidpoint(350, 20), 5);
  assert.equal(nearerMidpoint(20, 350), 5);
  assert.equal(nearerMidpoint(10, 190), 100);
  const east = { at: birth.at, place: { latitude: 0, longitude: 170 } };
  const west = { at: birth.at, place: { latitude: 0, longitude: -170 } };
  assert.equal(Math.abs(davisonChart(ephemeris, east, west).place.longitude), 180);
});

const anyBirth = fc.record({
  jd: fc.double({ min: 2_378_500, max: 2_488_000, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('a thousand random births: no exception, no NaN, nothing out of range', () => {
  const inRange = (value: number) => assert.ok(value >= 0 && value < 360, String(value));
  const checked = (chart: ReturnType<typeof castWestern>) => {
    for (const planet of PLANETS) {
      const { longitude, speed, latitude, house } = chart.planets[planet];
      inRange(longitude);
      assert.ok(Number.isFinite(speed) && Math.abs(latitude) <= 90 && house >= 1 && house <= 12);
    }
    chart.houses.cusps.forEach(inRange);
    inRange(chart.houses.ascendant);
    const apart = chart.planets.south_node.longitude - chart.planets.north_node.longitude;
    assert.ok(Math.abs(degrees360(apart) - 180) < 1e-9);
    for (const { orb, orbLimit } of aspectsWithin(aspectPoints(chart))) assert.ok(orb <= orbLimit);
    for (const { score } of dignities(chart)) assert.ok(Number.isInteger(score));
    return chart;
  };
  let last = birth;
  fc.assert(
    fc.property(anyBirth, ({ jd, latitude, longitude }) => {
      const one = { at: instantFromUt(jd), place: { latitude, longitude } };
      const two = last;
      last = one;
      const target = instantFromUt(Math.min(jd + 12_000, 2_488_400));
      const [a, b] = [checked(castWestern(ephemeris, one)), checked(castWestern(ephemeris, two))];
      checked(compositeChart(ephemeris, one, two, WESTERN_DEFAULTS));
      checked(davisonChart(ephemeris, one, two).chart);
      checked(secondaryProgressions(ephemeris, one, target).chart);
      checked(solarArcDirections(ephemeris, one, target).chart);
      for (const aspect of synastry(a, b).aspects) assert.equal(aspect.motion, 'fixed');
    }),
    { numRuns: 1000 },
  );
});
