import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  mergeRules,
  type RuleMapName,
  readRules,
  replaceRules,
  rulesText,
  type StoredRules,
} from './mapping-change.ts';

const stored = { 'gpt-3.5*': 'gpt-4o-mini', 'o*': 'gpt-4o' };

function write(written: string | StoredRules, name: RuleMapName = 'MODEL_MAPPER') {
  return { name, param: 'PARAM', written };
}

describe('a map that is replaced', () => {
  test('text is the whole map, an object merges, null removes one', () => {
    assert.deepEqual(replaceRules(stored, write('a=b, c=d')), { a: 'b', c: 'd' });
    assert.deepEqual(replaceRules(stored, write('')), {});
    assert.deepEqual(replaceRules(stored, write({ a: 'b', 'o*': null, absent: null })), {
      'gpt-3.5*': 'gpt-4o-mini',
      a: 'b',
    });
  });

  test('levels, switch-overs and failovers have their values', () => {
    assert.deepEqual(replaceRules(undefined, write('gpt-4*=1, claude*=2', 'LEVEL_MAPPER')), {
      'gpt-4*': 1,
      'claude*': 2,
    });
    assert.deepEqual(replaceRules({ 1: 2 }, write({ 2: '3' }, 'SWITCH_OVER')), { 1: 2, 2: 3 });
    assert.deepEqual(replaceRules({ a: ['b'] }, write('a=c|d', 'MODEL_FAILOVER')), {
      a: ['c', 'd'],
    });
  });

  for (const written of ['a', '-a', '*', 'a=b,a=c', { a: 5 }, { a: 'b*' }, { '-a': 'b' }]) {
    test(`${JSON.stringify(written)} is refused by its parameter`, () => {
      assert.throws(() => replaceRules(stored, write(written)), { message: /^PARAM: / });
    });
  }
});

describe('a map that is merged', () => {
  test('a=b sets, -a removes, * clears, in the order of the text', () => {
    assert.deepEqual(mergeRules(stored, write('a=b, o*=gpt-5')), {
      'gpt-3.5*': 'gpt-4o-mini',
      'o*': 'gpt-5',
      a: 'b',
    });
    assert.deepEqual(mergeRules(stored, write('-gpt-3.5*, b=y')), { 'o*': 'gpt-4o', b: 'y' });
    assert.deepEqual(mergeRules(stored, write('*, b=y')), { b: 'y' });
    assert.deepEqual(mergeRules(stored, write('*')), {});
    assert.deepEqual(mergeRules(stored, write('')), stored);
  });

  test('a rule for every model is none of the signs', () => {
    assert.deepEqual(mergeRules({}, write('*=2', 'LEVEL_MAPPER')), { '*': 2 });
    assert.deepEqual(mergeRules({ '*': 2, a: 1 }, write('-*', 'LEVEL_MAPPER')), { a: 1 });
  });

  test('what is not there cannot be removed', () => {
    assert.throws(() => mergeRules(stored, write('-absent')), { code: 'invalid_request' });
  });

  test('in an object * and -a are names, so that the one is a rule and the other refused', () => {
    assert.deepEqual(mergeRules({}, write({ '*': 'a' })), { '*': 'a' });
    assert.throws(() => mergeRules(stored, write({ '-o*': 'x' })), { code: 'invalid_request' });
  });

  test('a rule named __proto__ is a rule like any other', () => {
    assert.deepEqual(Object.entries(mergeRules({}, write('__proto__=x'))), [['__proto__', 'x']]);
  });
});

test('rules read back from their text', () => {
  const maps: readonly (readonly [RuleMapName, StoredRules])[] = [
    ['MODEL_MAPPER', stored],
    ['LEVEL_MAPPER', { 'gpt*': 1, '*': 2 }],
    ['SWITCH_OVER', { 1: 2, 2: 3 }],
    ['MODEL_FAILOVER', { a: ['b', 'c'], d: ['e'] }],
  ];
  for (const [name, rules] of maps) {
    assert.deepEqual(replaceRules({ gone: 1 }, write(rulesText(rules), name)), rules);
    assert.deepEqual(readRules(name, rules), rules);
  }
  assert.deepEqual(readRules('LEVEL_MAPPER', 'not a map'), {});
});
