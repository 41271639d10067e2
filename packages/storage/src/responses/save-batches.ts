import type { Queries } from '../database.ts';

/** A response on its way into the database. */
export interface ResponseRow {
  readonly accountId: number;
  readonly id: string;
  readonly status: string;
  readonly isBackground: boolean;
  readonly previousId: string | null;
  readonly upstreamKey: number | null;
  readonly itemIds: readonly string[];
  readonly sealed: Buffer;
}

/** Rows that one statement writes. */
const BATCH_ROWS_MAX = 100;
/** Sealed bytes that one statement writes, but for a single larger row. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/** How batches are written. */
export interface SaveLimits {
  readonly keptDays: number;
  /** Sealed bytes that may wait to be written; more is refused rather than kept in memory. */
  readonly waitingBytesMax: number;
}

interface Waiting {
  readonly row: ResponseRow;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The database takes no NUL in a text; an id has none that anybody was given. */
const NUL = '\u0000';

/**
 * Writes responses in batches: one statement is under way, and what comes meanwhile is the next one, so
 * that many answers at once cost few statements and a single one waits for nothing.
 */
export class SaveBatches {
  readonly #queries: Queries;
  readonly #limits: SaveLimits;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isWriting = false;

  constructor(queries: Queries, limits: SaveLimits) {
    this.#queries = queries;
    this.#limits = limits;
  }

  add(row: ResponseRow): Promise<void> {
    if (this.#waitingBytes + row.sealed.length > this.#limits.waitingBytesMax) {
      return Promise.reject(new RangeError('too many responses wait to be kept'));
    }
    this.#waitingBytes += row.sealed.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        await this.#write(batch.map(({ row }) => row));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** One row per response: a statement cannot write the same one twice. */
  #take(): readonly Waiting[] {
    const keys = new Set<string>();
    let bytes = 0;
    let count = 0;
    for (const { row } of this.#waiting) {
      const key = `${row.accountId}${NUL}${row.id}`;
      bytes += row.sealed.length;
      const isFull = count >= BATCH_ROWS_MAX || (count > 0 && bytes > BATCH_BYTES_MAX);
      if (isFull || keys.has(key)) break;
      keys.add(key);
      count++;
    }
    const batch = this.#waiting.splice(0, count);
    for (const { row } of batch) this.#waitingBytes -= row.sealed.length;
    return batch;
  }

  async #write(rows: readonly ResponseRow[]): Promise<void> {
    await this.#queries.query(
      `insert into responses (account_id, id, status, is_background, previous_id, upstream_key,
          item_ids, sealed, expires_at)
        select r.account_id, r.id, r.status, r.is_background, r.previous_id, r.upstream_key,
          array(select jsonb_array_elements_text(r.item_ids::jsonb)), r.sealed,
          now() + $9 * interval '1 day'
        from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::bigint[],
          $7::text[], $8::bytea[])
          r (account_id, id, status, is_background, previous_id, upstream_key, item_ids, sealed)
        on conflict (account_id, id) do update set status = excluded.status,
          is_background = excluded.is_background, beat_at = now(),
          previous_id = excluded.previous_id, upstream_key = excluded.upstream_key,
          item_ids = excluded.item_ids, sealed = excluded.sealed, expires_at = excluded.expires_at`,
      [
        rows.map(({ accountId }) => accountId),
        rows.map(({ id }) => id),
        rows.map(({ status }) => status),
        rows.map(({ isBackground }) => isBackground),
        rows.map(({ previousId }) => previousId),
        rows.map(({ upstreamKey }) => upstreamKey),
        rows.map(({ itemIds }) => JSON.stringify(itemIds)),
        rows.map(({ sealed }) => sealed),
        this.#limits.keptDays,
      ],
    );
  }
}
