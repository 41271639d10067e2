import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { GAZETTEER_BYTES, openGazetteer } from './gazetteer.ts';
import { openZones } from './zone.ts';

const gazetteer = await openGazetteer();
const first = (text: string, country?: string) =>
  gazetteer.search(country === undefined ? { text } : { text, country })[0];

test('it holds more than 100,000 places, in a file of the size that is stated', () => {
  assert.ok(gazetteer.size >= 100_000);
  const { size } = statSync(new URL('../../data/places.txt.br', import.meta.url));
  assert.equal(size, GAZETTEER_BYTES);
});

test('a place is found by prefix, by older names, without accents and in Indian scripts', () => {
  assert.deepEqual(first('Pune'), {
    ...{ name: 'Pune', country: 'IN', region: 'Maharashtra' },
    ...{ latitude: 18.51957, longitude: 73.85535, population: first('Pune')?.population },
    zone: 'Asia/Kolkata',
  });
  for (const text of ['Mumb', 'Bombay', 'मुंबई', 'மும்பை', 'MUMBAI']) {
    assert.equal(first(text)?.name, 'Mumbai', text);
  }
  assert.equal(first('Zurich')?.zone, 'Europe/Zurich');
  assert.equal(first('sao paulo')?.country, 'BR');
  assert.equal(first('Ujjain')?.country, 'IN');
});

test('the most populous comes first, and a country or region after a comma narrows the search', () => {
  const found = gazetteer.search({ text: 'san', limit: 50 });
  assert.equal(found.length, 50);
  found.reduce((before, place) => {
    assert.ok(before.population >= place.population);
    return place;
  });
  assert.equal(first('Paris')?.country, 'FR');
  assert.equal(first('Paris, Texas')?.region, 'Texas');
  assert.equal(first('Paris, United States')?.country, 'US');
  assert.equal(first('Hyderabad', 'PK')?.country, 'PK');
  assert.deepEqual(gazetteer.search({ text: '  ,' }), []);
  assert.deepEqual(gazetteer.search({ text: 'qqqzzz' }), []);
});

test('a search has limits', () => {
  assert.throws(() => gazetteer.search({ text: 'a', limit: 51 }), /limit/);
  assert.throws(() => gazetteer.search({ text: 'a'.repeat(101) }), /text/);
});

test('coordinates give the zone with its own history', async () => {
  const zoneAt = await openZones();
  const rows = [
    [18.5204, 73.8567, 'Asia/Kolkata'],
    [52.37, 4.9, 'Europe/Amsterdam'],
    [-54.8, -68.3, 'America/Argentina/Ushuaia'],
    [27.7, 85.32, 'Asia/Kathmandu'],
    [40.71, -74.0, 'America/New_York'],
    [-13.83, -171.76, 'Pacific/Apia'],
  ] as const;
  for (const [latitude, longitude, zone] of rows) {
    assert.equal(zoneAt({ latitude, longitude }).zone, zone);
  }
});

test('every point of the Earth has a zone, the poles and the date line included', async () => {
  const zoneAt = await openZones();
  for (const latitude of [-90, -60, 0, 60, 90]) {
    for (const longitude of [-180, -90, 0, 90, 180]) {
      assert.match(zoneAt({ latitude, longitude }).zone, /^[A-Z]\w+/);
    }
  }
});
