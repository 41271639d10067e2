import { exampleAccount as own } from '../examples.ts';
import { rateLimitHeaders } from '../headers.ts';
import {
  type LegacyCreditGrants,
  type LegacySubscription,
  type LegacyUsage,
  legacyCreditGrants,
  legacySubscription,
  legacyUsage,
  legacyUsageQuery,
} from '../legacy-billing.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const exampleUsage: LegacyUsage = {
  object: 'list',
  daily_costs: [{ timestamp: 1795305600, line_items: [{ name: 'gpt-4o', cost: 350 }] }],
  total_usage: 350,
};

const exampleSubscription: LegacySubscription = {
  object: 'billing_subscription',
  has_payment_method: true,
  canceled: false,
  canceled_at: null,
  delinquent: null,
  access_until: 1826879400,
  soft_limit: 8000,
  hard_limit: 10000,
  system_hard_limit: 100000,
  soft_limit_usd: 80,
  hard_limit_usd: 100,
  system_hard_limit_usd: 1000,
  plan: { title: 'Pay-as-you-go', id: 'payg' },
  account_name: own.Name,
  po_number: null,
  billing_email: own.BillingEmail,
  tax_ids: null,
  billing_address: null,
  business_address: null,
};

const exampleGrants: LegacyCreditGrants = {
  object: 'credit_summary',
  total_granted: 100,
  total_used: 12.345678,
  total_available: 87.654322,
  total_paid_available: 87.654322,
  grants: {
    object: 'list',
    data: [
      {
        object: 'credit_grant',
        id: 'granted by root',
        grant_amount: 100,
        used_amount: 12.345678,
        effective_at: 1795343400,
        expires_at: 1826879400,
        expires: '2027-11-22T10:30:00.000Z',
      },
    ],
  },
};

const getUsage = defineRoute({
  id: 'legacyBilling.usage',
  method: 'GET',
  path: '/dashboard/billing/usage',
  summary: 'See the own usage as older chat apps read it',
  description: 'Cents per day and model, in the shape of OpenAI’s legacy billing; up to 366 days.',
  tag: 'Dashboard',
  auth: 'key',
  query: legacyUsageQuery,
  responses: {
    200: {
      description: 'The usage.',
      schema: legacyUsage,
      headers: rateLimitHeaders,
      example: exampleUsage,
    },
  },
  errors: [],
});

const getSubscription = defineRoute({
  id: 'legacyBilling.subscription',
  method: 'GET',
  path: '/dashboard/billing/subscription',
  summary: 'See what may be spent as older chat apps read it',
  description: '`hard_limit_usd` less the usage of this month is what can still be spent.',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The limits.',
      schema: legacySubscription,
      headers: rateLimitHeaders,
      example: exampleSubscription,
    },
  },
  errors: [],
});

const getCreditGrants = defineRoute({
  id: 'legacyBilling.creditGrants',
  method: 'GET',
  path: '/dashboard/billing/credit_grants',
  summary: 'See the own credit as older chat apps read it',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The credit.',
      schema: legacyCreditGrants,
      headers: rateLimitHeaders,
      example: exampleGrants,
    },
  },
  errors: [],
});

/** OpenAI's legacy billing, also under `/v1` where apps put it behind their base URL. */
export const legacyBillingRoutes = {
  getUsage,
  getSubscription,
  getCreditGrants,
  getUsageAlias: aliasRoute(getUsage, {
    id: 'legacyBilling.usageAlias',
    path: '/v1/dashboard/billing/usage',
  }),
  getSubscriptionAlias: aliasRoute(getSubscription, {
    id: 'legacyBilling.subscriptionAlias',
    path: '/v1/dashboard/billing/subscription',
  }),
  getCreditGrantsAlias: aliasRoute(getCreditGrants, {
    id: 'legacyBilling.creditGrantsAlias',
    path: '/v1/dashboard/billing/credit_grants',
  }),
};
