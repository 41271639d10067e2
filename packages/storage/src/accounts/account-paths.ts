import {
  type Account,
  type AccountPath,
  type KeyHolder,
  ownerOf,
  pathIds,
} from '@meridian/core/accounts';
import type { Queries, Row } from '../database.ts';
import { ACCOUNT_COLUMNS, toAccount } from './account-rows.ts';
import { toScopes } from './named-key-rows.ts';

/** The settings of several owners, by owner id. */
async function readSettings(
  queries: Queries,
  ownerIds: readonly number[],
): Promise<ReadonlyMap<number, Record<string, unknown>>> {
  const settings = new Map<number, Record<string, unknown>>();
  const rows = await queries.query(
    'select owner_id, name, value from owner_settings where owner_id = any ($1)',
    [ownerIds],
  );
  for (const { owner_id: ownerId, name, value } of rows) {
    const owner = settings.get(Number(ownerId)) ?? {};
    owner[String(name)] = value;
    settings.set(Number(ownerId), owner);
  }
  return settings;
}

/** The path down to `dna` out of a set of accounts; undefined when the last one is not there. */
function pathTo(
  accounts: ReadonlyMap<number, Account>,
  dna: string,
): readonly [Account, ...Account[]] | undefined {
  const [root, ...others] = pathIds(dna).flatMap((id) => accounts.get(id) ?? []);
  if (!root || (others.at(-1) ?? root).dna !== dna) return undefined;
  return [root, ...others];
}

function byId(rows: readonly Row[]): ReadonlyMap<number, Account> {
  return new Map(rows.map(toAccount).map((account) => [account.id, account]));
}

/** The paths of several accounts, by account id; those that are deleted are missing. */
export async function readPaths(
  queries: Queries,
  dnas: readonly string[],
): Promise<ReadonlyMap<number, AccountPath>> {
  const ids = [...new Set(dnas.flatMap(pathIds))];
  const accounts = byId(
    await queries.query(
      `select ${ACCOUNT_COLUMNS} from accounts a where a.id = any ($1) and a.deleted_at is null`,
      [ids],
    ),
  );
  const paths = dnas.flatMap((dna) => {
    const path = pathTo(accounts, dna);
    return path ? [path] : [];
  });
  const settings = await readSettings(queries, [...new Set(paths.map((path) => ownerOf(path).id))]);
  return new Map(
    paths.map((path) => [
      (path.at(-1) ?? path[0]).id,
      { accounts: path, ownerSettings: settings.get(ownerOf(path).id) ?? {} },
    ]),
  );
}

const HOLDER = `
  with holder as (
    select a.dna, null::bigint as named_key_id, null::text[] as scopes, null::text[] as models,
        null::jsonb as limits, null::timestamptz as valid_until
      from accounts a where a.key_digest = $1
    union all
    select a.dna, k.id, k.scopes, k.models, k.limits, k.expires_at
      from named_keys k join accounts a on a.id = k.account_id
      where k.key_digest = $1 and k.revoked_at is null and a.deleted_at is null
    union all
    select a.dna, null, null, null, null, r.valid_until
      from retired_keys r join accounts a on a.id = r.account_id
      where r.key_digest = $1 and a.deleted_at is null)
  select h.dna as holder_dna, h.named_key_id, h.scopes, h.models, h.limits, h.valid_until,
    ${ACCOUNT_COLUMNS}
  from holder h join accounts a on a.id = any (string_to_array(trim('.' from h.dna), '.')::bigint[])`;

/** Whom the key with this digest belongs to. */
export async function readKeyHolder(
  queries: Queries,
  digest: string,
): Promise<KeyHolder | undefined> {
  const rows = await queries.query(HOLDER, [Buffer.from(digest, 'hex')]);
  const [first] = rows;
  const path = first && pathTo(byId(rows), first.holder_dna as string);
  if (!first || !path) return undefined;
  const owner = ownerOf(path).id;
  const settings = await readSettings(queries, [owner]);
  return {
    accounts: path,
    ownerSettings: settings.get(owner) ?? {},
    namedKeyId: first.named_key_id === null ? null : Number(first.named_key_id),
    scopes: first.named_key_id === null ? null : toScopes(first),
    validUntil: (first.valid_until as Date | null)?.getTime() ?? null,
  };
}
