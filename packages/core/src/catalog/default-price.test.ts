import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFailure, ONE } from '../kernel/index.ts';
import { parseDefaultPrice } from './default-price.ts';

describe('default_price', () => {
  it('may be one figure for input and output alike', () => {
    assert.deepEqual(parseDefaultPrice(0, 'key:1'), {
      rates: { input: 0n, output: 0n },
      tiers: [],
      multiplier: ONE,
      source: 'key:1',
    });
    assert.deepEqual(parseDefaultPrice('0.25', 'key:1').rates, {
      input: 250_000n,
      output: 250_000n,
    });
  });

  it('takes numbers and decimal text for every bucket', () => {
    const price = parseDefaultPrice(
      {
        input: 1,
        output: '2',
        cache_read: 0.1,
        cache_write: 1.25,
        reasoning: 3,
        input_audio: 4,
        input_image: 5,
        output_audio: 6,
        output_image: 7,
        call: '0.005',
      },
      'key:9',
    );
    assert.deepEqual(price, {
      rates: {
        input: 1_000_000n,
        output: 2_000_000n,
        cacheRead: 100_000n,
        cacheWrite5m: 1_250_000n,
        cacheWrite1h: 1_250_000n,
        reasoning: 3_000_000n,
        inputAudio: 4_000_000n,
        inputImage: 5_000_000n,
        outputAudio: 6_000_000n,
        outputImage: 7_000_000n,
      },
      tiers: [],
      call: 5_000_000_000n,
      multiplier: ONE,
      source: 'key:9',
    });
  });

  const refused: readonly [value: unknown, param: string][] = [
    [-1, 'Config.default_price'],
    ['free', 'Config.default_price'],
    [null, 'Config.default_price'],
    [{}, 'Config.default_price.input'],
    [{ output: 1 }, 'Config.default_price.input'],
    [{ input: 1, price: 2 }, 'Config.default_price'],
    [{ input: 1, output: Number.NaN }, 'Config.default_price.output'],
    [{ input: '0.0000001' }, 'Config.default_price.input'],
  ];
  for (const [value, param] of refused) {
    it(`refuses ${JSON.stringify(value)}, naming ${param}`, () => {
      assert.throws(
        () => parseDefaultPrice(value, 'key:1'),
        (error) => isFailure(error) && error.detail.param === param,
      );
    });
  }
});
