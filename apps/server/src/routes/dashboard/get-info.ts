import { type AccountInfo, type AccountView, dashboardRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import { ownAccount } from './own-account.ts';

/** `GET /dashboard/info` and its older name. */
export function getInfo(accounts: Pick<AccountsService, 'read'>): readonly ServedRoute[] {
  return [dashboardRoutes.getInfo, dashboardRoutes.getInfoAlias].map((route) =>
    serve(route, async (call) => ({
      status: 200,
      body: toInfo(await ownAccount(accounts, call)),
    })),
  );
}

function toInfo(own: AccountView): AccountInfo {
  return {
    object: 'user_info',
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
    balance: own.Balance,
    credit_granted: own.CreditGranted,
    credit_used: own.CreditUsed,
    credit_balance: own.CreditBalance,
    requests: own.Requests,
    hard_limit: own.HardLimit,
    soft_limit: own.SoftLimit,
    auto_quota: own.AutoQuota,
    limits: {
      rpm: own.RPM,
      rph: own.RPH,
      rpd: own.RPD,
      tpm: own.TPM,
      tph: own.TPH,
      tpd: own.TPD,
    },
    model_limits: own.ModelLimits,
    model_mapper: own.ModelMapper,
    allow_ips: own.AllowIPs,
    allow_models: own.AllowModels,
    allow_levels: own.AllowLevels,
    resources: own.Resources,
    child_limit: own.ChildLimit,
    child: own.Child,
    created_at: own.CreatedAt,
    updated_at: own.UpdatedAt,
  };
}
