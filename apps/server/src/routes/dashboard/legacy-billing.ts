import { legacyBillingRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { LegacyBilling } from '../../services/legacy-billing.ts';
import type { LimitReader } from '../v1/limit-reader.ts';

/** `GET /dashboard/billing/…`, and the same under `/v1` with the headers of that surface. */
export function legacyBilling(billing: LegacyBilling, limits: LimitReader): readonly ServedRoute[] {
  const {
    getUsage,
    getUsageAlias,
    getSubscription,
    getSubscriptionAlias,
    getCreditGrants,
    getCreditGrantsAlias,
  } = legacyBillingRoutes;
  return [
    ...[getUsage, getUsageAlias].map((route) =>
      serve(route, async (call) => ({
        status: 200,
        body: await billing.usage(call, call.query),
        headers: await limits.headers(call.caller),
      })),
    ),
    ...[getSubscription, getSubscriptionAlias].map((route) =>
      serve(route, async (call) => ({
        status: 200,
        body: await billing.subscription(call),
        headers: await limits.headers(call.caller),
      })),
    ),
    ...[getCreditGrants, getCreditGrantsAlias].map((route) =>
      serve(route, async (call) => ({
        status: 200,
        body: await billing.creditGrants(call),
        headers: await limits.headers(call.caller),
      })),
    ),
  ];
}
