import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Millionths, ONE, type Picodollars } from '../kernel/index.ts';
import { NO_USAGE } from '../protocols/index.ts';
import { describeCharge, describePrice } from './describe.ts';
import type { Price } from './price.ts';

const pico = (amount: bigint) => amount as Picodollars;

const price: Price = {
  rates: { input: pico(2_500_000n), output: pico(10_000_000n) },
  tiers: [
    {
      aboveInputTokens: 1_000,
      rates: { input: pico(5_000_000n), output: pico(15_000_000n) },
    },
  ],
  unit: pico(17_000_000_000n),
  unitName: 'second',
  unitSize: 60,
  call: pico(5_000_000_000n),
  multiplier: 1_500_000n as Millionths,
  source: 'catalog:test@2026-11-22',
};

describe('describeCharge', () => {
  it('writes every figure of the charge as decimal dollars', () => {
    const usage = { ...NO_USAGE, input: 1_001, output: 3, units: 90 };
    assert.deepEqual(describeCharge(usage, price, 2_000_000n as Millionths), {
      cost: '0.10665',
      source: 'catalog:test@2026-11-22',
      tierAboveInputTokens: 1_000,
      multiplier: 1.5,
      factor: 2,
      lines: [
        { bucket: 'input', quantity: 1_001, rate: '5', per: 1_000_000, amount: '0.005005' },
        { bucket: 'output', quantity: 3, rate: '15', per: 1_000_000, amount: '0.000045' },
        { bucket: 'units', quantity: 90, rate: '0.017', per: 60, amount: '0.0255' },
        { bucket: 'call', quantity: 1, rate: '0.005', per: 1, amount: '0.005' },
      ],
      unpriced: [],
    });
  });
});

describe('describePrice', () => {
  it('writes a price as it is published', () => {
    assert.deepEqual(describePrice(price), {
      source: 'catalog:test@2026-11-22',
      multiplier: 1.5,
      per_million_tokens: { input: '2.5', output: '10' },
      tiers: [{ above_input_tokens: 1_000, per_million_tokens: { input: '5', output: '15' } }],
      per_unit: { unit: 'second', size: 60, price: '0.017', minimum: 0 },
      per_call: '0.005',
    });
  });

  it('leaves out what the price does not have', () => {
    const free: Price = { rates: { input: pico(0n) }, tiers: [], multiplier: ONE, source: 'key:1' };
    assert.deepEqual(describePrice(free), {
      source: 'key:1',
      multiplier: 1,
      per_million_tokens: { input: '0' },
      tiers: [],
    });
  });
});
