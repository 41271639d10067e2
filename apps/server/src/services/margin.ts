import type { MarginLine, MarginQuery, MarginReport } from '@meridian/contract';
import { type AccountSelector, selectAccounts } from '@meridian/core/accounts';
import { type Clock, Failure, formatDollars, invalid, nanodollars } from '@meridian/core/kernel';
import type { MarginCell, MarginFigures, MarginStore } from '@meridian/core/ledger';
import type { Caller } from '../edge/management/served-route.ts';
import type { MarginService } from '../routes/x/get-margin.ts';
import { billDays, dayNumber } from './bill-days.ts';

/** What reports of margin are made of. */
export interface MarginDeps {
  readonly margins: MarginStore;
  readonly selector: AccountSelector;
  readonly clock: Pick<Clock, 'now'>;
}

type Grouping = MarginReport['by'];
type CellGrouping = Exclude<Grouping, 'account'>;

/** Key of what is not stored: provider keys of the environment and the sandbox. */
const UNSTORED = 'unstored';

const NOTHING: MarginFigures = {
  requests: 0,
  revenue: nanodollars(0n),
  shown: nanodollars(0n),
  cost: nanodollars(0n),
  unpriced: 0,
};

function plus(a: MarginFigures, b: MarginFigures, sign: 1 | -1 = 1): MarginFigures {
  const by = BigInt(sign);
  return {
    requests: a.requests + sign * b.requests,
    revenue: nanodollars(a.revenue + by * b.revenue),
    shown: nanodollars(a.shown + by * b.shown),
    cost: nanodollars(a.cost + by * b.cost),
    unpriced: a.unpriced + sign * b.unpriced,
  };
}

function toFigures({ requests, revenue, shown, cost, unpriced }: MarginFigures) {
  return {
    requests,
    revenue: formatDollars(revenue),
    revenue_shown: formatDollars(shown),
    cost: formatDollars(cost),
    margin: formatDollars(revenue - cost),
    requests_without_cost: unpriced,
  };
}

function keyOf({ day, model, providerKeyId }: MarginCell, by: CellGrouping): string {
  if (by === 'day') return String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  if (by === 'model') return model;
  return String(providerKeyId ?? UNSTORED);
}

function grouped(cells: readonly MarginCell[], by: CellGrouping): Map<string, MarginFigures> {
  const groups = new Map<string, MarginFigures>();
  for (const cell of cells) {
    const key = keyOf(cell, by);
    groups.set(key, plus(groups.get(key) ?? NOTHING, cell));
  }
  return groups;
}

/** Days in their order, everything else by what it brought in. */
function sorted(groups: ReadonlyMap<string, MarginFigures>, by: Grouping) {
  return [...groups].toSorted(([a, x], [b, y]) => {
    if (by !== 'day' && x.revenue !== y.revenue) return x.revenue < y.revenue ? 1 : -1;
    return a < b ? -1 : 1;
  });
}

/** Makes reports of revenue, cost and margin. */
export function createMarginService({ margins, selector, clock }: MarginDeps): MarginService {
  async function topOf({ accountId, policy }: Caller, user: string | undefined): Promise<number> {
    if (user === undefined) return accountId;
    const selection = await selectAccounts(selector, policy.dna, user);
    if ('subtreeOf' in selection) return selection.subtreeOf;
    const [first, ...others] = selection.accountIds;
    if (first !== undefined && others.length === 0) return first;
    throw invalid('user', 'user: it must name one account.');
  }

  /** One line per direct child with all below it, and one for the account itself. */
  async function byAccount(top: number, days: readonly [number, number]) {
    const children = await margins.children(top);
    const groups = new Map<string, MarginFigures>();
    for (const [id, figures] of await margins.totals([top, ...children], ...days)) {
      groups.set(String(id), figures);
    }
    const total = groups.get(String(top)) ?? NOTHING;
    let own = total;
    for (const child of children) own = plus(own, groups.get(String(child)) ?? NOTHING, -1);
    groups.set(String(top), own);
    if (own.requests === 0) groups.delete(String(top));
    return { groups, total };
  }

  async function byCell(top: number, days: readonly [number, number], by: CellGrouping) {
    const cells = await margins.cells([top], ...days);
    return {
      groups: grouped(cells, by),
      total: cells.reduce((sum, each) => plus(sum, each), NOTHING),
    };
  }

  async function namesOf(keys: readonly string[], by: Grouping, { policy }: Caller) {
    const ids = keys.map(Number).filter(Number.isInteger);
    if (by === 'key') return margins.keyNames(ids, policy.dna);
    if (by !== 'account') return new Map<number, string>();
    const labels = await selector.labels(ids);
    return new Map([...labels].map(([id, { name }]) => [id, name]));
  }

  return {
    async report(caller: Caller, query: MarginQuery) {
      if (!caller.policy.isOwner) {
        throw new Failure('permission_denied', { message: 'Only owners see margins.' });
      }
      const { by = 'day' } = query;
      const { start, end } = billDays(query, clock.now());
      const top = await topOf(caller, query.user);
      const days = [dayNumber(start), dayNumber(end)] as const;
      const made = by === 'account' ? await byAccount(top, days) : await byCell(top, days, by);
      const lines = sorted(made.groups, by);
      const names = await namesOf(
        lines.map(([key]) => key),
        by,
        caller,
      );
      const data: MarginLine[] = lines.map(([key, figures]) => ({
        key,
        name: names.get(Number(key)) ?? null,
        ...toFigures(figures),
      }));
      return { object: 'margin_report', start, end, by, data, total: toFigures(made.total) };
    },
  };
}
