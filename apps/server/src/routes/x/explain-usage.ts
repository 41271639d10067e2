import { type UsageExplanation, usageRoutes } from '@meridian/contract';
import { type Caller, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** Usage records of the caller's subtree. */
export interface UsageReader {
  /** Throws `not_found` for a record that does not exist or belongs to somebody else. */
  explain(caller: Caller, requestId: string): Promise<UsageExplanation>;
}

/** `GET /x-usage/{id}`. */
export function explainUsage(usage: UsageReader): ServedRoute {
  return serve(usageRoutes.explainUsage, async ({ caller, params }) => ({
    status: 200,
    body: await usage.explain(caller, params.id),
  }));
}
