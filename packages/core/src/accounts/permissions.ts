import type { AccountUpdate } from '@meridian/contract';
import { Failure, notFound } from '../kernel/index.ts';
import { type Account, isOnPath } from './account.ts';
import type { Policy } from './policy.ts';

/** A field of an account that a request may write. */
export type WritableField = keyof AccountUpdate;

/** How the acting account stands to another. */
export type Relation = 'self' | 'above' | 'none';

/** Who may write a field: the account itself and its ancestors; these only; owners; root. */
type Right = 'self' | 'ancestor' | 'owner' | 'root';

const RIGHTS: Readonly<Partial<Record<WritableField, Right>>> = {
  Alias: 'self',
  BillingEmail: 'self',
  ModelMapper: 'self',
  AllowIPs: 'self',
  Tier: 'owner',
  Role: 'owner',
  Factor: 'root',
  Gear: 'root',
  IsOwner: 'root',
};

/** What not even root changes of itself: it has no giver, and it must stay what it is. */
const FIXED_IN_ROOT: readonly WritableField[] = [
  'CreditGranted',
  'Days',
  'Status',
  'Gear',
  'IsOwner',
];

/** The acting account's relation to another; `none` is answered as "not found". */
export function relationTo(actor: Policy, target: Pick<Account, 'id' | 'dna'>): Relation {
  if (actor.accountId === target.id) return 'self';
  return isOnPath(actor.dna, target.dna) ? 'above' : 'none';
}

/** Whether the acting account may write a field of an account in this relation. */
export function mayWrite(actor: Policy, relation: Relation, field: WritableField): boolean {
  const right = RIGHTS[field] ?? 'ancestor';
  if (relation === 'none') return false;
  if (actor.isRoot) return relation === 'above' || !FIXED_IN_ROOT.includes(field);
  if (relation === 'self') return right === 'self';
  return right === 'owner' ? actor.isOwner : right !== 'root';
}

function refusal(relation: Relation, field: string): Failure {
  if (relation !== 'self') return notFound('Account');
  return new Failure('permission_denied', {
    message: `${field}: you may not change this of your own account.`,
    param: field,
  });
}

/** Throws unless every field may be written: 403 on one's own account, 404 on another. */
export function requireWritable(
  actor: Policy,
  target: Pick<Account, 'id' | 'dna'>,
  fields: readonly string[],
): void {
  const relation = relationTo(actor, target);
  const refused = fields.find((field) => !mayWrite(actor, relation, field as WritableField));
  if (refused !== undefined) throw refusal(relation, refused);
}

/** Throws 403 unless the acting account may set every field of a child that it creates. */
export function requireCreatable(actor: Policy, fields: readonly string[]): void {
  const refused = fields.find((field) => !mayWrite(actor, 'above', field as WritableField));
  if (refused === undefined) return;
  throw new Failure('permission_denied', {
    message: `${refused}: only ${RIGHTS[refused as WritableField]} may set this.`,
    param: refused,
  });
}
