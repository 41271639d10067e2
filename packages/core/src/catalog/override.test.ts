import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFailure, ONE } from '../kernel/index.ts';
import { charge, describePrice, type Price } from '../metering/index.ts';
import { NO_USAGE } from '../protocols/index.ts';
import type { PriceLookup } from './catalog.ts';
import { loadCatalog } from './load.ts';
import { parsePricing } from './override.ts';

const catalog = loadCatalog();
const AT = Date.parse('2026-11-22T12:00:00Z');

function priced(pricing: unknown, model: string, extra: Partial<PriceLookup> = {}) {
  return catalog.price({ model, at: AT, override: parsePricing(pricing, 7), ...extra });
}

function summary(price: Price | undefined): Record<string, string | undefined> | undefined {
  if (!price) return undefined;
  const { per_million_tokens, per_unit, per_call } = describePrice(price);
  return { ...per_million_tokens, unit: per_unit?.price, call: per_call };
}

describe('an override', () => {
  it('replaces what it names and leaves the rest', () => {
    const price = priced(
      { ChatPricing: { 'gpt-4o': { InputText: 3.5, OutputText: 12 } } },
      'gpt-4o',
    );
    assert.deepEqual(summary(price), {
      input: '3.5',
      cacheRead: '1.25',
      output: '12',
      unit: '0.01',
      call: undefined,
    });
    assert.equal(price?.source, 'owner:7');
    assert.equal(price.multiplier, ONE);
  });

  it('leaves models alone that it does not name', () => {
    const pricing = { ChatPricing: { 'gpt-4o': { InputText: 3.5 } } };
    const price = priced(pricing, 'gpt-4o-mini');
    assert.equal(price, catalog.price({ model: 'gpt-4o-mini', at: AT }));
  });

  it('holds in every tier of size', () => {
    const price = priced({ ChatPricing: { 'gpt-5.5': { InputText: 6 } } }, 'gpt-5.5');
    assert.ok(price);
    assert.equal(charge({ ...NO_USAGE, input: 300_000 }, price, ONE).cost, 1_800_000_000n);
    assert.equal(charge({ ...NO_USAGE, output: 10 }, price, ONE).cost, 300_000n);
  });

  it('may name a model by an alias, in any case, or by a glob', () => {
    for (const key of ['claude-opus-4.7', 'Claude-Opus-4-7', 'anthropic/claude-opus-4-7']) {
      const pricing = { ChatPricing: { [key]: { InputText: 1 } } };
      assert.equal(summary(priced(pricing, 'claude-opus-4-7'))?.input, '1', key);
    }
    for (const key of ['claude-*', 'claude-opus-4.*', '*opus*', '*']) {
      const pricing = { ChatPricing: { [key]: { InputText: 1 } } };
      assert.equal(summary(priced(pricing, 'claude-opus-4-7'))?.input, '1', key);
    }
  });

  it('prefers the exact name to a glob and the longer glob to the shorter', () => {
    const pricing = {
      ChatPricing: {
        'gpt-*': { InputText: 1 },
        'gpt-4o*': { InputText: 2 },
        'gpt-4o-mini': { InputText: 3 },
      },
    };
    const input = (model: string) => summary(priced(pricing, model))?.input;
    assert.deepEqual([input('gpt-5'), input('gpt-4o'), input('gpt-4o-mini')], ['1', '2', '3']);
  });

  it('can price a model that the catalog does not know', () => {
    const pricing = { ChatPricing: { 'acme-*': { InputText: 1, OutputText: 2 } } };
    assert.deepEqual(priced(pricing, 'acme-large')?.rates, {
      input: 1_000_000n,
      output: 2_000_000n,
    });
    const half = { ChatPricing: { 'acme-*': { OutputText: 2 } } };
    assert.equal(priced(half, 'acme-large'), undefined);
    assert.equal(priced({ ChatPricing: { 'acme-*': { Rates: 2 } } }, 'acme-large'), undefined);
  });

  it('makes a price of zero a price', () => {
    const pricing = { ChatPricing: { 'gpt-4o': { InputText: 0, OutputText: 0, CachedText: 0 } } };
    const price = priced(pricing, 'gpt-4o');
    assert.ok(price);
    assert.equal(charge({ ...NO_USAGE, input: 9, cacheRead: 9, output: 9 }, price, ONE).cost, 0n);
  });

  it('multiplies with Rates', () => {
    const price = priced({ ChatPricing: { 'gpt-4o': { Rates: 1.25 } } }, 'gpt-4o');
    assert.ok(price);
    assert.equal(charge({ ...NO_USAGE, input: 1_000_000 }, price, ONE).cost, 3_125_000_000n);
  });

  it('sets every bucket of ChatPricing, both cache lifetimes with CacheWrite', () => {
    const pricing = {
      ChatPricing: {
        x: {
          InputText: 1,
          OutputText: 2,
          CachedText: 3,
          CacheWrite: 4,
          ReasonText: 5,
          InputAudio: 6,
          OutputAudio: 7,
          InputImage: 8,
          OutputImage: 9,
        },
      },
    };
    assert.deepEqual(priced(pricing, 'x')?.rates, {
      input: 1_000_000n,
      output: 2_000_000n,
      cacheRead: 3_000_000n,
      cacheWrite5m: 4_000_000n,
      cacheWrite1h: 4_000_000n,
      reasoning: 5_000_000n,
      inputAudio: 6_000_000n,
      outputAudio: 7_000_000n,
      inputImage: 8_000_000n,
      outputImage: 9_000_000n,
    });
  });

  const pieces: readonly [
    why: string,
    pricing: Record<string, unknown>,
    model: string,
    variant: readonly string[],
    expected: Record<string, string>,
  ][] = [
    [
      'an image by its size',
      { ImgPricing: { 'dall-e-3': { Call: 0.1, Sizes: { '1024x1024': 0.05 } } } },
      'dall-e-3',
      ['hd', '1024x1024'],
      { unit: '0.05' },
    ],
    [
      'an image of another size by Call',
      { ImgPricing: { 'dall-e-3': { Call: 0.1, Sizes: { '1024x1024': 0.05 } } } },
      'dall-e-3',
      ['hd', '1792x1024'],
      { unit: '0.1' },
    ],
    [
      'an image of another size by the shipped price where there is no Call',
      { ImgPricing: { 'dall-e-3': { Sizes: { '1024x1024': 0.05 } } } },
      'dall-e-3',
      ['hd', '1792x1024'],
      { unit: '0.12' },
    ],
    [
      'no size that is a word of the language rather than of the owner',
      { ImgPricing: { 'dall-e-3': { Sizes: { '1024x1024': 0.05 } } } },
      'dall-e-3',
      ['constructor', '__proto__'],
      { unit: '0.04' },
    ],
    [
      'an image instead of its tokens',
      { ImgPricing: { 'gpt-image-2': { Call: 0.2 } } },
      'gpt-image-2',
      [],
      { unit: '0.2' },
    ],
    [
      'characters of speech per million',
      { AudioPricing: { 'tts-1': { Input: 20 } } },
      'tts-1',
      [],
      { unit: '0.00002' },
    ],
    [
      'a fee beside the characters',
      { AudioPricing: { 'tts-1': { Call: 0.01 } } },
      'tts-1',
      [],
      { unit: '15', call: '0.01' },
    ],
    [
      'audio tokens',
      { AudioPricing: { 'gpt-4o-mini-tts': { Input: 1, Output: 20 } } },
      'gpt-4o-mini-tts',
      [],
      { input: '1', inputAudio: '1', output: '20', outputAudio: '20' },
    ],
    [
      'speech of an unknown model by tokens and characters alike',
      { AudioPricing: { 'acme-voice': { Input: 30 } } },
      'acme-voice',
      [],
      { input: '30', inputAudio: '30', unit: '0.00003' },
    ],
    [
      'a search unit',
      { RerankPricing: { 'rerank-v3.5': { Call: 0.003 } } },
      'rerank-v3.5',
      [],
      { unit: '0.003' },
    ],
    [
      'tokens of a reranker and a fee',
      { RerankPricing: { 'rerank-3': { Input: 0.1, Call: 0.001 } } },
      'rerank-3',
      [],
      { input: '0.1', call: '0.001' },
    ],
    [
      'a call of an unknown model',
      { CallPricing: { 'acme-search': { Call: 0.02 } } },
      'acme-search',
      [],
      { call: '0.02' },
    ],
    [
      'a call of a chat model beside its tokens and searches',
      { CallPricing: { 'claude-haiku-4-5': { Call: 0.02 } } },
      'claude-haiku-4-5',
      [],
      {
        input: '1',
        cacheRead: '0.1',
        cacheWrite5m: '1.25',
        cacheWrite1h: '2',
        output: '5',
        unit: '0.01',
        call: '0.02',
      },
    ],
  ];
  for (const [why, pricing, model, variant, expected] of pieces) {
    it(`prices ${why}`, () => {
      const given = Object.entries(summary(priced(pricing, model, { variant })) ?? {});
      assert.deepEqual(Object.fromEntries(given.filter(([, v]) => v !== undefined)), expected);
    });
  }

  it('is multiplied by the service tier like the shipped price', () => {
    const pricing = { ChatPricing: { 'gpt-6.2-sol': { Rates: 1.5 } } };
    const extra = { service: 'flex' };
    assert.equal(priced(pricing, 'gpt-6.2-sol', extra)?.multiplier, 750_000n);
    const own = { ChatPricing: { acme: { InputText: 1 } } };
    assert.equal(priced(own, 'acme', { service: 'priority' })?.multiplier, ONE);
  });
});

describe('PRICING', () => {
  it('is taken as text or as an object', () => {
    const pricing = { ChatPricing: { 'gpt-4o': { InputText: 3.5 } } };
    assert.deepEqual(parsePricing(JSON.stringify(pricing), 1), parsePricing(pricing, 1));
    assert.equal(parsePricing('{}', 1).chat.size, 0);
  });

  const many = Object.fromEntries(Array.from({ length: 1_025 }, (_, i) => [`m${i}`, {}]));
  const sizes = Object.fromEntries(Array.from({ length: 1_024 }, (_, i) => [`${i}x1`, 1]));
  const refused: readonly [why: string, value: unknown, param: string][] = [
    ['text that is not JSON', '{', 'PRICING'],
    ['no object', '[]', 'PRICING'],
    ['nothing', undefined, 'PRICING'],
    ['a number', 12, 'PRICING'],
    ['an unknown section', { Chat: {} }, 'PRICING'],
    ['an unknown field', { ChatPricing: { m: { Input: 1 } } }, 'PRICING.ChatPricing.m'],
    [
      'a negative figure',
      { ChatPricing: { m: { InputText: -1 } } },
      'PRICING.ChatPricing.m.InputText',
    ],
    ['a figure as text', { CallPricing: { m: { Call: '1' } } }, 'PRICING.CallPricing.m.Call'],
    [
      'a figure that is not finite',
      { ChatPricing: { m: { InputText: Number.POSITIVE_INFINITY } } },
      'PRICING.ChatPricing.m.InputText',
    ],
    [
      'a figure too fine',
      { ChatPricing: { m: { InputText: 1e-7 } } },
      'PRICING.ChatPricing.m.InputText',
    ],
    [
      'a multiplier too fine',
      { CallPricing: { m: { Rates: 1.0000001 } } },
      'PRICING.CallPricing.m.Rates',
    ],
    ['a figure of 1e400', '{"CallPricing":{"m":{"Call":1e400}}}', 'PRICING.CallPricing.m.Call'],
    ['a name twice', { CallPricing: { a: {}, A: {} } }, 'PRICING.CallPricing.A'],
    ['more than 1,024 models', { CallPricing: many }, 'PRICING'],
    ['more than 1,024 models and sizes', { ImgPricing: { m: { Sizes: sizes } } }, 'PRICING'],
    ['more than 128 KB', `{"ChatPricing":{}${' '.repeat(131_072)}}`, 'PRICING'],
  ];
  for (const [why, value, param] of refused) {
    it(`is refused for ${why}, naming the field`, () => {
      assert.throws(
        () => parsePricing(value, 1),
        (error) =>
          isFailure(error) && error.code === 'invalid_request' && error.detail.param === param,
      );
    });
  }
});
