import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { slices } from './slices.ts';

const LONGEST_RUN = /\s{130,}|\S{130,}/;

describe('slices', () => {
  it('leave prose in one piece', () => {
    const prose = 'Ordinary words, with spaces.\n'.repeat(500);
    assert.deepEqual(slices(prose), [prose]);
  });

  it('put together are the text again, with no run left that takes long', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .tuple(fc.constantFrom('a', ' ', '😀', 'ก', '\n'), fc.integer({ min: 1, max: 900 }))
        .map(([character, times]) => character.repeat(times)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const cut = slices(text);
        assert.equal(cut.join(''), text);
        for (const slice of cut) assert.ok(!LONGEST_RUN.test(slice.replace(/[^ -~\t-\r]/gu, 'x')));
      }),
    );
  });

  it('never part a surrogate pair', () => {
    for (const slice of slices(`x${'😀'.repeat(600)}`)) assert.ok(slice.isWellFormed());
  });
});
