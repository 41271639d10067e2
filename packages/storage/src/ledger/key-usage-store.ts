import type { Nanodollars } from '@meridian/core/kernel';
import type { KeyUsageStore } from '@meridian/core/ledger';
import type { Queries } from '../database.ts';
import { amountOf, numberOf } from './cells.ts';

const TODAY = `to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD')::int4`;

/** Reads what provider keys were used for. */
export function createKeyUsageStore(queries: Queries): KeyUsageStore {
  return {
    async today(providerKeyIds) {
      if (providerKeyIds.length === 0) return [];
      const sql = `select key, requests, cost from provider_key_usage_sums($1, ${TODAY})`;
      const rows = await queries.query(sql, [providerKeyIds]);
      return rows.map((row) => ({
        providerKeyId: numberOf(row, 'key'),
        requests: numberOf(row, 'requests'),
        cost: amountOf(row, 'cost') as Nanodollars,
      }));
    },
  };
}
