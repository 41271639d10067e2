import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../kernel/index.ts';
import { type Allowlist, allowlistText, applyTokens, firstOutside } from './allowlist.ts';
import { addressTokens, levelTokens, modelTokens, resourceTokens } from './token-kinds.ts';

describe('what is written to an allowlist', () => {
  const cases: readonly [what: string, current: Allowlist, input: string, result: Allowlist][] = [
    ['the first token on an unrestricted list is the whole list', null, 'gpt-4*', ['gpt-4*']],
    ['further tokens add', ['a'], 'b', ['a', 'b']],
    ['blanks and commas separate', null, ' a, b\n\tc,,d ', ['a', 'b', 'c', 'd']],
    ['a token that is there already changes nothing', ['a', 'b'], 'a', ['a', 'b']],
    ['-token removes', ['a', 'b'], '-a', ['b']],
    ['removing the last denies all', ['a'], '-a', []],
    ['a token added to a list that denies all is the list', [], 'a', ['a']],
    ['* resets', ['a'], '*', null],
    ['* then tokens replaces', ['a'], '* b c', ['b', 'c']],
    ['-* denies all', ['a'], '-*', []],
    ['-* on an unrestricted list denies all', null, '-*', []],
    [
      'removing a glob removes that token, not what it matches',
      ['gpt-4*', 'gpt-4o'],
      '-gpt-4*',
      ['gpt-4o'],
    ],
    ['nothing written changes nothing', ['a'], '', ['a']],
  ];
  for (const [what, current, input, result] of cases) {
    test(what, () => assert.deepEqual(applyTokens(current, input, modelTokens), result));
  }

  test('a list and null are understood too', () => {
    assert.deepEqual(applyTokens(null, ['a', 'b c'], modelTokens), ['a', 'b', 'c']);
    assert.equal(applyTokens(['a'], null, modelTokens), null);
  });

  const refused: readonly [
    what: string,
    current: Allowlist,
    input: string,
    kind: typeof modelTokens,
  ][] = [
    ['removing what is not in the list', ['a'], '-b', modelTokens],
    ['removing from an unrestricted list', null, '-b', modelTokens],
    ['a model with odd characters', null, 'gpt 4;drop', modelTokens],
    ['a token of too many characters', null, 'x'.repeat(300), modelTokens],
    [
      'more entries than can be kept',
      null,
      Array.from({ length: 600 }, (_, i) => `m${i}`).join(' '),
      modelTokens,
    ],
    ['a path without its slash', null, 'v1/chat', resourceTokens],
    ['a half address', null, '10.0.0', addressTokens],
    ['a network with too long a prefix', null, '10.0.0.0/33', addressTokens],
    ['an octal address', null, '010.0.0.1', addressTokens],
    ['a name', null, 'localhost', addressTokens],
    ['a level that is no number', null, 'L2', levelTokens],
  ];
  for (const [what, current, input, kind] of refused) {
    test(`is refused with the field’s name: ${what}`, () => {
      assert.throws(
        () => applyTokens(current, input, kind),
        (error) => isFailure(error) && error.status === 400 && error.detail.param === kind.param,
      );
    });
  }

  test('addresses are kept in one form, so that they can be removed in another', () => {
    const list = applyTokens(null, '10.1.2.3/8 2001:DB8::1 ::ffff:192.0.2.1', addressTokens);
    assert.deepEqual(list, ['10.0.0.0/8', '2001:db8::1', '192.0.2.1']);
    assert.deepEqual(applyTokens(list, '-10.0.0.0/8 -2001:db8:0:0::1', addressTokens), [
      '192.0.2.1',
    ]);
  });
});

describe('a list within others', () => {
  const cases: readonly [
    outer: string[],
    inner: string,
    isWithin: boolean,
    kind?: typeof modelTokens,
  ][] = [
    [['gpt-*'], 'gpt-4*', true],
    [['gpt-4*'], 'gpt-*', false],
    [['gpt-4o'], 'gpt-4o', true],
    [['gpt-4o', 'claude-*'], 'claude-3*', true],
    [['*-mini'], 'gpt-4o-mini', true],
    [['*-mini'], 'gpt-*', false],
    [['a*c'], 'a*b*c', true],
    [['a*b*c'], 'a*c', false],
    [[], 'a', false],
    [['10.0.0.0/8'], '10.2.0.0/16', true, addressTokens],
    [['10.2.0.0/16'], '10.0.0.0/8', false, addressTokens],
    [['10.0.0.0/8'], '2001:db8::/32', false, addressTokens],
    [['0.0.0.0/0', '::/0'], '2001:db8::1', true, addressTokens],
    [[], '127.0.0.1', true, addressTokens],
    [[], '10.0.0.1', false, addressTokens],
    [['/v1/audio/*'], '/v1/audio/speech', true, resourceTokens],
    [['1', '2'], '2', true, levelTokens],
    [['1', '2'], '12', false, levelTokens],
  ];
  for (const [outer, inner, isWithin, kind = modelTokens] of cases) {
    test(`${inner} is ${isWithin ? '' : 'not '}within ${outer.join(' ') || 'nothing'}`, () => {
      assert.equal(firstOutside([inner], [outer], kind), isWithin ? undefined : inner);
    });
  }

  test('every outer list counts, and an unrestricted one allows all', () => {
    assert.equal(firstOutside(['a'], [null, ['a', 'b'], ['b']], modelTokens), 'a');
    assert.equal(firstOutside(['a'], [null, null], modelTokens), undefined);
    assert.equal(firstOutside(null, [['a']], modelTokens), undefined);
  });
});

test('a list is shown as it can be written', () => {
  for (const list of [null, [], ['a', 'b*']]) {
    assert.deepEqual(applyTokens(['other'], `* ${allowlistText(list)}`, modelTokens), list);
  }
});
