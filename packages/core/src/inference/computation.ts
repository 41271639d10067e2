import {
  checkModel,
  claims,
  permit,
  rateLimitFailure,
  rateLimitHeaderList,
} from '../admission/index.ts';
import { Failure, isFailure } from '../kernel/index.ts';
import { holdAmount, type Price } from '../metering/index.ts';
import { type Call, NO_USAGE } from '../protocols/index.ts';
import type { WindowDeps } from './claim-windows.ts';
import type { Metered } from './flight.ts';
import { isRefusal, refusalFailure } from './place-hold.ts';
import type { Arrival, Caller, ResponseHeaders } from './ports.ts';
import { releaseFlight, type SettleDeps, type Settled, settle } from './settle.ts';

/** A request that this server answers by computing, without any provider. */
export interface Computation<T> {
  readonly arrival: Arrival;
  /** The name under which it is allowed, limited, priced and recorded. */
  readonly model: string;
  /** A failure that it throws is the caller's, and costs nothing. */
  compute(): T | Promise<T>;
}

/** What a computation gave. */
export interface Computed<T> {
  readonly value: T;
  /** Rate limits, cost, and what was charged for. */
  readonly headers: ResponseHeaders;
}

/** What paying for computations needs. */
export interface ComputationDeps {
  readonly admission: WindowDeps;
  readonly settlement: Omit<SettleDeps, 'surface'>;
  /** The price of a call as this caller's owner sells it; undefined where nobody has set one. */
  priceOf(caller: Caller, model: string): Price | undefined;
  /** Told of every charge. */
  onCharged(settled: Settled): void;
}

/** Answers a computation and charges its price per call; the charge is durable when it resolves. */
export type RunComputation = <T>(computation: Computation<T>) => Promise<Computed<T>>;

/**
 * Makes the way of a computation: the same checks, windows, hold and charge as any request's, with no
 * attempt at a provider between them. Rejects with the failure that refuses it.
 */
export function createComputations(deps: ComputationDeps): RunComputation {
  const { admission, settlement } = deps;
  return async ({ arrival, model, compute }) => {
    const price = admit(arrival, model, deps);
    const flight = openCall(arrival, model, settlement.clock.monotonic());
    try {
      await claimCall(flight, model, admission);
      await holdPrice(flight, price, settlement);
      const value = await compute();
      const candidate = { key: { id: null }, model, price };
      const counted = { usage: NO_USAGE, source: 'provider', isSuspicious: false } as const;
      const delivery = { candidate, counted, outcome: 'complete' } as const;
      const settled = settle(flight, delivery, { ...settlement, surface: arrival.endpoint });
      await settled.isDurable;
      deps.onCharged(settled);
      const told = ['x-meridian-model', model, 'x-meridian-cost', settled.shownCost];
      return { value, headers: [...told, ...(flight.claim?.headers ?? [])] };
    } catch (error) {
      releaseFlight(flight, settlement, false);
      throw error;
    }
  };
}

function admit(arrival: Arrival, model: string, { priceOf }: ComputationDeps): Price {
  const { caller } = arrival;
  const refusal = permit(caller.permits, arrival) ?? checkModel(caller.routing, [model]);
  if (isFailure(refusal)) throw refusal;
  const price = priceOf(caller, model);
  if (price) return price;
  throw new Failure('model_not_priced', {
    message: `${model} has no price, so it cannot be called.`,
  });
}

/** Counts the call in every window of its path; it has no tokens. */
async function claimCall(
  flight: Metered,
  model: string,
  { windows, windowsOf }: WindowDeps,
): Promise<void> {
  const { limits, keyId } = flight.arrival.caller;
  const counted = windowsOf(limits, { resolved: [model], requested: [] }, keyId);
  if (counted.length === 0) return;
  const result = await windows.reserve(claims(counted, 0));
  if (result.refused) throw rateLimitFailure(result);
  flight.claim = { reservation: result, headers: rateLimitHeaderList(result.standings) };
}

async function holdPrice(
  flight: Metered,
  price: Price,
  { ledger }: ComputationDeps['settlement'],
): Promise<void> {
  const { payer, factor } = flight.arrival.caller;
  const bounds = { price, factor, inputTokensMax: 0, outputTokensMax: 0 };
  const hold = await ledger.hold(payer, holdAmount(bounds));
  if (isRefusal(hold)) throw refusalFailure(hold, bounds);
  flight.hold = hold;
}

const NO_BODY = Buffer.alloc(0);

function openCall(arrival: Arrival, model: string, startedAt: number): Metered {
  const call: Call = {
    ...{ model, maxOutputTokens: undefined, body: NO_BODY, isStream: false, wantsUsage: false },
    ...{ choices: 1, service: undefined },
    size: { textBytes: 0, images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0, tools: 0 },
  };
  const nothing = { firstByteAt: undefined, claim: undefined, hold: undefined };
  return { arrival, call, startedAt, attempts: 1, ...nothing };
}
