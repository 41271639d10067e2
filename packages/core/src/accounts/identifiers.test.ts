import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEmail, parseIdentifier, parseName } from './identifiers.ts';

describe('names', () => {
  for (const name of ['abcd', 'a.b-c_9', 'X123', 'L2x4', 'root', 'a'.repeat(63), '2024-team']) {
    test(`${name} is one`, () => assert.equal(parseName(name), name));
  }
  const wrong = [
    'abc',
    'a'.repeat(64),
    '12345',
    '1.2.3',
    'with space',
    'ümlaut',
    'L200',
    't0.25',
    'F0.25',
    'a@b.co',
    '.1.42.',
  ];
  for (const name of wrong) {
    test(`${JSON.stringify(name)} is none`, () => {
      assert.throws(() => parseName(name), { code: 'invalid_request' });
    });
  }
});

describe('e-mail addresses', () => {
  for (const email of ['a@b.co', 'first.last+tag@sub.example.com', "o'hara@example.org"]) {
    test(`${email} is one`, () => assert.equal(parseEmail('Email', email), email));
  }
  const wrong = [
    'a',
    'a@b',
    '@b.co',
    'a@@b.co',
    'a b@c.de',
    'a@b..co',
    'a@-b.co',
    `a@${'b'.repeat(260)}.co`,
    'a@b.co\n',
  ];
  for (const email of wrong) {
    test(`${JSON.stringify(email).slice(0, 40)} is none`, () => {
      assert.throws(() => parseEmail('BillingEmail', email), { code: 'invalid_request' });
    });
  }
});

describe('identifiers', () => {
  const cases = [
    ['42', { id: 42 }, 'one'],
    ['prod-account', { name: 'prod-account' }, 'one'],
    ['a@b.co', { email: 'a@b.co' }, 'one'],
    ['.1.42.', { dna: '.1.42.' }, 'several'],
    ['L2', { fields: [{ field: 'level', value: 2 }] }, 'several'],
    ['g0', { fields: [{ field: 'gear', value: 0 }] }, 'several'],
    ['R1', { fields: [{ field: 'role', value: 1 }] }, 'several'],
    ['T4', { fields: [{ field: 'tier', value: 4 }] }, 'several'],
    ['F1.5', { fields: [{ field: 'factor', value: 1_500_000 }] }, 'several'],
  ] as const;
  for (const [text, filter, selects] of cases) {
    test(`${text} selects ${selects}`, () => {
      assert.deepEqual(parseIdentifier(text), { filter, selects });
    });
  }
  for (const text of ['0', '007', '99999999999999999', 'ab', '', '../etc', 'x'.repeat(300)]) {
    test(`${JSON.stringify(text).slice(0, 30)} names nothing`, () => {
      assert.throws(() => parseIdentifier(text), { code: 'not_found' });
    });
  }
});
