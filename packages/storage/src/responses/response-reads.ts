import type { FoundItem, FoundResponse, ResponseStore } from '@meridian/core/inference';
import type { Queries } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';
import { COLUMNS, toResponse } from './response-rows.ts';

/** Sealed bytes of the responses that one look for items opens, the newest first. */
const FOUND_BYTES_MAX = 64 * 1024 * 1024;

/** The half of the store that changes nothing. */
export type ResponseReads = Pick<ResponseStore, 'read' | 'readChain' | 'findItems'>;

/** Reads responses; those that have expired are not there. */
export function createResponseReads(queries: Queries, box: SecretBox): ResponseReads {
  async function isThere(accountId: number, id: string): Promise<boolean> {
    const rows = await queries.query(
      'select 1 from responses where account_id = $1 and id = $2 and expires_at > now()',
      [accountId, id],
    );
    return rows.length > 0;
  }

  return {
    async read(accountId, id) {
      const [row] = await queries.query(
        `select ${COLUMNS} from responses where account_id = $1 and id = $2 and expires_at > now()`,
        [accountId, id],
      );
      return row && toResponse(box, row);
    },
    async readChain(accountId, id, limits) {
      const rows = await queries.query(`select ${COLUMNS} from responses_chain($1, $2, $3, $4)`, [
        accountId,
        id,
        limits.responses,
        limits.bytes,
      ]);
      const responses = rows.map((row) => toResponse(box, row)).reverse();
      const [oldest] = responses;
      const next = oldest === undefined ? id : oldest.previousId;
      if (next === undefined) return { responses };
      const isCut = await isThere(accountId, next);
      return { responses, gap: isCut ? { kind: 'tooLong' } : { kind: 'missing', id: next } };
    },
    async findItems(accountId, ids) {
      if (ids.length === 0) return new Map();
      const rows = await queries.query(
        `select ${COLUMNS} from (
            select *, sum(octet_length(sealed)) over (order by created_at desc, id) as bytes
              from responses
              where account_id = $1 and item_ids && $2::text[] and expires_at > now()) r
          where bytes <= $3 order by created_at, id desc`,
        [accountId, ids, FOUND_BYTES_MAX],
      );
      const responses = rows.map((row) => toResponse(box, row));
      return itemsIn(responses, new Set(ids));
    },
  };
}

/** The wanted items in these responses; of two with one id the newer counts. */
function itemsIn(
  responses: readonly FoundResponse[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, FoundItem> {
  const found = new Map<string, FoundItem>();
  for (const { response, upstreamKeyId } of responses) {
    const output = Array.isArray(response.output) ? (response.output as FoundItem['item'][]) : [];
    for (const item of output) {
      if (typeof item.id === 'string' && wanted.has(item.id)) {
        found.set(item.id, { item, upstreamKeyId });
      }
    }
  }
  return found;
}
