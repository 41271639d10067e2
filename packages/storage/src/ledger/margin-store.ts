import type { Nanodollars } from '@meridian/core/kernel';
import type { MarginFigures, MarginStore } from '@meridian/core/ledger';
import type { Queries, Row } from '../database.ts';
import { amountOf, numberOf } from './cells.ts';

function figuresOf(row: Row): MarginFigures {
  return {
    requests: numberOf(row, 'requests'),
    revenue: amountOf(row, 'revenue') as Nanodollars,
    shown: amountOf(row, 'shown') as Nanodollars,
    cost: amountOf(row, 'cost') as Nanodollars,
    unpriced: numberOf(row, 'unpriced'),
  };
}

/** Reads revenue and cost from their roll-ups and what is not rolled up yet. */
export function createMarginStore(queries: Queries): MarginStore {
  return {
    async cells(accountIds, fromDay, toDay) {
      if (accountIds.length === 0) return [];
      const rows = await queries.query(
        `select s.account, s.on_day, m.name as model, s.provider_key, s.requests, s.revenue, s.shown,
            s.cost, s.unpriced
          from margin_sums($1, $2, $3) s join models m on m.id = s.model`,
        [accountIds, fromDay, toDay],
      );
      return rows.map((row) => ({
        accountId: numberOf(row, 'account'),
        day: numberOf(row, 'on_day'),
        model: row.model as string,
        providerKeyId: numberOf(row, 'provider_key') || null,
        ...figuresOf(row),
      }));
    },
    async totals(accountIds, fromDay, toDay) {
      if (accountIds.length === 0) return new Map();
      const rows = await queries.query(
        `select account, sum(requests)::int8 as requests, sum(revenue)::int8 as revenue,
            sum(shown)::int8 as shown, sum(cost)::int8 as cost, sum(unpriced)::int8 as unpriced
          from margin_sums($1, $2, $3) group by account`,
        [accountIds, fromDay, toDay],
      );
      return new Map(rows.map((row) => [numberOf(row, 'account'), figuresOf(row)]));
    },
    async children(accountId) {
      const rows = await queries.query('select id from accounts where parent_id = $1 order by id', [
        accountId,
      ]);
      return rows.map(({ id }) => Number(id));
    },
    async keyNames(ids, ownerDna) {
      const rows = await queries.query(
        `select k.id, k.name from provider_keys k join accounts o on o.id = k.owner_id
          where k.id = any ($1) and o.dna like $2`,
        [ids, `${ownerDna}%`],
      );
      return new Map(rows.map(({ id, name }) => [Number(id), String(name)]));
    },
  };
}
