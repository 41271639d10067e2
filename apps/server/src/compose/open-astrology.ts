import type { Catalog, PricingOverride } from '@meridian/core/catalog';
import { createComputations, type WindowDeps } from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import type { Ledger } from '@meridian/core/ledger';
import { createAstrology } from '@meridian/core/platform';
import type { Events } from '@meridian/core/telemetry';
import type { PaidAstrology } from '../routes/v1/compute-astrology.ts';
import { createPaidAstrology } from '../services/astrology.ts';
import { visitorOf } from './callers.ts';
import type { Routing } from './open-routing.ts';

/** What paid astrology is put together from. */
export interface AstrologyParts {
  readonly catalog: Catalog;
  readonly routing: Pick<Routing, 'pools'>;
  readonly admission: WindowDeps;
  readonly ledger: Ledger;
  readonly events: Events;
}

/** Answers about the sky at the catalog's prices, or at those of the caller's owner. */
export function openAstrology(parts: AstrologyParts): PaidAstrology {
  const { catalog, routing, admission, ledger, events } = parts;
  const run = createComputations({
    admission,
    settlement: { ledger, windows: admission.windows, clock: systemClock },
    priceOf({ routing: { ownerId } }, model) {
      const pricing = routing.pools.owner(ownerId)?.pricing;
      // Only a parsed PRICING is ever put there.
      const override = pricing as PricingOverride | undefined;
      return catalog.price({ model, at: systemClock.now(), ...(override && { override }) });
    },
    onCharged({ record, isSuspicious }) {
      events.charged({
        requestId: record.id,
        accountId: record.accountId,
        surface: record.surface,
        model: record.modelUsed,
        isStream: false,
        outcome: record.outcome,
        source: record.source,
        attempts: record.attempts,
        durationMs: record.durationMs,
        firstByteMs: null,
        inputTokens: 0,
        outputTokens: 0,
        cost: record.cost,
        isSuspicious,
      });
    },
  });
  return createPaidAstrology({
    astrology: createAstrology(),
    run,
    clock: systemClock,
    callerOf: visitorOf,
  });
}
