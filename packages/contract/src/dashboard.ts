import { z } from 'zod';
import { accountView } from './accounts.ts';

const own = accountView.shape;

/** The caller's account in one line. */
export const accountStatus = z.object({
  object: z.literal('user_status'),
  id: own.ID,
  name: own.Name,
  email: own.Email,
  balance: own.Balance,
  dna: own.DNA,
});

/** Everything about the caller's account that it may see; figures in its own dollars. */
export const accountInfo = z.object({
  object: z.literal('user_info'),
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
  limits: z.object({
    rpm: own.RPM,
    rph: own.RPH,
    rpd: own.RPD,
    tpm: own.TPM,
    tph: own.TPH,
    tpd: own.TPD,
  }),
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
});

export type AccountStatus = z.infer<typeof accountStatus>;
export type AccountInfo = z.infer<typeof accountInfo>;
