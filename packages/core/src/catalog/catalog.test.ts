import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ONE } from '../kernel/index.ts';
import { describePrice } from '../metering/index.ts';
import { isRetired } from './card.ts';
import { createCatalog } from './catalog.ts';
import { parseDefaultPrice } from './default-price.ts';
import { parsePricing } from './override.ts';
import { type CatalogFile, catalogFile } from './schema.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const PEAK = Date.parse('2026-11-23T02:00:00Z');

function file(models: readonly Record<string, unknown>[]): CatalogFile {
  return catalogFile.parse({
    vendor: 'acme',
    name: 'Acme',
    hosts: ['acme'],
    as_of: '2026-11',
    source: ['a price list'],
    models: models.map((model) => ({ kind: 'chat', asOf: '2026-11', ...model })),
  });
}

const shipped = file([
  {
    id: 'own',
    prices: [
      {
        input: '1',
        cacheRead: '0.1',
        output: '4',
        peak: {
          days: 'workdays',
          hours: ['01:00-04:00'],
          input: '2',
          cacheRead: '0.2',
          output: '8',
        },
        services: { batch: '0.5' },
      },
      { from: '2027-01-01', input: '3', cacheRead: '0.3', output: '12' },
    ],
  },
  {
    id: 'open',
    aliases: ['open.latest'],
    hosts: {
      groq: { model: 'acme/open-instruct', prices: [{ input: '0.1', output: '0.2' }] },
      together: { prices: [{ input: '0.3', output: '0.4' }] },
    },
  },
  { id: 'unknown-price' },
  { id: 'ending', shutdown: '2026-12-01', prices: [{ input: '1', output: '1' }] },
]);
const catalog = createCatalog([shipped]);

describe('a price', () => {
  it('is the same object as long as nothing changed', () => {
    const override = parsePricing({ ChatPricing: { 'o*': { OutputText: 9 } } }, 7);
    const lookups = [
      { model: 'own', at: NOON },
      { model: 'own', at: PEAK },
      { model: 'open', host: 'api.groq.com', at: NOON },
      { model: 'own', at: NOON, override },
      { model: 'own', at: PEAK, override },
      { model: 'open', host: 'groq', at: NOON, override },
      { model: 'own', at: NOON, service: 'batch' },
      { model: 'own', at: NOON, override, service: 'batch' },
    ];
    const first = lookups.map((lookup) => catalog.price(lookup));
    const later = lookups.map((lookup) => catalog.price({ ...lookup, at: lookup.at + 59_999 }));
    later.forEach((price, index) => {
      assert.ok(price);
      assert.equal(price, first[index]);
    });
    assert.equal(new Set(first).size, lookups.length);
  });

  it('at a peak and after a change of date is another', () => {
    const at = (moment: number) => catalog.price({ model: 'own', at: moment })?.rates.input;
    assert.deepEqual(
      [at(NOON), at(PEAK), at(Date.parse('2027-01-01'))],
      [1_000_000n, 2_000_000n, 3_000_000n],
    );
  });

  it('can be looked up by any name of the model', () => {
    const price = catalog.price({ model: 'open', host: 'groq', at: NOON });
    for (const model of ['OPEN', 'acme/open-instruct', 'open-latest']) {
      assert.equal(catalog.price({ model, host: 'groq', at: NOON }), price);
    }
  });
});

describe("a provider key's default price", () => {
  const defaultPrice = parseDefaultPrice({ input: 0, output: 0 }, 'key:3');

  it('stands in where the model, its price or its price at the host is unknown', () => {
    for (const [model, host] of [
      ['never-heard-of', 'api.acme.example'],
      ['unknown-price', 'acme'],
      ['open', '127.0.0.1:11434'],
      ['own', 'proxy.example'],
    ] as const) {
      assert.equal(catalog.price({ model, host, at: NOON, defaultPrice }), defaultPrice, model);
    }
  });

  it('does not replace the price of the very host', () => {
    for (const [model, host] of [
      ['own', 'acme'],
      ['open', 'api.groq.com'],
    ] as const) {
      const price = catalog.price({ model, host, at: NOON, defaultPrice });
      assert.equal(price, catalog.price({ model, host, at: NOON }), model);
      assert.ok(price);
    }
  });

  it('stands in where only other variants of the model are priced', () => {
    const model = { id: 'canvas', prices: [{ unit: { per: 'image', variants: { hd: '0.1' } } }] };
    const images = createCatalog([file([model])]);
    const lookup = { model: 'canvas', host: 'acme', at: NOON };
    assert.equal(images.price(lookup), undefined);
    assert.equal(images.price({ ...lookup, defaultPrice }), defaultPrice);
    const shippedPrice = images.price({ ...lookup, variant: ['hd'], defaultPrice });
    assert.equal(shippedPrice?.unit, 100_000_000_000n);
  });

  it('gives way to what the owner overrides', () => {
    const override = parsePricing({ ChatPricing: { 'never-*': { InputText: 2 } } }, 7);
    const price = catalog.price({ model: 'never-heard-of', at: NOON, override, defaultPrice });
    assert.deepEqual(price?.rates, { input: 2_000_000n, output: 0n });
    assert.equal(price.source, 'owner:7');
  });
});

describe('a catalog', () => {
  it('has no price for a name longer than any model has', () => {
    const defaultPrice = parseDefaultPrice(1, 'key:1');
    const lookup = { model: 'x'.repeat(257), at: NOON, defaultPrice };
    assert.equal(catalog.price(lookup), undefined);
    assert.equal(catalog.price({ ...lookup, model: 'x'.repeat(256) }), defaultPrice);
  });

  it('knows when a model has ended', () => {
    const card = catalog.find('ending');
    assert.ok(card);
    assert.equal(isRetired(card, Date.parse('2026-11-30T23:59:59Z')), false);
    assert.equal(isRetired(card, Date.parse('2026-12-01T00:00:00Z')), true);
  });

  it('refuses models that share a name', () => {
    assert.throws(() => createCatalog([shipped, shipped]), /own is listed twice/);
    const twin = file([{ id: 'own-2', aliases: ['OWN'] }]);
    assert.throws(() => createCatalog([shipped, twin]), /belongs to both/);
  });

  const unsound: readonly [why: string, row: readonly Record<string, unknown>[]][] = [
    ['lack output', [{ input: '1', output: '1', above: [{ tokens: 5, input: '2' }] }]],
    ['lack output', [{ input: '1', output: '1', peak: { days: 'all', hours: [], input: '2' } }]],
    [
      'cannot have peak hours',
      [
        {
          input: '1',
          above: [{ tokens: 5, input: '2' }],
          peak: { days: 'all', hours: [], input: '2' },
        },
      ],
    ],
    ['prices nothing', [{ output: '1' }]],
    ['prices nothing', [{}]],
    [
      'tiers must ascend',
      [
        {
          input: '1',
          above: [
            { tokens: 5, input: '2' },
            { tokens: 5, input: '2' },
          ],
        },
      ],
    ],
    ['every row but the first needs a date', [{ input: '1' }, { input: '2' }]],
    ['every row but the first needs a date', [{ from: '2027-01-01', input: '1' }]],
    [
      'rows must ascend',
      [{ input: '1' }, { from: '2027-01-02', input: '1' }, { from: '2027-01-01', input: '1' }],
    ],
    ['too many decimals', [{ input: '0.0000001' }]],
  ];
  for (const [why, prices] of unsound) {
    it(`refuses prices that are not sound: ${why}`, () => {
      const broken = createCatalog([file([{ id: 'broken', prices }])]);
      assert.throws(
        () => broken.price({ model: 'broken', at: NOON }),
        (error: Error) => (error.cause as Error).message.includes(why),
      );
    });
  }

  it('takes a file only when every field is known and sound', () => {
    for (const model of [
      { id: 'x', price: '1' },
      { id: 'x', prices: [{ input: 1 }] },
      { id: 'x', prices: [{ input: '-1' }] },
      { id: 'x', prices: [{ input: '1e-3' }] },
      { id: 'x', prices: [{ from: 'soon', input: '1' }] },
      { id: 'x', can: ['fly'] },
    ]) {
      assert.throws(() => file([model]), JSON.stringify(model));
    }
  });

  it('knows what hosts call an open model', () => {
    assert.equal(catalog.upstreamName('open', 'api.groq.com'), 'acme/open-instruct');
    assert.equal(catalog.upstreamName('open', 'together'), undefined);
    assert.equal(catalog.upstreamName('open', 'elsewhere.example'), undefined);
    assert.equal(catalog.upstreamName('own', 'groq'), undefined);
  });

  it('gives training a price only where the owner set one', () => {
    const override = parsePricing({ FineTuningPricing: { own: { InputText: 25, Rates: 2 } } }, 7);
    assert.equal(catalog.trainingPrice('own', undefined), undefined);
    assert.equal(catalog.trainingPrice('open', override), undefined);
    const price = catalog.trainingPrice('OWN', override);
    assert.ok(price);
    assert.deepEqual(describePrice(price), {
      source: 'owner:7',
      multiplier: 2,
      per_million_tokens: { input: '25' },
      tiers: [],
    });
    assert.equal(catalog.price({ model: 'own', at: NOON, override })?.multiplier, ONE);
  });
});
