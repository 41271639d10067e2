import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_USAGE, type Usage } from '../protocols/index.ts';
import { clampUsage, QUANTITY_MAX } from './clamp.ts';

describe('clampUsage', () => {
  it('returns sound usage as it is', () => {
    const usage = { ...NO_USAGE, input: 12, output: QUANTITY_MAX };
    const clamped = clampUsage(usage);
    assert.equal(clamped.usage, usage);
    assert.deepEqual(clamped.flagged, []);
  });

  const rows: readonly [given: unknown, taken: number][] = [
    [-1, 0],
    [-0, 0],
    [Number.NaN, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.POSITIVE_INFINITY, QUANTITY_MAX],
    [QUANTITY_MAX + 1, QUANTITY_MAX],
    [0.2, 1],
    [12.5, 13],
    ['12', 0],
    [null, 0],
    [undefined, 0],
  ];
  for (const [given, taken] of rows) {
    it(`takes ${Object.is(given, -0) ? '-0' : String(given)} of type ${typeof given} for ${taken} and flags it`, () => {
      const raw = { ...NO_USAGE, input: 3, reasoning: given } as Usage;
      const { usage, flagged } = clampUsage(raw);
      assert.ok(Object.is(usage.reasoning, taken));
      assert.equal(usage.input, 3);
      assert.deepEqual(flagged, ['reasoning']);
    });
  }
});
