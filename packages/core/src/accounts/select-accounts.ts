import { invalid, notFound } from '../kernel/index.ts';
import { isOnPath, pathIds } from './account.ts';
import { readIdentifier } from './identifiers.ts';
import type { AccountFilter, AccountSelector } from './ports.ts';

/** Accounts that a filter may select for one report. */
const SELECTED_MAX = 50_000;

/** An account with all that are or were below it, or certain accounts. */
export type AccountSelection =
  | { readonly subtreeOf: number }
  | { readonly accountIds: readonly number[] };

/**
 * Whom a report is about: an id, a name, an e-mail address or an alias means these accounts alone,
 * a DNA path an account with everybody below it, a filter (`L2`) whom it fits. An id or a path also
 * finds who was deleted. Others than the caller and those below are not found.
 */
export async function selectAccounts(
  selector: AccountSelector,
  scopeDna: string,
  identifier: string,
): Promise<AccountSelection> {
  const select = (filter: AccountFilter): Promise<readonly number[]> =>
    selector.select(scopeDna, filter, SELECTED_MAX + 1);
  const identified = readIdentifier(identifier);
  const { filter, selects } = identified ?? { filter: {}, selects: 'one' };
  if (filter.dna !== undefined) return subtree(select, scopeDna, filter.dna);
  if (identified && selects === 'several') {
    const accountIds = await select(filter);
    if (accountIds.length <= SELECTED_MAX) return { accountIds };
    throw invalid('user', `More than ${SELECTED_MAX} accounts fit; ask for fewer.`);
  }
  const named = identified ? await select({ ...filter, withDeleted: filter.id !== undefined }) : [];
  const accountIds = named.length > 0 ? named : await select({ alias: identifier });
  if (accountIds.length === 0) throw notFound('Account');
  return { accountIds };
}

async function subtree(
  select: (filter: AccountFilter) => Promise<readonly number[]>,
  scopeDna: string,
  dna: string,
): Promise<AccountSelection> {
  const id = pathIds(dna).at(-1);
  const [found] = isOnPath(scopeDna, dna) && id ? await select({ id, dna, withDeleted: true }) : [];
  if (found === undefined) throw notFound('Account');
  return { subtreeOf: found };
}
