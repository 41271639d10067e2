import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ONE } from '../kernel/index.ts';
import { charge, describePrice, type Price } from '../metering/index.ts';
import { NO_USAGE, USAGE_BUCKETS, type Usage } from '../protocols/index.ts';
import type { PriceLookup } from './catalog.ts';
import { loadCatalog } from './load.ts';
import { parsePricing } from './override.ts';
import { MODEL_KINDS } from './schema.ts';

const catalog = loadCatalog();
const NOV_22 = Date.parse('2026-11-22T12:00:00Z');

/** Dollars per million tokens, by bucket. */
function perMillion(model: string, at: string | number, extra: Partial<PriceLookup> = {}) {
  const moment = typeof at === 'number' ? at : Date.parse(at);
  const price = catalog.price({ model, at: moment, ...extra });
  return price && describePrice(price).per_million_tokens;
}

function perUnit(model: string, extra: Partial<PriceLookup> = {}) {
  const price = catalog.price({ model, at: NOV_22, ...extra });
  const unit = price && describePrice(price).per_unit;
  return unit && `${unit.price} / ${unit.size} ${unit.unit}`;
}

describe('the shipped catalog', () => {
  it('has at least 200 priced models and every kind of model', () => {
    const priced = catalog.list().filter((card) => card.priced);
    assert.ok(priced.length >= 200, String(priced.length));
    const kinds = new Set(priced.map((card) => card.kind));
    for (const kind of MODEL_KINDS) assert.ok(kinds.has(kind), kind);
  });

  it('prices a fine-tuned model as its base model, which alone the owner may price apart', () => {
    for (const base of ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 'gpt-4.1']) {
      const tuned = `ft:${base}:acme:tone:Ab12Cd34`;
      assert.deepEqual(perMillion(tuned, NOV_22), perMillion(base, NOV_22), tuned);
      assert.notEqual(perMillion(tuned, NOV_22), undefined);
      // It is another model all the same: nothing that is said of the base is meant for it.
      assert.equal(catalog.resolve(tuned), undefined);
    }
    const override = parsePricing({ ChatPricing: { 'ft:*': { InputText: 7, OutputText: 9 } } }, 1);
    assert.equal(perMillion('ft:gpt-4o-mini:acme::1', NOV_22, { override })?.input, '7');
    assert.equal(perMillion('gpt-4o-mini', NOV_22, { override })?.input, '0.15');
    assert.equal(perMillion('ft:nobody-knows:acme::1', NOV_22), undefined);
  });

  it('prices every model that claims to be priced, today and after all announced changes', () => {
    for (const card of catalog.list()) {
      for (const at of [NOV_22, Date.parse('2027-12-31')]) {
        const variant = card.id === 'amazon.nova-canvas-v1:0' ? ['premium/1024x1024'] : [];
        const price = catalog.price({ model: card.id, at, variant });
        assert.equal(price !== undefined, card.priced, card.id);
      }
    }
  });

  it('knows input and output of every model that is charged by tokens for text', () => {
    for (const card of catalog.list().filter(({ kind }) => kind === 'chat')) {
      const price = catalog.price({ model: card.id, at: NOV_22 });
      if (!price || card.id === 'mistral-ocr-latest') continue;
      assert.ok(price.rates.input !== undefined && price.rates.output !== undefined, card.id);
    }
  });

  it('has no rate in a tier of size that is lower than below it', () => {
    const rateAt = (price: Price, input: number, bucket: keyof Usage) => {
      const usage = { ...NO_USAGE, input, [bucket]: input };
      return charge(usage, price, ONE).lines.find((line) => line.bucket === bucket)?.rate ?? 0n;
    };
    const prices = catalog
      .list()
      .flatMap(({ id }) => catalog.price({ model: id, at: NOV_22 }) ?? []);
    const tiers = prices.flatMap((price) => price.tiers.map((tier) => ({ price, ...tier })));
    assert.ok(tiers.length > 40);
    for (const { price, aboveInputTokens } of tiers) {
      for (const bucket of USAGE_BUCKETS) {
        const below = rateAt(price, Math.floor(aboveInputTokens / 2), bucket);
        const above = rateAt(price, aboveInputTokens + 1, bucket);
        assert.ok(above >= below, `${price.source} above ${aboveInputTokens}: ${bucket}`);
      }
    }
  });

  it('lists models whose price is unknown without pricing them', () => {
    for (const id of ['gpt-live-1', 'gemini-3.8-live', 'embed-v5.0-pro']) {
      assert.equal(catalog.find(id)?.priced, false);
      assert.equal(catalog.price({ model: id, at: NOV_22 }), undefined);
    }
    assert.equal(catalog.price({ model: 'no-such-model', at: NOV_22 }), undefined);
  });

  it('sees a price of zero as a price', () => {
    assert.deepEqual(perMillion('glm-4.7-flash', NOV_22), {
      input: '0',
      cacheRead: '0',
      output: '0',
    });
  });

  it('prices the sandbox above zero and says that it is the sandbox', () => {
    for (const id of [
      'sandbox-chat',
      'sandbox-fast',
      'sandbox-reasoner',
      'sandbox-embedding',
      'sandbox-moderation',
      'sandbox-rerank',
      'sandbox-image',
      'sandbox-speech',
      'sandbox-transcribe',
    ]) {
      const price = catalog.price({ model: id, at: NOV_22 });
      assert.equal(price?.source, 'sandbox', id);
      assert.ok((price.rates.input ?? price.unit ?? 0n) > 0n, id);
      assert.equal(catalog.find(id)?.vendor, 'sandbox');
    }
  });

  it('knows what models can do, and keeps apart what is not known', () => {
    assert.equal(catalog.find('claude-haiku-4-5')?.capabilities.vision, true);
    assert.equal(catalog.find('deepseek-v4-pro')?.capabilities.vision, false);
    assert.equal(catalog.find('gpt-4o')?.context, 128_000);
    assert.equal(catalog.find('gpt-4o')?.maxOutput, 16_384);
    assert.equal(catalog.find('text-embedding-3-small')?.dimensions, 1_536);
    assert.equal(catalog.find('rerank-3')?.capabilities.fine_tune, undefined);
  });
});

describe('announced changes of price', () => {
  const rows: readonly [model: string, at: string, input: string, output: string][] = [
    ['gpt-5.6-sol', '2026-11-21T23:59:59.999Z', '4', '20'],
    ['gpt-5.6-sol', '2026-11-22T00:00:00Z', '5', '30'],
    ['gemini-4-argon', '2026-11-30T23:59:59.999Z', '2', '10'],
    ['gemini-4-argon', '2026-12-01T00:00:00Z', '4', '20'],
    ['gemini-3.6-flash', '2026-12-31T23:59:59.999Z', '0.75', '3.75'],
    ['gemini-3.6-flash', '2027-01-01T00:00:00Z', '1.5', '7.5'],
    ['gemini-3.7-flash', '2027-01-01T00:00:00Z', '1.5', '7.5'],
    ['gemini-3.8-flash', '2027-01-01T00:00:00Z', '1.5', '7.5'],
    ['gemini-2.5-pro', '2026-11-30T12:00:00Z', '1.25', '10'],
    ['gemini-2.5-pro', '2026-12-01T00:00:00Z', '0.75', '3.75'],
    ['gemini-2.5-pro', '2027-01-01T00:00:00Z', '1.5', '7.5'],
    ['gemini-2.5-flash', '2026-12-01T00:00:00Z', '0.3', '2.5'],
    // Two changes that were announced elsewhere and did not come.
    ['claude-sonnet-5', '2026-12-01T00:00:00Z', '2', '10'],
    ['mistral-large-4', '2026-11-22T00:00:00Z', '1.36', '4.18'],
  ];
  for (const [model, at, input, output] of rows) {
    it(`${model} costs ${input} / ${output} at ${at}`, () => {
      const rates = perMillion(model, at);
      assert.deepEqual([rates?.input, rates?.output], [input, output]);
    });
  }

  it('reach the service tiers', () => {
    const fast = (at: string) =>
      catalog.price({ model: 'gpt-6.2-sol', at: Date.parse(at), service: 'ultrafast' })?.multiplier;
    assert.equal(fast('2027-02-28T23:00:00Z'), 3n * ONE);
    assert.equal(fast('2027-03-01T00:00:00Z'), 6n * ONE);
  });
});

describe('peak hours', () => {
  const rows: readonly [at: string, input: string, why: string][] = [
    ['2026-11-23T00:59:59.999Z', '0.15', 'a Monday before the first peak'],
    ['2026-11-23T01:00:00Z', '0.3', 'its first minute'],
    ['2026-11-23T03:59:59.999Z', '0.3', 'its last'],
    ['2026-11-23T04:00:00Z', '0.15', 'between the peaks'],
    ['2026-11-23T09:30:00Z', '0.3', 'the second peak'],
    ['2026-11-23T10:00:00Z', '0.15', 'after it'],
    ['2026-11-22T02:00:00Z', '0.15', 'a Sunday'],
    ['2026-11-21T02:00:00Z', '0.15', 'a Saturday'],
    ['2027-01-01T02:00:00Z', '0.15', 'a Friday that is a holiday'],
    ['2027-02-08T02:00:00Z', '0.15', 'a Monday of the Spring Festival'],
  ];
  for (const [at, input, why] of rows) {
    it(`cost ${input} at ${at}: ${why}`, () => {
      assert.equal(perMillion('deepseek-flash', at)?.input, input);
    });
  }
});

describe('hosts of open models', () => {
  it('have rates of their own', () => {
    const input = (host: string) => perMillion('llama-3.3-70b', NOV_22, { host })?.input;
    assert.equal(input('api.groq.com'), '0.59');
    assert.equal(input('groq'), '0.59');
    assert.equal(input('api.together.xyz:443'), '1.04');
    assert.equal(input('api.deepinfra.com'), '0.1');
    assert.equal(input('bedrock-runtime.us-east-1.amazonaws.com'), '0.72');
  });

  it('elsewhere the dearest known rate is the reference', () => {
    const rates = perMillion('llama-3.3-70b', NOV_22, { host: 'llm.example' });
    assert.deepEqual(rates, { input: '1.04', output: '1.04' });
  });

  it('say where the price comes from', () => {
    const price = catalog.price({ model: 'gpt-oss-20b', host: 'groq', at: NOV_22 });
    assert.match(price?.source ?? '', /^catalog:openai@\d{4}-\d{2}-\d{2}#groq$/);
  });
});

describe('prices by the piece', () => {
  const rows: readonly [model: string, variant: readonly string[], price: string | undefined][] = [
    ['whisper-1', [], '0.006 / 60 second'],
    ['tts-1', [], '15 / 1000000 character'],
    ['whisper-large-v3', [], '0.111 / 3600 second'],
    ['rerank-v3.5', [], '0.002 / 1 search'],
    ['mistral-ocr-latest', [], '0.004 / 1 page'],
    ['flux-2-pro', [], '0.03 / 1 megapixel'],
    ['flux-2-pro', ['edit'], '0.045 / 1 megapixel'],
    ['dall-e-3', [], '0.04 / 1 image'],
    ['dall-e-3', ['standard', '1024x1024'], '0.04 / 1 image'],
    ['dall-e-3', ['standard', '1792x1024'], '0.08 / 1 image'],
    ['dall-e-3', ['hd', '1024x1024'], '0.08 / 1 image'],
    ['dall-e-3', ['hd', '1792x1024'], '0.12 / 1 image'],
    ['sora-2-pro', [], '0.5 / 1 second'],
    ['sora-2-pro', ['720p'], '0.3 / 1 second'],
    ['claude-sonnet-4-6', [], '0.01 / 1 search'],
    ['gpt-image-2', ['high', '1024x1024'], undefined],
    ['amazon.nova-canvas-v1:0', ['standard', '1024x1024'], undefined],
    ['amazon.nova-canvas-v1:0', ['premium', '1024x1024'], '0.06 / 1 image'],
  ];
  for (const [model, variant, price] of rows) {
    it(`${model} ${variant.join(' ')}: ${price ?? 'none'}`, () => {
      assert.equal(perUnit(model, { variant }), price);
    });
  }

  it('a fee per request depends on the search context', () => {
    const fee = (variant: string[]) => {
      const price = catalog.price({ model: 'sonar-pro', at: NOV_22, variant });
      return price && describePrice(price).per_call;
    };
    assert.deepEqual([fee([]), fee(['low']), fee(['high'])], ['0.006', '0.006', '0.014']);
  });
});

describe('service tiers', () => {
  it('multiply the price where the vendor publishes one, and are refused elsewhere', () => {
    const multiplier = (model: string, service: string) =>
      catalog.price({ model, at: NOV_22, service })?.multiplier;
    assert.equal(multiplier('gpt-6.2-sol', 'flex'), ONE / 2n);
    assert.equal(multiplier('gpt-6.2-sol', 'priority'), 2n * ONE);
    assert.equal(multiplier('claude-opus-4-7', 'fast'), 6n * ONE);
    assert.equal(multiplier('claude-opus-4-7', 'batch'), ONE / 2n);
    assert.equal(multiplier('gpt-4o', 'default'), ONE);
    assert.equal(multiplier('gpt-4o', 'priority'), undefined);
  });
});

describe('cache lifetimes', () => {
  it('price the short-lived and the long-lived cache', () => {
    const rates = perMillion('claude-opus-4-7', NOV_22);
    assert.deepEqual([rates?.cacheWrite5m, rates?.cacheWrite1h], ['6.25', '10']);
    const sol = perMillion('gpt-6.2-sol', NOV_22);
    assert.deepEqual([sol?.cacheWrite5m, sol?.cacheWrite1h], ['2.5', '5']);
  });
});
