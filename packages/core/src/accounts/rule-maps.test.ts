import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyMapper, applyModelLimits } from './rule-maps.ts';

const MAP = { a: 'x', 'gpt-3.5*': 'gpt-4o-mini' };

describe('a mapping', () => {
  test('text merges, -name removes, * clears', () => {
    assert.deepEqual(applyMapper(MAP, 'b=y, a=z'), { a: 'z', 'gpt-3.5*': 'gpt-4o-mini', b: 'y' });
    assert.deepEqual(applyMapper(MAP, '-gpt-3.5*, b=y'), { a: 'x', b: 'y' });
    assert.deepEqual(applyMapper(MAP, '* b=y'), { b: 'y' });
    assert.deepEqual(applyMapper(MAP, '*'), {});
    assert.deepEqual(applyMapper(MAP, ''), MAP);
    assert.deepEqual(applyMapper({}, '*=gpt-4o'), { '*': 'gpt-4o' });
    assert.deepEqual(applyMapper({ '*': 'gpt-4o', a: 'x' }, '-*'), { a: 'x' });
  });

  test('objects merge, null removes one, null as a whole clears', () => {
    assert.deepEqual(applyMapper(MAP, { a: null, b: 'y' }), { 'gpt-3.5*': 'gpt-4o-mini', b: 'y' });
    assert.deepEqual(applyMapper(MAP, { absent: null }), MAP);
    assert.deepEqual(applyMapper(MAP, null), {});
  });

  for (const text of ['a', 'a=', '=b', 'a=b=c', 'a=b*', '-absent']) {
    test(`${text} is refused`, () => {
      assert.throws(() => applyMapper(MAP, text), { code: 'invalid_request' });
    });
  }

  test('a rule named __proto__ is a rule like any other', () => {
    const rules = applyMapper({}, '__proto__=x');
    assert.deepEqual(Object.entries(rules), [['__proto__', 'x']]);
  });
});

describe('limits of models', () => {
  const limits = { 'gpt-4o': { rpm: 1 }, claude: { tpm: 2 } };

  test('objects merge model by model, null removes', () => {
    assert.deepEqual(applyModelLimits(limits, { 'gpt-4o': { tpm: 5 }, claude: null }), {
      'gpt-4o': { tpm: 5 },
    });
    assert.deepEqual(applyModelLimits(limits, { new: { rpm: 0, tpd: null } }), {
      ...limits,
      new: { rpm: 0 },
    });
    assert.deepEqual(applyModelLimits(limits, null), {});
  });

  test('text is JSON, or removes and clears', () => {
    assert.deepEqual(applyModelLimits({}, '{"m": {"rph": 3}}'), { m: { rph: 3 } });
    assert.deepEqual(applyModelLimits(limits, '-gpt-4o, -claude'), {});
    assert.deepEqual(applyModelLimits(limits, '*'), {});
  });

  for (const input of [
    '{"m": {"rpm": -1}}',
    '{"m": {"rpm": 1.5}}',
    '{"m": {"rps": 1}}',
    '{"m": 5}',
    '{bad',
    'm',
    '-absent',
  ]) {
    test(`${input} is refused`, () => {
      assert.throws(() => applyModelLimits(limits, input), { code: 'invalid_request' });
    });
  }
});
