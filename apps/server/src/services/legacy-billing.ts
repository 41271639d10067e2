import {
  type AccountView,
  BILL_DAYS_MAX,
  type LegacyCreditGrants,
  type LegacySubscription,
  type LegacyUsage,
  type LegacyUsageQuery,
} from '@meridian/contract';
import { invalid, nextUtcMonth, scale, sum, toDollars } from '@meridian/core/kernel';
import type { ModelDay } from '@meridian/core/ledger';
import type { CallContext, Caller } from '../edge/management/served-route.ts';
import { DAY_MS, dayNumber, isoDay, monthToDate } from './bill-days.ts';
import { type DashboardDeps, ownAccount, spendable, usedSoFar } from './dashboard.ts';

/** OpenAI's legacy billing of the caller's own account. */
export interface LegacyBilling {
  usage(call: CallContext, query: LegacyUsageQuery): Promise<LegacyUsage>;
  subscription(call: CallContext): Promise<LegacySubscription>;
  creditGrants(call: CallContext): Promise<LegacyCreditGrants>;
}

/** What the legacy reports are made of. */
export type LegacyBillingDeps = Pick<DashboardDeps, 'accounts' | 'usage' | 'ledger' | 'clock'>;

const CENTS = 100;
const MS_PER_SECOND = 1_000;
const SOFT_SHARE = 0.8;
/** What an account without bounds is shown, in dollars. */
const UNBOUNDED = 100_000_000;
const NANODOLLARS_PER_DOLLAR = 1e9;

const PAY_AS_YOU_GO = { title: 'Pay-as-you-go', id: 'payg' };
const PLANS: readonly (typeof PAY_AS_YOU_GO)[] = [
  PAY_AS_YOU_GO,
  { title: 'Growth', id: 'growth' },
  { title: 'Scale', id: 'scale' },
  { title: 'Dedicated', id: 'dedicated' },
  { title: 'Enterprise', id: 'enterprise' },
];

function seconds(atMs: number): number {
  return Math.floor(atMs / MS_PER_SECOND);
}

/** Dollars without the noise of their binary fraction. */
function exact(dollars: number): number {
  return Math.round(dollars * NANODOLLARS_PER_DOLLAR) / NANODOLLARS_PER_DOLLAR;
}

/** From the first day until before the last, milliseconds since 1970. */
function span({ start_date: from, end_date: until }: LegacyUsageQuery, nowMs: number) {
  const month = monthToDate(nowMs);
  const start = Date.parse(from ?? month.start);
  const asked = until === undefined ? Date.parse(month.end) + DAY_MS : Date.parse(until);
  const end = asked === start ? start + DAY_MS : asked;
  if (end < start) throw invalid('start_date', 'start_date: It is after the end.');
  if (end - start > BILL_DAYS_MAX * DAY_MS) {
    throw invalid('start_date', `start_date: A report covers at most ${BILL_DAYS_MAX} days.`);
  }
  return { start, end };
}

/** Cents of the account's own dollars at its present rate. */
function centsOf({ policy }: Caller, lines: readonly Pick<ModelDay, 'cost'>[]): number {
  const shown = lines.map(({ cost }) => scale(cost, policy.rates));
  return toDollars(sum(...shown) * BigInt(CENTS));
}

/** `hard` is what this month allows in all, in shown dollars; `untilMs` when the credit ends. */
function toSubscription(own: AccountView, hard: number, untilMs: number): LegacySubscription {
  const soft = Math.min(own.SoftLimit ?? exact(hard * SOFT_SHARE), hard);
  const system = own.HardLimit ?? UNBOUNDED;
  const inCents = (dollars: number): number => Math.round(dollars * CENTS);
  return {
    object: 'billing_subscription',
    has_payment_method: true,
    canceled: false,
    canceled_at: null,
    delinquent: own.Balance < 0 ? true : null,
    access_until: seconds(untilMs),
    soft_limit: inCents(soft),
    hard_limit: inCents(hard),
    system_hard_limit: inCents(system),
    soft_limit_usd: soft,
    hard_limit_usd: hard,
    system_hard_limit_usd: system,
    plan: (own.Tier === null ? undefined : PLANS[own.Tier]) ?? PAY_AS_YOU_GO,
    account_name: own.Name,
    po_number: null,
    billing_email: own.BillingEmail,
    tax_ids: null,
    billing_address: null,
    business_address: null,
  };
}

/** Makes the reports that older chat apps read. */
export function createLegacyBilling(deps: LegacyBillingDeps): LegacyBilling {
  const { accounts, usage, clock } = deps;
  return {
    async usage({ caller }, query) {
      const { start, end } = span(query, clock.now());
      const last = end - DAY_MS;
      const { days } = await usage.bill(
        { accountIds: [caller.accountId] },
        dayNumber(isoDay(start)),
        dayNumber(isoDay(last)),
      );
      const byDay = Map.groupBy(days, ({ day }) => day);
      const count = (end - start) / DAY_MS;
      return {
        object: 'list',
        daily_costs: Array.from({ length: count }, (_, index) => {
          const at = start + index * DAY_MS;
          const lines = byDay.get(dayNumber(isoDay(at))) ?? [];
          return {
            timestamp: seconds(at),
            line_items: lines.map((line) => ({
              name: line.model,
              cost: centsOf(caller, [line]),
            })),
          };
        }),
        total_usage: centsOf(caller, days),
      };
    },
    async subscription(call) {
      const { caller } = call;
      const now = clock.now();
      const [own, used] = await Promise.all([
        ownAccount(accounts, call),
        usedSoFar(usage, caller.accountId, now),
      ]);
      const usedNow = toDollars(scale(used.thisMonth.cost, caller.policy.rates));
      const { isRoot } = caller.policy;
      const hard = isRoot ? UNBOUNDED : exact(usedNow + (await spendable(deps, caller, own)));
      const expiries = own.CreditBalance.map(({ expires_at: at }) => Date.parse(at));
      const until = isRoot ? nextUtcMonth(now) : Math.max(now, ...expiries);
      return toSubscription(own, hard, until);
    },
    async creditGrants(call) {
      const own = await ownAccount(accounts, call);
      return {
        object: 'credit_summary',
        total_granted: own.CreditGranted,
        total_used: own.CreditUsed,
        total_available: own.Balance,
        total_paid_available: own.Balance,
        grants: {
          object: 'list',
          data: own.CreditBalance.map((card) => ({
            object: 'credit_grant',
            id: card.reference,
            grant_amount: card.amount,
            used_amount: exact(card.amount - card.balance),
            effective_at: seconds(Date.parse(card.granted_at)),
            expires_at: seconds(Date.parse(card.expires_at)),
            expires: card.expires_at,
          })),
        },
      };
    },
  };
}
