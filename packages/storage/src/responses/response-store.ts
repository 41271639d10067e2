import {
  KEPT_BYTES_MAX,
  KEPT_DAYS,
  type KeptResponse,
  type ResponseStore,
  type RunningResponse,
} from '@meridian/core/inference';
import type { Queries } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';
import { createResponseReads } from './response-reads.ts';
import { itemIdsOf, seal } from './response-rows.ts';
import { type ResponseRow, SaveBatches } from './save-batches.ts';

/** What the store of responses is made of. */
export interface ResponseStoreDeps {
  readonly queries: Queries;
  readonly box: SecretBox;
}

/** What has neither ended nor expired. */
const RUNS = `status in ('queued', 'in_progress') and expires_at > now()`;
/** Sealed bytes that may wait for the database. */
const WAITING_BYTES_MAX = 128 * 1024 * 1024;
/** Responses that one sweep drops at a time: a statement that takes long holds up others. */
const SWEEP_ROWS = 1_000;

/** Responses in the database, sealed. */
export function createResponseStore({ queries, box }: ResponseStoreDeps): ResponseStore {
  const batches = new SaveBatches(queries, {
    keptDays: KEPT_DAYS,
    waitingBytesMax: WAITING_BYTES_MAX,
  });

  function rowOf(accountId: number, kept: KeptResponse): ResponseRow {
    const sealed = seal(box, accountId, kept);
    if (sealed.length > KEPT_BYTES_MAX) {
      throw new RangeError(`a response of more than ${KEPT_BYTES_MAX} bytes is not kept`);
    }
    return {
      accountId,
      id: kept.id,
      status: kept.status,
      isBackground: kept.isBackground,
      previousId: kept.previousId ?? null,
      upstreamKey: kept.upstreamKeyId ?? null,
      itemIds: itemIdsOf(kept),
      sealed,
    };
  }

  return {
    ...createResponseReads(queries, box),
    async save(accountId, kept) {
      await batches.add(rowOf(accountId, kept));
    },
    async advance(accountId, kept) {
      const row = rowOf(accountId, kept);
      const rows = await queries.query(
        `update responses set status = $3, upstream_key = $4, item_ids = $5::text[], sealed = $6,
            beat_at = now()
          where account_id = $1 and id = $2 and ${RUNS} returning id`,
        [accountId, row.id, row.status, row.upstreamKey, row.itemIds, row.sealed],
      );
      return rows.length > 0;
    },
    async beat(running) {
      if (running.length === 0) return [];
      const rows = await queries.query(
        `update responses r set beat_at = now()
          from unnest($1::bigint[], $2::text[]) b (account_id, id)
          where r.account_id = b.account_id and r.id = b.id and ${RUNS}
          returning r.account_id, r.id`,
        [running.map(({ accountId }) => accountId), running.map(({ id }) => id)],
      );
      const alive = new Set(rows.map((row) => keyOf(Number(row.account_id), String(row.id))));
      return running.filter(({ accountId, id }) => !alive.has(keyOf(accountId, id)));
    },
    async remove(accountId, id) {
      const rows = await queries.query(
        `delete from responses where account_id = $1 and id = $2 and expires_at > now()
          returning id`,
        [accountId, id],
      );
      return rows.length > 0;
    },
    async sweep() {
      for (;;) {
        const rows = await queries.query(
          `delete from responses where (account_id, id) in (
            select r.account_id, r.id from responses r
              left join accounts a on a.id = r.account_id and a.deleted_at is null
              where r.expires_at <= now() or a.id is null limit ${SWEEP_ROWS})
            returning id`,
        );
        if (rows.length < SWEEP_ROWS) return;
      }
    },
  };
}

function keyOf(accountId: RunningResponse['accountId'], id: string): string {
  return `${accountId}:${id}`;
}
