import type { Millionths } from '../kernel/index.ts';
import type { AccountValues } from './account.ts';

/** Gear of everybody but root. */
const GEAR = 1;

/** An account without any settings of its own. */
export function plainAccount(name: string, email: string, rates: Millionths): AccountValues {
  return {
    name,
    alias: name,
    email,
    billingEmail: null,
    status: true,
    isOwner: false,
    level: null,
    gear: GEAR,
    role: 0,
    tier: null,
    factor: null,
    rates,
    hardLimit: null,
    softLimit: null,
    limits: {},
    modelLimits: {},
    modelMapper: {},
    allowIps: null,
    allowModels: null,
    allowLevels: null,
    resources: null,
    childLimit: null,
    autoQuota: false,
  };
}
