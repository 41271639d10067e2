import { permit } from '../../admission/index.ts';
import { isFailure, nanodollars } from '../../kernel/index.ts';
import type { Call, ItemSize, SessionFacts } from '../../protocols/index.ts';
import { claimTokens, OUTPUT_TOKENS_LIKELY } from '../claim-windows.ts';
import type { Flight, Metered } from '../flight.ts';
import { createOutputAllowance, type OutputAllowance } from '../output-allowance.ts';
import { OUTPUT_TOKENS_DEFAULT } from '../place-hold.ts';
import { releaseFlight } from '../settle.ts';
import type { Conversation, InputTokens, ReadingModel } from './conversation.ts';
import type { Line, RealtimeDeps } from './ports.ts';
import { type PlacedHold, placeResponseHold, responseHold } from './response-hold.ts';
import { ResponseMeter } from './response-meter.ts';

/** A response that somebody wants to begin. */
export interface ResponseWish {
  /** The session's settings with those of the response. */
  readonly facts: SessionFacts;
  /** What the model reads besides the conversation. */
  readonly size: ItemSize;
  /** Whether a bound can be written into its event; what the upstream begins by itself has none. */
  readonly mayBeBounded: boolean;
}

type ResponseFlight = Metered & Pick<Flight, 'plan'>;

const NO_BODY = Buffer.alloc(0);

/**
 * Admits a response: the account and its limits as they are now, then the credit. Throws the failure
 * that refuses it; nothing is held then.
 */
export async function admitResponse(
  wish: ResponseWish,
  conversation: Conversation,
  { line, deps }: { readonly line: Line; readonly deps: RealtimeDeps },
): Promise<ResponseMeter> {
  const flight = await openResponse(wish, line, deps);
  const reader = readingModel(line, deps);
  const likely = conversation.inputLikely(wish.size, reader);
  try {
    const output = wish.facts.outputBound ?? OUTPUT_TOKENS_LIKELY;
    await claimTokens(flight, likely.text + likely.audio + output, deps.admission);
    const input = conversation.inputMax(wish.size, reader);
    const credit = await placeCredit(flight, { wish, input }, { line, deps });
    return new ResponseMeter({ flight, line, deps, likely, facts: wish.facts, ...credit });
  } catch (error) {
    releaseFlight(flight, deps.settlement, false);
    throw error;
  }
}

/** The checks of a request, for a caller who may have changed since the session began. */
async function openResponse(
  { facts }: ResponseWish,
  { knock, attempts }: Line,
  { router, clock, newId }: RealtimeDeps,
): Promise<ResponseFlight> {
  const { model, arrival } = knock;
  const caller = await knock.callerNow();
  const forbidden = permit(caller.permits, arrival);
  if (forbidden) throw forbidden;
  const plan = router.plan({ policy: caller.routing, model });
  if (isFailure(plan)) throw plan;
  return {
    arrival: { ...arrival, caller, requestId: newId(), receivedAt: clock.now() },
    call: callOf(model, facts.outputBound ?? undefined),
    plan,
    attempts,
    startedAt: clock.monotonic(),
    firstByteAt: undefined,
    claim: undefined,
    hold: undefined,
  };
}

/** What the record of a charge reads of a request. */
export function callOf(model: string, maxOutputTokens: number | undefined): Call {
  return {
    ...{ model, maxOutputTokens },
    body: NO_BODY,
    isStream: true,
    wantsUsage: true,
    choices: 1,
    service: undefined,
    size: { textBytes: 0, images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0, tools: 0 },
  };
}

function readingModel({ candidate }: Line, { sizes }: RealtimeDeps): ReadingModel {
  const { contextTokens } = sizes.sizeOf(candidate.model);
  return { name: candidate.model, ...(contextTokens !== undefined && { contextTokens }) };
}

/** The output that a response may have with what is held for it. */
interface Credit {
  /** A bound for the upstream that the balance dictates; undefined for none. */
  readonly outputBound: number | undefined;
  /** Grows the hold of a response that has no bound. */
  readonly allowance: OutputAllowance | undefined;
}

async function placeCredit(
  flight: ResponseFlight,
  { wish, input }: { readonly wish: ResponseWish; readonly input: InputTokens },
  { line, deps }: { readonly line: Line; readonly deps: RealtimeDeps },
): Promise<Credit> {
  const { payer, factor } = flight.arrival.caller;
  const { model, price } = line.candidate;
  const { outputBound, isSpoken } = wish.facts;
  const most = deps.sizes.sizeOf(model).maxOutputTokens ?? Infinity;
  const outputTokens = outputBound ?? Math.min(most, OUTPUT_TOKENS_DEFAULT);
  const bounds = { price, factor, input, outputTokens, isSpoken };
  const isBounded = outputBound !== null;
  const placed = await placeResponseHold(payer, { ...bounds, isBounded }, deps.ledger);
  flight.hold = placed.hold;
  if (isBounded) return { outputBound: undefined, allowance: undefined };
  if (wish.mayBeBounded && placed.outputTokens < outputTokens) {
    return { outputBound: placed.outputTokens, allowance: undefined };
  }
  return { outputBound: undefined, allowance: allowanceOf(placed, bounds, deps) };
}

function allowanceOf(
  { hold, outputTokens }: PlacedHold,
  bounds: Parameters<typeof responseHold>[0],
  { ledger }: RealtimeDeps,
): OutputAllowance {
  const held = responseHold({ ...bounds, outputTokens });
  return createOutputAllowance(outputTokens, (tokens) => {
    const more = responseHold({ ...bounds, outputTokens: outputTokens + tokens });
    return ledger.extend(hold, nanodollars(more - held));
  });
}
