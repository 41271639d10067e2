import type { AccountFilter, FilterField } from '@meridian/core/accounts';
import type { Parameter } from '../database.ts';

/** A condition on the table alias `a` and the values of its placeholders. */
export interface Condition {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** The value that is effective: the account's own, else the nearest one up to its owner. */
function inherited(column: string, fallback: string): string {
  return `coalesce((
    select p.${column} from accounts p
    where p.id = any (string_to_array(trim('.' from a.dna), '.')::bigint[])
      and p.${column} is not null
      and length(p.dna) >= (
        select max(length(o.dna)) from accounts o
        where o.is_owner and o.id = any (string_to_array(trim('.' from a.dna), '.')::bigint[]))
    order by length(p.dna) desc limit 1), ${fallback})`;
}

const FIELDS: Readonly<Record<FilterField, string>> = {
  level: inherited('level', '0'),
  gear: 'a.gear',
  role: 'a.role',
  tier: inherited('tier', '-1'),
  factor: inherited('factor', '1000000'),
};

/** A path as the beginning of a LIKE pattern; it holds nothing but digits and dots. */
function subtree(dna: string): string {
  if (!/^\.[\d.]*$/.test(dna)) throw new RangeError('not a path of accounts');
  return `${dna}%`;
}

/** Accounts within the asking account's subtree (itself included) that meet a filter. */
export function filterCondition(scopeDna: string, filter: AccountFilter): Condition {
  const parameters: Parameter[] = [];
  const conditions = filter.withDeleted ? [] : ['a.deleted_at is null'];
  const add = (text: (placeholder: string) => string, value: Parameter): void => {
    parameters.push(value);
    conditions.push(text(`$${parameters.length}`));
  };
  add((p) => `a.dna like ${p}`, subtree(scopeDna));
  if (filter.id !== undefined) add((p) => `a.id = ${p}`, filter.id);
  if (filter.name !== undefined) add((p) => `lower(a.name) = lower(${p})`, filter.name);
  if (filter.email !== undefined) add((p) => `lower(a.email) = lower(${p})`, filter.email);
  if (filter.alias !== undefined) add((p) => `lower(a.alias) = lower(${p})`, filter.alias);
  if (filter.dna !== undefined) add((p) => `a.dna like ${p}`, subtree(filter.dna));
  if (filter.childrenOf !== undefined) add((p) => `a.parent_id = ${p}`, filter.childrenOf);
  for (const { field, value } of filter.fields ?? []) {
    add((p) => `${FIELDS[field]} = ${p}`, value);
  }
  return { text: conditions.join(' and '), parameters };
}
