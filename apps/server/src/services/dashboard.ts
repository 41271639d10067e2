import type { AccountConf, AccountInfo, AccountLive, AccountView } from '@meridian/contract';
import { type AccountsService, readOwnerSettings } from '@meridian/core/accounts';
import { limitName, type WindowSpec, type WindowStore } from '@meridian/core/admission';
import {
  type Clock,
  type Nanodollars,
  nanodollars,
  notFound,
  parseDollars,
  scale,
  sum,
  toDollars,
  unscale,
  ZERO,
} from '@meridian/core/kernel';
import type { LedgerManagement, UsageFigures, UsageStore } from '@meridian/core/ledger';
import { actorOf, type CallContext, type Caller } from '../edge/management/served-route.ts';
import type { OwnerConfigService } from '../routes/x/owner-config-service.ts';
import { dayNumber, monthToDate } from './bill-days.ts';

/** What the own account's pages are made of. */
export interface DashboardDeps {
  readonly accounts: Pick<AccountsService, 'read'>;
  readonly usage: Pick<UsageStore, 'bill'>;
  readonly ledger: Pick<LedgerManagement, 'balance' | 'spentThisMonth'>;
  readonly windows: Pick<WindowStore, 'reserve'>;
  /** The windows of the caller's requests, those of single models left out. */
  readonly windowsOf: (caller: Caller) => readonly WindowSpec[];
  readonly ownerConfig: Pick<OwnerConfigService, 'readConf'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** The caller's own account. */
export interface Dashboard {
  info(call: CallContext): Promise<AccountInfo>;
  live(call: CallContext): Promise<AccountLive>;
  conf(call: CallContext): Promise<AccountConf>;
}

/** Usage of one account, base nanodollars. */
export interface UsedSoFar {
  readonly today: Pick<UsageFigures, 'requests' | 'cost'>;
  readonly thisMonth: Pick<UsageFigures, 'requests' | 'cost'>;
}

const MS_PER_SECOND = 1_000;

/** What an account itself has used today and this month, UTC. */
export async function usedSoFar(
  usage: Pick<UsageStore, 'bill'>,
  accountId: number,
  nowMs: number,
): Promise<UsedSoFar> {
  const { start, end } = monthToDate(nowMs);
  const { days } = await usage.bill({ accountIds: [accountId] }, dayNumber(start), dayNumber(end));
  const total = (lines: typeof days) => ({
    requests: lines.reduce((count, { requests }) => count + requests, 0),
    cost: lines.reduce<Nanodollars>((all, { cost }) => sum(all, cost), ZERO),
  });
  return {
    today: total(days.filter(({ day }) => day === dayNumber(end))),
    thisMonth: total(days),
  };
}

/** The caller's own account as the API shows it. */
export async function ownAccount(
  accounts: Pick<AccountsService, 'read'>,
  call: CallContext,
): Promise<AccountView> {
  const identifier = String(call.caller.accountId);
  const { entries } = await accounts.read(actorOf(call), 'children', { identifier, query: {} });
  const [own] = entries;
  if (own === undefined) throw notFound('Account');
  return own;
}

/** Base dollars as the caller is shown them. */
function shownTo({ policy }: Caller, amount: Nanodollars): number {
  return toDollars(scale(amount, policy.rates));
}

function periods(caller: Caller, { today, thisMonth }: UsedSoFar) {
  const shown = ({ requests, cost }: UsedSoFar['today']) => ({
    CreditUsed: shownTo(caller, cost),
    Requests: requests,
  });
  return { daily_usage: shown(today), monthly_usage: shown(thisMonth) };
}

/** How every window stands; asked one by one, because a full one would hide the others. */
async function standings(
  { windows, windowsOf }: DashboardDeps,
  caller: Caller,
): Promise<AccountLive['limits']> {
  const asked = windowsOf(caller).map(async (window) => {
    const result = await windows.reserve([{ window, amount: 0 }]);
    const standing = result.refused ? result.standing : result.standings[0];
    const used = standing?.used ?? 0;
    return {
      name: limitName(window),
      scope: window.scope.kind,
      account_id: window.scope.accountId,
      limit: window.limit,
      used,
      remaining: Math.max(0, window.limit - used),
      reset_seconds: Math.ceil((standing?.resetMs ?? 0) / MS_PER_SECOND),
    };
  });
  return Promise.all(asked);
}

/** An allowlist as `/x-conf` shows it: its entries as names. */
function entriesOf(list: string): Record<string, Record<string, never>> {
  if (list === '-*') return {};
  return Object.fromEntries(list.split(' ').map((entry) => [entry, {}]));
}

/** Makes the pages of the caller's own account. */
export function createDashboard(deps: DashboardDeps): Dashboard {
  const { accounts, usage, ledger, clock } = deps;

  async function capOf(caller: Caller, own: AccountView): Promise<AccountLive['monthly_cap']> {
    const spent = shownTo(caller, await ledger.spentThisMonth(caller.accountId));
    const { HardLimit: limit } = own;
    return { limit, spent, remaining: limit === null ? null : Math.max(0, limit - spent) };
  }

  return {
    async info(call) {
      const { caller } = call;
      const [own, used] = await Promise.all([
        ownAccount(accounts, call),
        usedSoFar(usage, caller.accountId, clock.now()),
      ]);
      return toInfo(own, periods(caller, used));
    },
    async live(call) {
      const { caller } = call;
      const now = clock.now();
      const [own, used, balance, limits] = await Promise.all([
        ownAccount(accounts, call),
        usedSoFar(usage, caller.accountId, now),
        ledger.balance(caller.accountId),
        standings(deps, caller),
      ]);
      return {
        object: 'user_live',
        id: own.ID,
        name: own.Name,
        at: new Date(now).toISOString(),
        balance: own.Balance,
        reserved: shownTo(caller, balance?.held ?? ZERO),
        ...periods(caller, used),
        monthly_cap: await capOf(caller, own),
        limits,
      };
    },
    async conf(call) {
      if (call.caller.policy.isOwner) return deps.ownerConfig.readConf(call.caller);
      const own = await ownAccount(accounts, call);
      const settings = readOwnerSettings(call.caller.policy.ownerSettings);
      return {
        Resources: entriesOf(own.Resources),
        ModelMapper: own.ModelMapper,
        ModelLimits: own.ModelLimits,
        UserMinBalance: toDollars(settings.userMinBalance),
        UserApiBalance: toDollars(settings.userApiBalance),
      };
    },
  };
}

/** Shown dollars left to an account: its balance, and what its monthly limit still allows. */
export async function spendable(
  { ledger }: Pick<DashboardDeps, 'ledger'>,
  caller: Caller,
  own: AccountView,
): Promise<number> {
  const balance = (await ledger.balance(caller.accountId))?.settled ?? ZERO;
  const spent = await ledger.spentThisMonth(caller.accountId);
  if (own.HardLimit === null) return Math.max(0, shownTo(caller, balance));
  const hardLimit = parseDollars(own.HardLimit) ?? ZERO;
  const left = unscale(hardLimit, caller.policy.rates) - spent;
  return Math.max(0, Math.min(shownTo(caller, nanodollars(left)), shownTo(caller, balance)));
}

type Periods = ReturnType<typeof periods>;

function groups(own: AccountView, { daily_usage: daily, monthly_usage: monthly }: Periods) {
  const used = ({ CreditUsed, Requests }: Periods['daily_usage']) => ({
    credit_used: CreditUsed,
    requests: Requests,
  });
  return {
    user: {
      id: own.ID,
      dna: own.DNA,
      name: own.Name,
      alias: own.Alias,
      email: own.Email,
      billing_email: own.BillingEmail,
      status: own.Status,
      is_owner: own.IsOwner,
      level: own.Level,
      gear: own.Gear,
      role: own.Role,
      tier: own.Tier,
      rates: own.Rates,
      partial_key: own.PartialKey,
      child: own.Child,
      child_limit: own.ChildLimit,
      created_at: own.CreatedAt,
      updated_at: own.UpdatedAt,
    },
    credit: {
      balance: own.Balance,
      granted: own.CreditGranted,
      used: own.CreditUsed,
      cards: own.CreditBalance,
    },
    usage: {
      total: { credit_used: own.CreditUsed, requests: own.Requests },
      today: used(daily),
      this_month: used(monthly),
    },
    access: {
      allow_ips: own.AllowIPs,
      allow_models: own.AllowModels,
      allow_levels: own.AllowLevels,
      resources: own.Resources,
      model_mapper: own.ModelMapper,
    },
  };
}

function toInfo(own: AccountView, used: Periods): AccountInfo {
  const grouped = groups(own, used);
  const rateLimits = {
    rpm: own.RPM,
    rph: own.RPH,
    rpd: own.RPD,
    tpm: own.TPM,
    tph: own.TPH,
    tpd: own.TPD,
    concurrency: own.Concurrency,
  };
  const spending = {
    hard_limit: own.HardLimit,
    soft_limit: own.SoftLimit,
    auto_quota: own.AutoQuota,
    model_limits: own.ModelLimits,
  };
  return {
    object: 'user_info',
    ...grouped.user,
    create_at: own.CreatedAt,
    balance: own.Balance,
    credit_granted: own.CreditGranted,
    credit_used: own.CreditUsed,
    credit_balance: own.CreditBalance,
    requests: own.Requests,
    ...used,
    ...rateLimits,
    ...spending,
    ...grouped.access,
    ...grouped,
    limits: { ...rateLimits, ...spending },
  };
}
