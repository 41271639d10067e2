import type { UsageEntry, UsageExplanation, UsageListQuery } from '@meridian/contract';
import { type AccountSelector, type AccountsStore, selectAccounts } from '@meridian/core/accounts';
import {
  type Clock,
  formatDollars,
  invalid,
  notFound,
  scale,
  toNumber,
} from '@meridian/core/kernel';
import type { StoredUsage, UsageStore } from '@meridian/core/ledger';
import { describeCharge } from '@meridian/core/metering';
import type { UsageReader } from '../routes/x/explain-usage.ts';
import type { UsageLister } from '../routes/x/list-usage.ts';
import { nameOf, pathOf } from '../surfaces.ts';

const DAY_MS = 86_400_000;
const LIST_SPAN_MAX_MS = 366 * DAY_MS;
const PAGE_SIZE = 100;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Explains charges from what was stored with them; they come out as the same number. */
export function createUsageReader(
  usage: Pick<UsageStore, 'find'>,
  accounts: Pick<AccountsStore, 'readPath'>,
): UsageReader {
  return {
    async explain(caller, requestId) {
      const record = await usage.find('every account', requestId);
      const path = record && (await accounts.readPath(record.accountId));
      const isBelow = path?.accounts.some(({ id }) => id === caller.accountId);
      if (!record || !isBelow) throw notFound('Usage record');
      return explain(record);
    },
  };
}

/** What lists of usage are made of. */
export interface UsageListerDeps {
  readonly usage: Pick<UsageStore, 'list'>;
  readonly selector: AccountSelector;
  readonly clock: Pick<Clock, 'now'>;
}

/** Lists charges of the caller's subtree. */
export function createUsageLister({ usage, selector, clock }: UsageListerDeps): UsageLister {
  return {
    async list({ accountId, policy }, query) {
      const { user, model, surface, outcome, after, limit = PAGE_SIZE } = query;
      const period = listPeriod(query, clock.now());
      const subject =
        user === undefined
          ? { subtreeOf: accountId }
          : await selectAccounts(selector, policy.dna, user);
      const { records, next } = await usage.list(subject, {
        ...period,
        limit,
        ...(model !== undefined && { model }),
        ...(surface !== undefined && { surface: nameOf(surface) }),
        ...(outcome !== undefined && { outcome }),
        ...(after !== undefined && { after }),
      });
      return { object: 'list', data: records.map(toEntry), has_more: next !== null, next };
    },
  };
}

/** From when until when; a day as the end is meant whole. */
function listPeriod({ from, to }: UsageListQuery, nowMs: number) {
  // What is charged while this is answered counts as before now.
  let until = nowMs + DAY_MS;
  if (to !== undefined) until = Date.parse(to) + (DAY_ONLY.test(to) ? DAY_MS : 0);
  const earliest = Math.max(0, (to === undefined ? nowMs : until) - LIST_SPAN_MAX_MS);
  const since = from === undefined ? earliest : Date.parse(from);
  if (since < earliest) throw invalid('from', 'from: At most 366 days before the end.');
  if (since > until) throw invalid('from', 'from: It is after the end.');
  return { since, until };
}

/** What a list and an explanation tell alike. */
function describeRecord(record: StoredUsage) {
  return {
    object: 'usage_record' as const,
    id: record.id,
    account_id: record.accountId,
    named_key_id: record.namedKeyId,
    model_asked: record.modelAsked,
    model: record.modelUsed,
    endpoint: pathOf(record.surface),
    started_at: new Date(record.startedAt).toISOString(),
    duration_ms: record.durationMs,
    first_byte_ms: record.firstByteMs,
    streamed: record.streamed,
    attempts: record.attempts,
    outcome: record.outcome,
    usage_source: record.source,
    usage: { ...record.usage },
  };
}

function toEntry(record: StoredUsage): UsageEntry {
  const { cost, rates, price, factor } = record;
  return {
    ...describeRecord(record),
    charged_at: new Date(record.at).toISOString(),
    cost: formatDollars(scale(cost, rates)),
    cost_base: formatDollars(cost),
    price_source: price.source,
    multiplier: toNumber(price.multiplier),
    factor: toNumber(factor),
    rates: toNumber(rates),
  };
}

function explain(record: StoredUsage): UsageExplanation {
  const { usage, price, factor, rates, cost } = record;
  const charge = describeCharge(usage, price, factor);
  return {
    ...describeRecord(record),
    charge: {
      cost: formatDollars(scale(cost, rates)),
      cost_base: formatDollars(cost),
      lines: [...charge.lines],
      price_source: charge.source,
      tier_above_input_tokens: charge.tierAboveInputTokens,
      multiplier: charge.multiplier,
      factor: charge.factor,
      rates: toNumber(rates),
    },
  };
}
