import type { KeyWriter, ProviderKeyRow, ProviderKeyStore } from '@meridian/core/routing';
import { announce } from '../changes.ts';
import type { Database, Queries, Row } from '../database.ts';
import { recordOperation } from '../operation-log/operation-log-store.ts';
import type { SecretBox } from '../secretbox.ts';
import { recordCostPrice } from './cost-versions.ts';
import { keyChanges } from './key-changes.ts';
import {
  changedColumns,
  filterCondition,
  PROVIDER_KEY_COLUMNS,
  toProviderKey,
} from './provider-key-rows.ts';

/** What the store of provider keys is made of. */
export interface ProviderKeyStoreDeps {
  readonly database: Database;
  readonly box: SecretBox;
}

/** Writes into the operation log what was done to an owner's keys. */
async function log(
  queries: Queries,
  ownerId: number,
  { operatorId, address }: KeyWriter,
  done: Pick<Parameters<typeof recordOperation>[1], 'action' | 'status' | 'changes'>,
): Promise<void> {
  const [owner] = await queries.query('select dna from accounts where id = $1', [ownerId]);
  await recordOperation(queries, {
    operatorId,
    address,
    targetId: ownerId,
    targetDna: String(owner?.dna),
    ...done,
  });
}

/** A key as it was and as it is; absent before it is made, and after it is gone. */
interface WrittenKey {
  readonly before: ProviderKeyRow | undefined;
  readonly after: ProviderKeyRow | undefined;
}

/** What nobody asked for was done for the owner. */
function systemOf(ownerId: number): KeyWriter {
  return { operatorId: ownerId, address: null };
}

type KeyReads = Pick<ProviderKeyStore, 'list' | 'get' | 'loadPool' | 'ownersWithKeys'>;

function createReads({ database, box }: ProviderKeyStoreDeps): KeyReads {
  const toKeys = (rows: readonly Row[]): ProviderKeyRow[] =>
    rows.map((row) => toProviderKey(box, row));
  return {
    async list(ownerId, filter, { page, size }) {
      const { where, parameters } = filterCondition(ownerId, filter);
      const [counted] = await database.query(
        `select count(*)::int4 as total from provider_keys where ${where}`,
        parameters,
      );
      const next = parameters.length + 1;
      const rows = await database.query(
        `select ${PROVIDER_KEY_COLUMNS} from provider_keys where ${where}
          order by id limit $${next} offset $${next + 1}`,
        [...parameters, size, (page - 1) * size],
      );
      return { entries: toKeys(rows), total: Number(counted?.total ?? 0) };
    },
    async get(ownerId, id) {
      const rows = await database.query(
        `select ${PROVIDER_KEY_COLUMNS} from provider_keys where owner_id = $1 and id = $2`,
        [ownerId, id],
      );
      return toKeys(rows)[0];
    },
    async loadPool(ownerId) {
      const rows = await database.query(
        `select ${PROVIDER_KEY_COLUMNS} from provider_keys where owner_id = $1 order by id`,
        [ownerId],
      );
      return toKeys(rows);
    },
    async ownersWithKeys() {
      const rows = await database.query('select distinct owner_id from provider_keys order by 1');
      return rows.map(({ owner_id: ownerId }) => Number(ownerId));
    },
  };
}

function createWrites({
  database,
  box,
}: ProviderKeyStoreDeps): Omit<ProviderKeyStore, keyof KeyReads> {
  const firstKey = ([row]: readonly Row[]): ProviderKeyRow | undefined =>
    row && toProviderKey(box, row);

  /** Runs one statement that writes, logs and announces it when it found its row. */
  async function write(
    ownerId: number,
    action: string,
    by: KeyWriter | undefined,
    run: (queries: Queries) => Promise<WrittenKey | undefined>,
  ): Promise<WrittenKey | undefined> {
    return database.transaction(async (queries) => {
      const written = await run(queries);
      if (!written) return undefined;
      const changes = keyChanges(written.before, written.after);
      await log(queries, ownerId, by ?? systemOf(ownerId), { action, status: 'success', changes });
      await announce(queries, [{ topic: 'provider_keys', scope: ownerId }]);
      return written;
    });
  }

  async function lock(
    queries: Queries,
    ownerId: number,
    id: number,
  ): Promise<ProviderKeyRow | undefined> {
    const sql = `select ${PROVIDER_KEY_COLUMNS} from provider_keys where owner_id = $1 and id = $2 for update`;
    return firstKey(await queries.query(sql, [ownerId, id]));
  }

  return {
    async create(ownerId, key, by) {
      const columns = changedColumns(box, ownerId, key);
      const names = columns.map(([name]) => name).join(', ');
      const values = columns.map((_, index) => `$${index + 2}`).join(', ');
      const written = await write(ownerId, 'add_provider_key', by, async (queries) => {
        const rows = await queries.query(
          `insert into provider_keys (owner_id, ${names}) values ($1, ${values}) returning ${PROVIDER_KEY_COLUMNS}`,
          [ownerId, ...columns.map(([, value]) => value)],
        );
        const after = firstKey(rows);
        if (after?.costPrice) await recordCostPrice(queries, after.id, after.costPrice);
        return { before: undefined, after };
      });
      if (!written?.after) throw new Error('an insert returned no row');
      return written.after;
    },
    async update(ownerId, id, change, by) {
      const columns = changedColumns(box, ownerId, change);
      const sets = columns.map(([name], index) => `${name} = $${index + 3}, `).join('');
      const written = await write(ownerId, 'update_provider_key', by, async (queries) => {
        const before = await lock(queries, ownerId, id);
        if (!before) return undefined;
        const rows = await queries.query(
          `update provider_keys set ${sets} revision = revision + 1, updated_at = now()
            where owner_id = $1 and id = $2 returning ${PROVIDER_KEY_COLUMNS}`,
          [ownerId, id, ...columns.map(([, value]) => value)],
        );
        if (change.costPrice !== undefined) {
          await recordCostPrice(queries, id, change.costPrice);
        }
        return { before, after: firstKey(rows) };
      });
      return written?.after;
    },
    async delete(ownerId, id, by) {
      const written = await write(ownerId, 'delete_provider_key', by, async (queries) => {
        const before = await lock(queries, ownerId, id);
        if (!before) return undefined;
        await queries.query('delete from provider_keys where owner_id = $1 and id = $2', [
          ownerId,
          id,
        ]);
        return { before, after: undefined };
      });
      return written !== undefined;
    },
    async noteTest(ownerId, id, { model, ok, cause }, by) {
      await log(database, ownerId, by, {
        action: 'test_provider_key',
        status: ok ? 'success' : 'failure',
        changes: { ID: [id, id], Model: [null, model], Cause: [null, cause] },
      });
    },
  };
}

/** Provider keys in the database, their secrets sealed. */
export function createProviderKeyStore(deps: ProviderKeyStoreDeps): ProviderKeyStore {
  return { ...createReads(deps), ...createWrites(deps) };
}
