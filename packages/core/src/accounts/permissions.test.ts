import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  mayWrite,
  type Relation,
  requireCreatable,
  requireWritable,
  type WritableField,
} from './permissions.ts';
import type { Policy } from './policy.ts';

type Who = Pick<Policy, 'accountId' | 'dna' | 'isRoot' | 'isOwner'>;

const root: Who = { accountId: 1, dna: '.1.', isRoot: true, isOwner: true };
const owner: Who = { accountId: 2, dna: '.1.2.', isRoot: false, isOwner: true };
const parent: Who = { accountId: 3, dna: '.1.2.3.', isRoot: false, isOwner: false };

const SELF = ['Alias', 'BillingEmail', 'ModelMapper', 'AllowIPs'] as const;
const ANCESTOR = [
  ...['Name', 'Email', 'CreditGranted', 'Days', 'Rates', 'HardLimit', 'SoftLimit', 'AutoQuota'],
  ...['RPM', 'RPH', 'RPD', 'TPM', 'TPH', 'TPD', 'ModelLimits', 'AllowModels', 'AllowLevels'],
  ...['Resources', 'Level', 'ChildLimit', 'Status'],
] as const;
const OWNER = ['Tier', 'Role'] as const;
const ROOT = ['Factor', 'Gear', 'IsOwner'] as const;
const ALL = [...SELF, ...ANCESTOR, ...OWNER, ...ROOT] as WritableField[];

const rows: readonly [who: string, actor: Who, relation: Relation, may: readonly string[]][] = [
  ['the account itself', parent, 'self', SELF],
  ['a parent', parent, 'above', [...SELF, ...ANCESTOR]],
  ['an owner, of its subtree', owner, 'above', [...SELF, ...ANCESTOR, ...OWNER]],
  ['an owner, of itself', owner, 'self', SELF],
  ['root, of everybody', root, 'above', ALL],
  [
    'root, of itself',
    root,
    'self',
    ALL.filter((field) => !['CreditGranted', 'Days', 'Status', 'Gear', 'IsOwner'].includes(field)),
  ],
  ['somebody else', parent, 'none', []],
];
for (const [who, actor, relation, may] of rows) {
  test(`${who} may write exactly ${may.length} fields`, () => {
    const allowed = ALL.filter((field) => mayWrite(actor as Policy, relation, field));
    assert.deepEqual([...allowed].sort(), [...may].sort());
  });
}

test('what is refused on one’s own account is 403, on another 404', () => {
  const child = { id: 4, dna: '.1.2.3.4.' };
  const stranger = { id: 5, dna: '.1.2.5.' };
  const write = (target: { id: number; dna: string }, field: string) => () =>
    requireWritable(parent as Policy, target, [field]);
  assert.doesNotThrow(write(child, 'RPM'));
  assert.doesNotThrow(write({ id: 3, dna: parent.dna }, 'Alias'));
  assert.throws(write({ id: 3, dna: parent.dna }, 'RPM'), { code: 'permission_denied' });
  assert.throws(write(child, 'Tier'), { code: 'not_found' });
  assert.throws(write(child, 'Factor'), { code: 'not_found' });
  assert.throws(write(stranger, 'Alias'), { code: 'not_found' });
  assert.throws(write({ id: 2, dna: owner.dna }, 'Alias'), { code: 'not_found' }, 'the parent');
});

test('an account whose path merely begins with the same digits is a stranger', () => {
  const alike = { id: 34, dna: '.1.2.34.' };
  assert.throws(() => requireWritable(parent as Policy, alike, ['Alias']), { code: 'not_found' });
});

test('a child cannot be created with what its creator may not set', () => {
  assert.doesNotThrow(() => requireCreatable(parent as Policy, ['Name', 'RPM', 'Level']));
  assert.throws(() => requireCreatable(parent as Policy, ['Name', 'Tier']), {
    code: 'permission_denied',
  });
  assert.doesNotThrow(() => requireCreatable(owner as Policy, ['Tier', 'Role']));
  assert.throws(() => requireCreatable(owner as Policy, ['IsOwner']), {
    code: 'permission_denied',
  });
  assert.doesNotThrow(() => requireCreatable(root as Policy, ALL));
});
