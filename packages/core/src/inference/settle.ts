import type { WindowStore } from '../admission/index.ts';
import { type Clock, formatDollars, type Nanodollars, scale } from '../kernel/index.ts';
import type { Ledger, UsageRecord } from '../ledger/index.ts';
import { charge } from '../metering/index.ts';
import { inputTokens, outputTokens } from '../protocols/index.ts';
import type { Candidate } from '../routing/index.ts';
import { uncapKey } from './cap-key.ts';
import { type CountedUsage, withPieces } from './count-usage.ts';
import type { Metered } from './flight.ts';

/** What settling needs. */
export interface SettleDeps {
  readonly ledger: Ledger;
  readonly windows: WindowStore;
  readonly clock: Clock;
  readonly surface: string;
}

/** What was delivered: by whom, how much, and how it ended. */
export interface Delivery {
  readonly candidate: Pick<Candidate, 'model' | 'price'> & {
    readonly key: Pick<Candidate['key'], 'id'>;
  };
  readonly counted: CountedUsage;
  readonly outcome: UsageRecord['outcome'];
}

/** A charged request. */
export interface Settled {
  readonly record: UsageRecord;
  /** Decimal dollars as shown to the caller. */
  readonly shownCost: string;
  /** Something about the figures needs a look: impossible counts, or buckets without a rate. */
  readonly isSuspicious: boolean;
  /** Resolves when the charge is durable. Until then the last bytes wait. */
  readonly isDurable: Promise<void>;
}

/** Charges the request. */
export function settle(flight: Metered, delivery: Delivery, deps: SettleDeps): Settled {
  const { hold, claim } = flight;
  if (!hold) throw new Error('settle without a hold');
  const { candidate } = delivery;
  const counted = withPieces(delivery.counted, flight.call, candidate.price);
  const { factor } = flight.arrival.caller;
  const { cost, lines, unpriced } = charge(counted.usage, candidate.price, factor);
  const record = recordOf(flight, { ...delivery, counted }, deps, cost);
  flight.hold = undefined;
  const tokens = inputTokens(record.usage) + outputTokens(record.usage);
  if (claim) deps.windows.adjust(claim.reservation, tokens);
  uncapKey(flight, tokens, deps);
  const isDurable = deps.ledger.settle(hold, record);
  // What is asked for by the piece is reported in tokens too by some; one of the two has the price.
  const isUnpriced = unpriced.length > 0 && !(flight.call.pieces && lines.length > 0);
  const isSuspicious = counted.isSuspicious || isUnpriced;
  return { record, shownCost: shown(cost, flight), isSuspicious, isDurable };
}

function shown(cost: Nanodollars, { arrival }: Metered): string {
  return formatDollars(scale(cost, arrival.caller.rates));
}

function recordOf(
  flight: Metered,
  { candidate, counted, outcome }: Delivery,
  { clock, surface }: SettleDeps,
  cost: Nanodollars,
): UsageRecord {
  const { arrival, call, startedAt, firstByteAt } = flight;
  const { caller } = arrival;
  return {
    id: arrival.requestId,
    accountId: caller.accountId,
    namedKeyId: caller.namedKeyId,
    providerKeyId: candidate.key.id,
    modelAsked: call.model,
    modelUsed: candidate.model,
    surface,
    startedAt: arrival.receivedAt,
    durationMs: Math.round(clock.monotonic() - startedAt),
    firstByteMs: firstByteAt === undefined ? null : Math.round(firstByteAt - startedAt),
    usage: counted.usage,
    source: counted.source,
    outcome,
    streamed: call.isStream,
    attempts: flight.attempts,
    price: candidate.price,
    factor: caller.factor,
    rates: caller.rates,
    cost,
  };
}

/** Ends what a request without a charge still holds: its credit and the tokens it had reserved. */
export function releaseFlight(
  flight: Metered,
  deps: Pick<SettleDeps, 'ledger' | 'windows'>,
  ran: boolean,
): void {
  const { hold, claim } = flight;
  flight.hold = undefined;
  flight.claim = undefined;
  if (hold) deps.ledger.release(hold);
  uncapKey(flight, 0, deps);
  // A request that reached an upstream counts as a request; one that we refused does not.
  if (claim && ran) deps.windows.adjust(claim.reservation, 0);
  else if (claim) deps.windows.cancel(claim.reservation);
}
