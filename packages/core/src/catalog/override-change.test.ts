import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changePricing } from './override-change.ts';

const stored = {
  ChatPricing: { 'gpt-4o': { InputText: 3.5 }, 'claude-*': { Rates: 2 } },
  CallPricing: { search: { Call: 0.01 } },
};

describe('a change of PRICING', () => {
  it('replaces the document by text', () => {
    const text = '{"ChatPricing": {"o3": {"InputText": 1}}}';
    assert.deepEqual(changePricing(stored, text, 1), { ChatPricing: { o3: { InputText: 1 } } });
  });

  it('merges an object section by section and model by model', () => {
    const written = { ChatPricing: { 'gpt-4o': { OutputText: 12 }, 'claude-*': null } };
    assert.deepEqual(changePricing(stored, written, 1), {
      ChatPricing: { 'gpt-4o': { OutputText: 12 } },
      CallPricing: { search: { Call: 0.01 } },
    });
    assert.deepEqual(changePricing(stored, { CallPricing: null }, 1), {
      ChatPricing: stored.ChatPricing,
    });
    assert.deepEqual(changePricing(undefined, stored, 1), stored);
  });

  it('knows a model in any case', () => {
    const written = { ChatPricing: { 'GPT-4o': { InputText: 1 } } };
    assert.deepEqual(changePricing(stored, written, 1).ChatPricing, {
      'claude-*': { Rates: 2 },
      'GPT-4o': { InputText: 1 },
    });
  });

  const models = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${from + i}`, {}]));
  const big = JSON.stringify({ ChatPricing: { [`${'x'.repeat(100)}`]: {} } }).padEnd(131_073);
  const refused: readonly (readonly [why: string, written: string | object, before?: object])[] = [
    ['text that is no JSON', '{'],
    ['text that is no document', 'null'],
    ['a document beyond 128 KB', big],
    ['an unknown section', { Prices: {} }],
    ['an unknown field', { ChatPricing: { m: { Input: 1 } } }],
    ['a negative figure', { ChatPricing: { m: { InputText: -1 } } }],
    ['a figure that is not finite', '{"ChatPricing": {"m": {"InputText": 1e999}}}'],
    ['a section that is no object', { ChatPricing: 5 }],
    ['more entries than a document has', { ChatPricing: models(0, 1_025) }],
    [
      'more entries together with those before',
      { ChatPricing: models(1_000, 30) },
      { ChatPricing: models(0, 1_000) },
    ],
  ];
  for (const [why, written, before] of refused) {
    it(`refuses ${why}`, () => {
      const write = () => changePricing(before, written as Record<string, unknown>, 1);
      assert.throws(write, { code: 'invalid_request' });
    });
  }
});
