import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createWindowPlanner } from '../admission/index.ts';
import { type Millionths, type Nanodollars, ONE } from '../kernel/index.ts';
import type { Account, AccountValues } from './account.ts';
import { plainAccount } from './defaults.ts';
import { foldPolicy } from './policy.ts';
import type { OwnerSettingValues } from './ports.ts';

const DOLLAR = 1_000_000_000n;

function dollars(amount: number): Nanodollars {
  return (BigInt(amount) * DOLLAR) as Nanodollars;
}

/** A path of accounts 1, 2, 3 … root owns; each has the values given for it. */
function fold(values: readonly Partial<AccountValues>[], ownerSettings: OwnerSettingValues = {}) {
  const accounts = values.map((own, index): Account => {
    const id = index + 1;
    return {
      ...plainAccount(`name-${id}`, `${id}@example.com`, ONE),
      isOwner: id === 1,
      gear: id === 1 ? 0 : 1,
      ...own,
      id,
      parentId: id === 1 ? null : id - 1,
      dna: `.${Array.from({ length: id }, (_, i) => i + 1).join('.')}.`,
      keyTail: 'x'.repeat(20),
      createdAt: 0,
      updatedAt: 0,
    };
  });
  return foldPolicy({ accounts, ownerSettings });
}

function windowsOf({ limits }: ReturnType<typeof fold>, resolved: string, requested: string) {
  const asked = requested === resolved ? [] : [requested];
  return createWindowPlanner()(limits, { resolved: [resolved], requested: asked }, 'k');
}

/** Windows as `account:limit/what[:model]`. */
function windows(policy: ReturnType<typeof fold>, resolved = 'm', requested = resolved): string[] {
  return windowsOf(policy, resolved, requested).map(({ limit, unit, span, scope }) => {
    const model = scope.model === undefined ? '' : `:${scope.model}`;
    return `${scope.accountId}:${limit}/${unit[0]}${span[0]}${model}`;
  });
}

describe('what is inherited', () => {
  test('a setting is the account’s own value, else the nearest up to the owner', () => {
    assert.equal(fold([{ level: 3 }, {}, {}]).level, 3);
    assert.equal(fold([{ level: 3 }, { level: 2 }, {}]).level, 2);
    assert.equal(fold([{ level: 3 }, { level: 2 }, { level: 0 }]).level, 0);
    assert.equal(fold([{}, {}]).level, 0);
    assert.equal(fold([{}, { tier: 1 }, {}]).tier, 1);
    assert.equal(fold([{}, {}]).tier, null);
    assert.equal(fold([{ factor: 500_000n as Millionths }, {}]).factor, 500_000n);
    assert.equal(fold([{}, {}]).factor, ONE);
  });

  test('nothing is inherited from beyond the owner', () => {
    const policy = fold([{ level: 3, tier: 2 }, { level: 2 }, { isOwner: true }, {}]);
    assert.equal(policy.ownerId, 3);
    assert.equal(policy.level, 0);
    assert.equal(policy.tier, null);
  });

  test('the owner is the nearest one, the account itself included', () => {
    assert.equal(fold([{}]).ownerId, 1);
    assert.equal(fold([{}, {}]).ownerId, 1);
    assert.equal(fold([{}, { isOwner: true }]).ownerId, 2);
    assert.equal(fold([{}, { isOwner: true }]).isOwner, true);
    assert.equal(fold([{}, { isOwner: true }, {}]).isOwner, false);
  });

  test('a disabled ancestor disables, even beyond the owner', () => {
    assert.equal(fold([{}, {}, {}]).isEnabled, true);
    assert.equal(fold([{}, { status: false }, { isOwner: true }, {}]).isEnabled, false);
  });

  test('Rates are absolute', () => {
    const policy = fold([
      {},
      { rates: 2_000_000n as Millionths },
      { rates: 3_000_000n as Millionths },
    ]);
    assert.equal(policy.rates, 3_000_000n);
  });
});

describe('allowlists', () => {
  test('are intersected along the whole path', () => {
    const policy = fold([
      { allowModels: ['gpt-*', 'claude-*'] },
      { isOwner: true, allowModels: ['*-mini', 'claude-*'] },
      {},
    ]);
    const allowed = ['gpt-4o', 'gpt-4o-mini', 'claude-3', 'llama-mini'].filter(policy.allowsModel);
    assert.deepEqual(allowed, ['gpt-4o-mini', 'claude-3']);
  });

  test('an unrestricted account allows all, an empty list nothing', () => {
    assert.equal(fold([{}, {}]).allowsModel('anything'), true);
    assert.equal(
      fold([{}, { allowModels: [] }, { allowModels: ['gpt-*'] }]).allowsModel('gpt-4'),
      false,
    );
  });

  test('endpoints are bounded by the owner’s own list too', () => {
    const settings = { RESOURCES: ['/v1/chat/*', '/v1/embeddings'] };
    const policy = fold([{}, { resources: ['/v1/chat/completions', '/v1/audio/*'] }], settings);
    assert.equal(policy.allowsEndpoint('/v1/chat/completions'), true);
    assert.equal(policy.allowsEndpoint('/v1/embeddings'), false);
    assert.equal(policy.allowsEndpoint('/v1/audio/speech'), false);
  });

  test('addresses match single ones and networks of both families', () => {
    const policy = fold([
      { allowIps: ['10.0.0.0/8', '2001:db8::/32'] },
      { allowIps: ['10.1.0.0/16', '2001:db8::7'] },
    ]);
    const answers = [
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '10.2.0.1',
      '2001:db8::7',
      '2001:db8::8',
      'nonsense',
    ];
    assert.deepEqual(answers.map(policy.allowsAddress), [true, true, false, true, false, false]);
  });

  test('an empty address list means loopback only', () => {
    const policy = fold([{}, { allowIps: [] }]);
    const addresses = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1'];
    assert.deepEqual(addresses.map(policy.allowsAddress), [true, true, true, false]);
  });

  test('levels are intersected', () => {
    const policy = fold([{ allowLevels: [1, 2, 3] }, {}, { allowLevels: [2, 3, 4] }]);
    assert.deepEqual([1, 2, 3, 4].filter(policy.allowsLevel), [2, 3]);
    assert.equal(fold([{}]).allowLevels, undefined);
  });
});

describe('rate windows', () => {
  test('own limits and those of ancestors below the owner count', () => {
    const policy = fold([
      { limits: { rpm: 1 } },
      { limits: { rpm: 50, tpd: 9 } },
      { limits: { rpm: 10 } },
    ]);
    assert.deepEqual(windows(policy).sort(), ['2:50/rm', '2:9/td', '3:10/rm']);
  });

  test('the owner’s limits are defaults of each account alone, where the path sets none', () => {
    assert.deepEqual(windows(fold([{ limits: { rpm: 7, tpm: 5 } }, {}, { limits: { tpm: 4 } }])), [
      '3:7/rm',
      '3:4/tm',
    ]);
    assert.deepEqual(windows(fold([{ limits: { rpm: 7 } }])), ['1:7/rm']);
  });

  test('a model’s limit replaces the general one of its dimension', () => {
    const policy = fold([
      {},
      { limits: { rpm: 100, tpm: 5 }, modelLimits: { 'gpt-4*': { rpm: 3 } } },
    ]);
    assert.deepEqual(windows(policy, 'gpt-4o'), ['2:3/rm:gpt-4*', '2:5/tm']);
    assert.deepEqual(windows(policy, 'claude'), ['2:100/rm', '2:5/tm']);
  });

  test('the account’s own model limits come before the owner’s, which are per account', () => {
    const settings = { MODEL_LIMITS: { 'gpt-4o': { rpm: 9, tpm: 8 }, claude: { rpm: 1 } } };
    const policy = fold([{}, {}, { modelLimits: { 'gpt-*': { rpm: 4 } } }], settings);
    assert.deepEqual(windows(policy, 'gpt-4o'), ['3:4/rm:gpt-*', '3:8/tm:gpt-4o']);
    assert.deepEqual(windows(policy, 'claude'), ['3:1/rm:claude']);
    assert.deepEqual(windows(fold([{}, {}], settings), 'claude'), ['2:1/rm:claude']);
  });

  test('an ancestor’s model limit is shared by its subtree and replaces the general ones', () => {
    const policy = fold([
      {},
      { limits: { rpm: 50 }, modelLimits: { m: { rpm: 2 } } },
      { limits: { rpm: 10 } },
    ]);
    assert.deepEqual(windows(policy, 'm'), ['2:2/rm:m']);
  });

  test('the requested model counts besides where it has a limit of its own', () => {
    const policy = fold([
      {},
      { limits: { rpm: 50 }, modelLimits: { asked: { rpm: 2 }, answered: { tpm: 3 } } },
    ]);
    assert.deepEqual(windows(policy, 'answered', 'asked'), [
      '2:50/rm',
      '2:2/rm:asked',
      '2:3/tm:answered',
    ]);
  });

  test('one rule that matches both names counts once', () => {
    const policy = fold([{}, { modelLimits: { 'gpt-*': { rpm: 2 } } }]);
    assert.deepEqual(windows(policy, 'gpt-4o', 'gpt-3.5'), ['2:2/rm:gpt-*']);
  });

  test('a window keeps its identity when its limit changes, and no two share one', () => {
    const ids = (limit: number): string[] =>
      windowsOf(
        fold([{}, { limits: { rpm: limit, tpm: limit } }, { limits: { rpm: limit } }]),
        'm',
        'm',
      ).map(({ id }) => id);
    assert.deepEqual(ids(1), ids(2));
    assert.equal(new Set(ids(1)).size, 3);
  });
});

describe('money', () => {
  test('monthly limits of the account and of ancestors below the owner, in base dollars', () => {
    const { payer } = fold([
      { hardLimit: dollars(1) },
      { hardLimit: dollars(100), rates: 2_000_000n as Millionths },
      { hardLimit: dollars(30), rates: 3_000_000n as Millionths },
    ]);
    assert.deepEqual(payer.budgets, [
      { accountId: 2, limit: dollars(50) },
      { accountId: 3, limit: dollars(10) },
    ]);
  });

  test('an owner’s own monthly limit bounds the owner, not its subtree', () => {
    const path = [{}, { isOwner: true, hardLimit: dollars(5) }];
    assert.deepEqual(fold(path).payer.budgets, [{ accountId: 2, limit: dollars(5) }]);
    assert.deepEqual(fold([...path, {}]).payer.budgets, []);
  });

  test('minimum balances are the owner’s, given in shown dollars', () => {
    const rates = 2_000_000n as Millionths;
    const plain = fold([{}, { rates }]);
    assert.equal(plain.payer.minimumSettled, DOLLAR / 4n);
    assert.equal(plain.minimumLeft, DOLLAR / 2n);
    const set = fold([{}, { rates }], { USER_API_BALANCE: '3', USER_MIN_BALANCE: 0 });
    assert.equal(set.payer.minimumSettled, (DOLLAR * 3n) / 2n);
    assert.equal(set.minimumLeft, 0n);
  });

  test('root is not limited', () => {
    assert.deepEqual(fold([{}]).payer, {
      accountId: 1,
      isUnlimited: true,
      minimumSettled: 0n,
      budgets: [],
    });
    assert.equal(fold([{}, {}]).payer.isUnlimited, false);
  });
});

test('mappers of the account and its ancestors below the owner, nearest first', () => {
  const map = (to: string) => ({ modelMapper: { a: to } });
  const targets = (path: Partial<AccountValues>[]) =>
    fold(path).modelMappers.map((rules) => rules.get('a'));
  assert.deepEqual(targets([map('root'), map('two'), {}, map('four')]), ['four', 'two']);
  assert.deepEqual(targets([map('root')]), ['root']);
  assert.deepEqual(targets([{}, { isOwner: true, ...map('owner') }, {}]), []);
});
