import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBooks } from './support/books.ts';
import { type Service, startService } from './support/service.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any answer.
type Fields = any;

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service?.[Symbol.asyncDispose]());

const PUNE = 'date=1990-01-15&time=14:30&lat=18.5204&lon=73.8567';
const BORN = {
  ...{ date: '1990-01-15', time: '14:30', latitude: 18.5204, longitude: 73.8567 },
  timezone: 'Asia/Kolkata',
};

async function ask(path: string, body?: object): Promise<Response> {
  return fetch(`${service.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${service.key}` },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function answerOf(path: string, body?: object): Promise<Fields> {
  const response = await ask(path, body);
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text.slice(0, 300)}`);
  assert.ok(!/NaN|Infinity/.test(text), path);
  return JSON.parse(text);
}

describe('a kundali', () => {
  test('has the documented fields, by query and by body alike', async () => {
    const byQuery = await answerOf(`/v1/astrology/kundali?${PUNE}`);
    assert.equal(byQuery.moment.timezone, 'Asia/Kolkata');
    assert.equal(byQuery.moment.utc, '1990-01-15T09:00:00Z');
    assert.equal(byQuery.ascendant.sign, 'Taurus');
    assert.equal(byQuery.sun_sign, 'Capricorn');
    assert.equal(byQuery.planets.length, 9);
    assert.equal(byQuery.houses.length, 12);
    assert.deepEqual(
      byQuery.planets.map(({ name }: Fields) => name),
      ['Sun', 'Moon', 'Mars', 'Mercury', 'Jupiter', 'Venus', 'Saturn', 'Rahu', 'Ketu'],
    );
    for (const yoga of byQuery.yogas) {
      assert.ok(yoga.name && yoga.description && yoga.source.work, yoga.key);
    }
    assert.match(byQuery.dasha.start, /^\d{4}-\d\d-\d\d$/);
    for (const path of ['/v1/astrology/kundali', '/v1/kundali', '/v1/v1/kundali']) {
      const byBody = await answerOf(path, BORN);
      assert.deepEqual(byBody.planets, byQuery.planets, path);
    }
  });

  test('speaks other languages, with the same keys', async () => {
    const english = await answerOf(`/v1/astrology/kundali?${PUNE}`);
    const hindi = await answerOf(`/v1/astrology/kundali?${PUNE}&language=hi`);
    assert.equal(hindi.planets[0].key, 'sun');
    assert.match(hindi.planets[0].name, /^\p{Script=Devanagari}/u);
    assert.equal(hindi.ascendant.sign_key, english.ascendant.sign_key);
    assert.match(hindi.ascendant.sign, /^\p{Script=Devanagari}/u);
  });

  test('comes as western, as KP, and as a picture', async () => {
    const western = await answerOf(`/v1/astrology/kundali?${PUNE}&system=western`);
    assert.equal(western.conventions.zodiac, 'tropical');
    assert.equal(western.planets.length, 12);
    const kp = await answerOf(`/v1/astrology/kundali?${PUNE}&system=kp`);
    assert.equal(kp.conventions.ayanamsa, 'kp');
    assert.ok(kp.houses[0].sub_lord);
    const svg = await ask(`/v1/astrology/kundali?${PUNE}&format=svg&language=ta`);
    assert.equal(svg.headers.get('content-type'), 'image/svg+xml');
    assert.match(await svg.text(), /^<svg [\s\S]*<\/svg>\s*$/);
    const png = await ask(`/v1/astrology/kundali?${PUNE}&format=png&style=south`);
    assert.equal(png.headers.get('content-type'), 'image/png');
    const bytes = Buffer.from(await png.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });
});

const TWO = { person1: BORN, person2: { ...BORN, date: '1992-07-04' } };
const DAY = { date: '2026-11-22', ...{ latitude: 18.5204, longitude: 73.8567 } };

describe('everything else that is computed', () => {
  const questions: readonly (readonly [path: string, body?: object])[] = [
    [`/v1/astrology/panchang?date=2026-11-22&lat=18.5204&lon=73.8567`],
    ['/v1/astrology/panchang', DAY],
    ['/v2/astrology/panchang', DAY],
    ['/v1/v2/astrology/panchang', DAY],
    [`/v1/astrology/dasha?${PUNE}&levels=5`],
    ['/v2/astrology/dasha', BORN],
    [`/v1/astrology/divisional?${PUNE}&divisions=1,9,60,150`],
    [`/v1/astrology/yogas?${PUNE}`],
    ['/v2/astrology/yoga', BORN],
    [`/v1/astrology/doshas?${PUNE}`],
    ['/v1/astrology/compatibility', TWO],
    ['/v2/astrology/match', TWO],
    [`/v1/astrology/kp?${PUNE}`],
    ['/v1/astrology/transits?date=2026-11-22&time=12:00&lat=18.5204&lon=73.8567'],
    ['/v1/astrology/transits', { ...DAY, to: '2026-12-22', natal: BORN, system: 'western' }],
    ['/v2/astrology/transit', DAY],
    [`/v1/astrology/progressions?${PUNE}&on=2026-11-22`],
    ['/v1/astrology/progressions', { ...BORN, on: '2026-11-22', method: 'solar_arc' }],
    ['/v1/astrology/synastry', TWO],
    ['/v1/astrology/composite', TWO],
    ['/v1/astrology/composite', { ...TWO, method: 'davison' }],
    [`/v1/astrology/returns?${PUNE}&after=2026-11-22&body=moon&count=3`],
    [`/v1/astrology/muhurta?from=2027-02-01&to=2027-02-28&lat=18.5204&lon=73.8567`],
    ['/v1/astrology/eclipses?from=2026-01-01&to=2027-12-31&lat=18.5204&lon=73.8567'],
    ['/v1/astrology/horoscope/mesha?period=weekly'],
    ['/v2/astrology/horoscope/leo?period=monthly&system=western'],
    ['/v1/v2/astrology/horoscope/leo'],
    [
      '/v2/astrology/vastu/analysis',
      {
        direction: 'east',
        rooms: [{ name: 'kitchen', direction: 'southeast' }],
        ...{ latitude: 18.5, longitude: 73.8 },
      },
    ],
    ['/v1/astrology/places?q=Pune&country=IN'],
  ];
  for (const [path, body] of questions) {
    test(`${body ? 'POST' : 'GET'} ${path}`, async () => {
      const answer = await answerOf(path, body);
      assert.ok(Object.keys(answer).length > 0);
    });
  }

  test('a place is found with its zone', async () => {
    const { places } = await answerOf('/v1/astrology/places?q=Pune&country=IN');
    assert.equal(places[0].name, 'Pune');
    assert.equal(places[0].timezone, 'Asia/Kolkata');
  });

  test('the solar eclipse of August 2026 is total', async () => {
    const path = '/v1/astrology/eclipses?from=2026-08-01&to=2026-08-31&kind=solar';
    const { eclipses } = await answerOf(path);
    assert.equal(eclipses.length, 1);
    assert.equal(eclipses[0].kind, 'total');
    assert.match(eclipses[0].utc, /^2026-08-12T17:4/);
  });
});

describe('what a question costs', () => {
  test('is the price of the call, charged before the answer is there, and explained', async () => {
    const account = await service.world.addAccount({ CreditGranted: 10 });
    const headers = { authorization: `Bearer ${account.api.key}` };
    const response = await fetch(`${service.url}/v1/astrology/kundali?${PUNE}`, { headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-meridian-cost'), '0.002');
    await using books = await openBooks(service.world.database);
    const own = (await books.charges()).filter(({ accountId }) => accountId === account.id);
    assert.equal(own.length, 1);
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.equal(record.charge.cost, '0.002');
    assert.equal(record.model, 'astrology-chart');
    assert.equal(record.endpoint, '/v1/astrology/kundali');
    assert.equal((await account.view()).Balance, 9.998);
  });

  test('is nothing for a question that is wrong', async () => {
    const account = await service.world.addAccount({ CreditGranted: 10 });
    const headers = { authorization: `Bearer ${account.api.key}` };
    const path = '/v1/astrology/kundali?date=1990-01-15&time=14:30&lat=18.5&lon=73.8&tz=Mars/Base';
    const response = await fetch(`${service.url}${path}`, { headers });
    assert.equal(response.status, 400);
    assert.equal((await account.view()).Balance, 10);
  });

  test('is asked of the balance, the allowlist and the limits first', async () => {
    const limited = await service.world.addAccount({ CreditGranted: 10, RPM: 1 });
    const get = (key: string) =>
      fetch(`${service.url}/v1/astrology/yogas?${PUNE}`, {
        headers: { authorization: `Bearer ${key}` },
      });
    assert.equal((await get(limited.api.key)).status, 200);
    const refused = await get(limited.api.key);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    const narrow = await service.world.addAccount({ CreditGranted: 10, AllowModels: 'gpt-*' });
    assert.equal((await get(narrow.api.key)).status, 403);
  });
});

describe('a wrong question is told what is wrong with it', () => {
  const wrong: readonly (readonly [query: string, param: string])[] = [
    ['date=1990-02-30&time=14:30&lat=1&lon=1', 'date'],
    ['date=1790-01-15&time=14:30&lat=1&lon=1', 'date'],
    ['time=14:30&lat=1&lon=1', 'date'],
    ['date=1990-01-15&time=25:00&lat=1&lon=1', 'time'],
    ['date=1990-01-15&time=14:30&lat=91&lon=1', 'lat'],
    ['date=1990-01-15&time=14:30&lon=1', 'lat'],
    ['date=1990-01-15&time=14:30&lat=1', 'lon'],
    ['date=1990-01-15&time=14:30&lat=1&lon=1&tz=Nowhere/Land', 'tz'],
    ['date=1990-01-15&time=14:30&lat=1&lon=1&system=mayan', 'system'],
    ['date=1990-01-15&time=14:30&lat=1&lon=1&language=xx', 'language'],
  ];
  for (const [query, param] of wrong) {
    test(query, async () => {
      const response = await ask(`/v1/astrology/kundali?${query}`);
      assert.equal(response.status, 400);
      const { error } = (await response.json()) as Fields;
      assert.equal(error.param, param);
    });
  }

  test('a clock time that was shown twice or never is answered with a warning', async () => {
    const twice = 'date=2024-10-27&time=01:30&lat=51.5&lon=-0.12';
    const { moment } = await answerOf(`/v1/astrology/kundali?${twice}`);
    assert.equal(moment.local_time_kind, 'ambiguous');
    assert.ok(moment.warnings.length > 0);
    assert.ok(moment.other_reading);
  });

  test('a polar birth has houses, and a warning', async () => {
    const polar = 'date=2024-06-21&time=12:00&lat=78.2&lon=15.6&system=western';
    const answer = await answerOf(`/v1/astrology/kundali?${polar}`);
    assert.equal(answer.conventions.house_system_asked, 'placidus');
    assert.ok(answer.moment.warnings.length > 0);
  });
});
