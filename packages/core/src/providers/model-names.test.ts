import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../kernel/index.ts';
import { makersName, mappedName, pathSegment } from './model-names.ts';

/** [rules, canonical, spelled, name] */
const mapped: readonly (readonly [
  rules: Readonly<Record<string, string>>,
  canonical: string,
  spelled: string,
  name: string | undefined,
])[] = [
  [{ 'gpt-4o': 'a' }, 'gpt-4o', 'gpt-4o', 'a'],
  [{ 'gpt-4o': 'a' }, 'gpt-4.1', 'gpt-4.1', undefined],
  [{ 'gpt-4*': 'a', '*': 'b' }, 'gpt-4o', 'gpt-4o', 'a'],
  [{ 'gpt-4*': 'a', '*': 'b' }, 'o1', 'o1', 'b'],
  [{ 'gpt-4o': 'a', '*': 'b' }, 'gpt-4o', 'openai/gpt-4o', 'a'],
  [{ 'gpt-4o': 'a', 'gpt-4o-2024-08-06': 'b' }, 'gpt-4o', 'gpt-4o-2024-08-06', 'b'],
  [{ 'gpt-4o*': 'a', 'gpt-4o': 'b' }, 'gpt-4o', 'gpt-4o-2024-08-06', 'b'],
  [{ 'gpt-4o-2024*': 'a', 'gpt-4*': 'b' }, 'gpt-4o', 'gpt-4o-2024-08-06', 'a'],
];

test('the closest rule for either name of a model decides, the given name first', () => {
  for (const [rules, canonical, spelled, name] of mapped) {
    const config = {
      providerType: 'standard',
      modelMapping: new Map(Object.entries(rules)),
    } as const;
    const key = { baseUrl: 'https://x.test', host: 'x.test', secret: new Secret(''), config };
    assert.equal(mappedName(key, canonical, spelled), name, `${spelled} ${JSON.stringify(rules)}`);
  }
});

test('a maker knows its dated names, and no one else’s prefix', () => {
  assert.equal(makersName('gpt-4o', 'openai/gpt-4o-2024-08-06'), 'gpt-4o-2024-08-06');
  assert.equal(makersName('qwen-plus', 'qwen-plus-latest'), 'qwen-plus-latest');
  assert.equal(makersName('gpt-4o', 'gpt-4o-latest'), 'gpt-4o');
  assert.equal(makersName('claude-sonnet-4-6', 'claude-sonnet-4-6-latest'), 'claude-sonnet-4-6');
  assert.equal(makersName('gpt-4o', 'something-else'), 'gpt-4o');
});

test('a name is one segment of a path', () => {
  assert.equal(pathSegment('claude-sonnet-4-5@20250929'), 'claude-sonnet-4-5@20250929');
  assert.equal(pathSegment('../a?b#c:d e'), '..%2Fa%3Fb%23c%3Ad%20e');
});
