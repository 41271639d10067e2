import { Failure, type Nanodollars, nanodollars } from '../kernel/index.ts';
import type { Hold, HoldRefusal, Ledger } from '../ledger/index.ts';
import {
  affordableOutput,
  type HoldBounds,
  holdAmount,
  inputTokensMax,
  type Price,
} from '../metering/index.ts';
import type { Flight } from './flight.ts';
import { piecesMax } from './pieces.ts';

/** Output tokens held for a request that sets no bound itself. */
export const OUTPUT_TOKENS_DEFAULT = 4_096;
/** An answer shorter than this is not worth beginning: the balance counts as insufficient. */
export const OUTPUT_TOKENS_WORTHWHILE = 16;

/** What the hold stage needs to know of models. */
export interface ModelSizes {
  /** Undefined fields are not known. */
  sizeOf(model: string): { maxOutputTokens?: number; contextTokens?: number };
}

/** Whether the ledger said no. */
export function isRefusal(result: Hold | HoldRefusal): result is HoldRefusal {
  return 'refused' in result;
}

/**
 * Sets credit aside for the dearest target of the model that is tried first; a failover to a dearer
 * one asks for more. Throws `insufficient_balance`, `spending_cap_reached` or `service_unavailable`.
 */
export function placeHold(
  flight: Flight,
  ledger: Ledger,
  sizes: ModelSizes,
): Promise<void> | undefined {
  const { payer } = flight.arrival.caller;
  const bounds = boundsOf(flight, flight.admittedModel, sizes);
  flight.heldInput = bounds.inputTokensMax;
  flight.heldOutput = bounds.outputTokensMax;
  const first = ledger.hold(payer, holdAmount(bounds));
  if (first instanceof Promise)
    return first.then((later) => keepHold(flight, later, bounds, ledger));
  return keepHold(flight, first, bounds, ledger);
}

/** Makes the hold cover another model too; false when the balance does not. */
export async function widenHold(
  flight: Flight,
  model: string,
  ledger: Ledger,
  sizes: ModelSizes,
): Promise<boolean> {
  const { hold, outputBound, call } = flight;
  if (!hold) return false;
  const wanted = boundsOf(flight, model, sizes);
  // What the balance afforded before is written into the request whoever answers it.
  const outputTokensMax =
    outputBound === undefined ? wanted.outputTokensMax : outputBound * call.choices;
  const missing = holdAmount({ ...wanted, outputTokensMax }) - hold.amount;
  if (missing > 0n && !(await ledger.extend(hold, nanodollars(missing)))) return false;
  flight.heldInput = wanted.inputTokensMax;
  flight.heldOutput = outputTokensMax;
  return true;
}

/** The most that a model may cost, at its dearest target. */
function boundsOf(flight: Flight, model: string, sizes: ModelSizes): HoldBounds {
  const { call, plan, arrival } = flight;
  const size = sizes.sizeOf(model);
  const asked = {
    inputTokensMax: inputTokensMax({
      ...call.size,
      model,
      ...(size.contextTokens === undefined ? {} : { contextTokens: size.contextTokens }),
    }),
    outputTokensMax: outputBound(flight, size.maxOutputTokens),
    factor: arrival.caller.factor,
  };
  const boundsAt = (price: Price): HoldBounds => {
    return { ...asked, price, units: piecesMax(call.pieces, price) };
  };
  return boundsAt(plan.dearest((price) => holdAmount(boundsAt(price)), model));
}

/** Takes the hold, or a smaller one for a shorter answer where the balance affords only that. */
function keepHold(
  flight: Flight,
  first: Hold | HoldRefusal,
  bounds: HoldBounds,
  ledger: Ledger,
): Promise<void> | undefined {
  if (!isRefusal(first)) {
    flight.hold = first;
    return undefined;
  }
  const affordable = affordableTokens(flight, first, bounds);
  if (affordable === undefined || affordable >= bounds.outputTokensMax) {
    throw refusalFailure(first, bounds);
  }
  return holdLess(flight, affordable, bounds, ledger);
}

async function holdLess(
  flight: Flight,
  affordable: number,
  bounds: HoldBounds,
  ledger: Ledger,
): Promise<void> {
  const { call, arrival } = flight;
  const amount = holdAmount({ ...bounds, outputTokensMax: affordable });
  const second = await ledger.hold(arrival.caller.payer, amount);
  if (isRefusal(second)) throw refusalFailure(second, bounds);
  flight.hold = second;
  flight.heldOutput = affordable;
  flight.outputBound = Math.floor(affordable / call.choices);
}

function outputBound(flight: Flight, modelMaximum: number | undefined): number {
  const { maxOutputTokens, choices } = flight.call;
  const each = maxOutputTokens ?? Math.min(modelMaximum ?? Infinity, OUTPUT_TOKENS_DEFAULT);
  return each * choices;
}

/** What a request without a bound can have for the credit that is left; undefined: nothing useful. */
function affordableTokens(
  flight: Flight,
  refusal: HoldRefusal,
  bounds: HoldBounds,
): number | undefined {
  const { call, arrival } = flight;
  if (refusal.refused === 'unavailable' || call.maxOutputTokens !== undefined) return undefined;
  const { factor } = arrival.caller;
  const tokens = affordableOutput({ ...bounds, free: refusal.free, factor });
  return tokens >= OUTPUT_TOKENS_WORTHWHILE * call.choices ? tokens : undefined;
}

/** What a caller is told of a hold that was refused. */
export function refusalFailure(
  refusal: HoldRefusal,
  { outputTokensMax }: Pick<HoldBounds, 'outputTokensMax'>,
): Failure {
  switch (refusal.refused) {
    case 'insufficient_balance': {
      const advice = outputTokensMax > 0 ? ', or ask for less output (max_tokens)' : '';
      return new Failure('insufficient_balance', {
        message: `The balance does not cover this request. Add credit${advice}.`,
      });
    }
    case 'spending_cap_reached':
      return new Failure('spending_cap_reached', {
        message: 'This request would exceed the monthly spending limit (HardLimit).',
        internal: `budget of account ${refusal.accountId}`,
      });
    case 'unavailable':
      return new Failure('service_unavailable', {
        message: 'The balance cannot be checked at the moment. Retry shortly.',
        retryAfterSeconds: 1,
      });
  }
}

/** What more output tokens of a running answer cost beyond those that are held already. */
export function outputCost(price: Price, tokens: number, flight: Flight): Nanodollars {
  const { heldInput, heldOutput, arrival } = flight;
  const bounds = { price, inputTokensMax: heldInput, factor: arrival.caller.factor };
  const held = holdAmount({ ...bounds, outputTokensMax: heldOutput });
  return nanodollars(holdAmount({ ...bounds, outputTokensMax: heldOutput + tokens }) - held);
}
