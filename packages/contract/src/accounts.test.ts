import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountCreate, accountListQuery, accountUpdate } from './accounts.ts';
import { namedKeyCreate } from './keys.ts';

const NEW = { Name: 'prod-account', Email: 'prod@example.com', CreditGranted: 500 };

describe('the body that creates an account', () => {
  test('needs a name, an e-mail address and credit; all else is open', () => {
    assert.deepEqual(accountCreate.parse(NEW), NEW);
    for (const name of Object.keys(NEW)) {
      const { [name as keyof typeof NEW]: _, ...rest } = NEW;
      assert.equal(accountCreate.safeParse(rest).success, false, name);
    }
  });

  test('takes amounts as numbers or as exact text', () => {
    const body = { ...NEW, CreditGranted: '0.000000001', Rates: 1.5, HardLimit: null };
    assert.deepEqual(accountCreate.parse(body), body);
  });

  const wrong: readonly [field: string, value: unknown][] = [
    ['RPM', -1],
    ['RPM', 1.5],
    ['RPM', '60'],
    ['Days', 0],
    ['Days', 365.1],
    ['Tier', 5],
    ['Role', 3],
    ['Gear', 0],
    ['Level', 1_001],
    ['Status', 'yes'],
    ['Alias', ''],
    ['ModelLimits', { m: { rps: 1 } }],
    ['ModelMapper', { m: 5 }],
    ['AllowModels', 5],
    ['Balance', 5],
    ['SecretKey', '***'],
    ['LevelMapper', 'gpt-4*=2'],
  ];
  for (const [field, value] of wrong) {
    test(`is refused with the field’s name: ${field} ${JSON.stringify(value)}`, () => {
      const { error } = accountCreate.safeParse({ ...NEW, [field]: value });
      const issue = error?.issues[0];
      const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
      assert.equal([...(issue?.path ?? []), ...keys][0], field);
    });
  }

  test('tells why a LevelMapper cannot be set', () => {
    const { error } = accountCreate.safeParse({ ...NEW, LevelMapper: 'gpt-4*=2' });
    assert.match(error?.issues[0]?.message ?? '', /belongs to the owner/);
  });
});

test('a change names at least one field', () => {
  assert.equal(accountUpdate.safeParse({}).success, false);
  assert.equal(accountUpdate.safeParse({ CreditGranted: -50 }).success, true);
  const body = {
    AllowModels: 'gpt-4* claude-*',
    ModelLimits: { 'gpt-4': { rpm: 30, tpm: 90000 } },
  };
  assert.deepEqual(accountUpdate.parse(body), body);
});

test('a list is asked for with whole numbers within bounds', () => {
  assert.deepEqual(accountListQuery.parse({ page: '2', size: '1000', dna: '.1.42.' }), {
    page: 2,
    size: 1000,
    dna: '.1.42.',
  });
  for (const query of [{ page: '0' }, { size: '1001' }, { id: 'x' }, { dna: '1.42' }]) {
    assert.equal(accountListQuery.safeParse(query).success, false, JSON.stringify(query));
  }
});

test('a named key has a name', () => {
  assert.deepEqual(namedKeyCreate.parse({ name: ' ci ' }), { name: 'ci' });
  for (const body of [{}, { name: ' ' }, { name: 'x'.repeat(101) }, { name: 'x', key: 'y' }]) {
    assert.equal(namedKeyCreate.safeParse(body).success, false, JSON.stringify(body));
  }
});
