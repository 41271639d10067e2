import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../kernel/index.ts';
import {
  parseLevelMapper,
  parseModelFailover,
  parseModelMapper,
  parseSwitchOver,
} from './mapping-text.ts';

type Parse = (value: unknown, param: string) => Map<unknown, unknown> | Error;

/** What a value reads as: entries, or `refused`. */
function read(parse: Parse, value: unknown): unknown {
  const map = parse(value, 'PARAM');
  if (!isFailure(map)) return [...(map as Map<unknown, unknown>)];
  assert.equal(map.detail.param, 'PARAM');
  assert.equal(map.status, 400);
  return 'refused';
}

const accepted: readonly (readonly [parse: Parse, value: unknown, entries: unknown])[] = [
  [parseModelMapper, '', []],
  [parseModelMapper, 'a=b', [['a', 'b']]],
  [
    parseModelMapper,
    ' gpt-3.5* = gpt-4o-mini ,o*=gpt-4o, ',
    [
      ['gpt-3.5*', 'gpt-4o-mini'],
      ['o*', 'gpt-4o'],
    ],
  ],
  [
    parseModelMapper,
    'a=b\nc=d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [parseModelMapper, 'x/y:free=z@1', [['x/y:free', 'z@1']]],
  [parseModelMapper, { a: 'b' }, [['a', 'b']]],
  [
    parseLevelMapper,
    'gpt*=1, *=2',
    [
      ['gpt*', 1],
      ['*', 2],
    ],
  ],
  [
    parseLevelMapper,
    { 'gpt*': 1, b: '2' },
    [
      ['gpt*', 1],
      ['b', 2],
    ],
  ],
  [
    parseSwitchOver,
    '1=2, 2=3',
    [
      [1, 2],
      [2, 3],
    ],
  ],
  [parseSwitchOver, { 1: 2 }, [[1, 2]]],
  [
    parseModelFailover,
    'a=b|c, d=e',
    [
      ['a', ['b', 'c']],
      ['d', ['e']],
    ],
  ],
  [parseModelFailover, 'a=b | b | c', [['a', ['b', 'c']]]],
  [
    parseModelFailover,
    { a: ['b', 'c'], d: 'e' },
    [
      ['a', ['b', 'c']],
      ['d', ['e']],
    ],
  ],
];

test('maps are read from strings and objects alike', () => {
  for (const [parse, value, entries] of accepted) {
    assert.deepEqual(read(parse, value), entries, `${parse.name} ${JSON.stringify(value)}`);
  }
});

const refused: readonly (readonly [parse: Parse, value: unknown])[] = [
  ...['a', 'a=', '=b', 'a=b=c', 'a=b c', 'a=b,a=c', 5, null, ['a=b'], true].map(
    (value) => [parseModelMapper, value] as const,
  ),
  ...['a=b*', '-a', '-a=b', 'a=-b'].map((value) => [parseModelMapper, value] as const),
  [parseModelMapper, { a: 1 }],
  [parseModelMapper, { a: null }],
  [parseModelMapper, { 'a b': 'c' }],
  [parseModelMapper, `${'x'.repeat(257)}=y`],
  [parseModelMapper, Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`m${i}`, 'x']))],
  ...['a=0', 'a=-1', 'a=1.5', 'a=x', 'a=1001', 'a=99999'].map(
    (v) => [parseLevelMapper, v] as const,
  ),
  ...['1=1', '0=1', 'a=1', '1=b', '1=2,1=3'].map((value) => [parseSwitchOver, value] as const),
  ...['a=', 'a=|', 'a=b||c', 'a=b|c*'].map((value) => [parseModelFailover, value] as const),
  [parseModelFailover, { a: [] }],
  [parseModelFailover, { a: [1] }],
];

test('what is no map is refused whole, naming the parameter', () => {
  for (const [parse, value] of refused) {
    assert.equal(read(parse, value), 'refused', `${parse.name} ${JSON.stringify(value)}`);
  }
});
