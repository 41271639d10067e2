import {
  claims,
  type ModelNames,
  type Refusal,
  type Reservation,
  rateLimitFailure,
  rateLimitHeaderList,
  type WindowPlanner,
  type WindowStore,
} from '../admission/index.ts';
import { inputTokensLikely } from '../metering/index.ts';
import type { Stage } from '../routing/index.ts';
import type { Flight, Metered } from './flight.ts';
import { metersTokens } from './pieces.ts';
import type { Arrival, ResponseHeaders } from './ports.ts';

/** What the window stage needs. */
export interface WindowDeps {
  readonly windows: WindowStore;
  readonly windowsOf: WindowPlanner;
}

/** Output that is counted on where a request sets no bound. */
export const OUTPUT_TOKENS_LIKELY = 1_024;

/**
 * Counts the request in every window of its path, all or none; a promise only where the counters are
 * elsewhere. Throws `rate_limit_exceeded`.
 */
export function claimWindows(flight: Flight, deps: WindowDeps): Promise<void> | undefined {
  const names = flight.plan.stages[0]?.names ?? flight.plan.names;
  return claimTokens(flight, tokensLikely(flight, flight.admittedModel), deps, names);
}

/**
 * Counts the request for another model instead, as a failover needs; nothing where the same windows
 * count both. Throws `rate_limit_exceeded`, and then the request is counted nowhere.
 */
export function claimInstead(
  flight: Flight,
  { model, names }: Pick<Stage, 'model' | 'names'>,
  deps: WindowDeps,
): Promise<void> | undefined {
  const { limits, keyId } = flight.arrival.caller;
  const before = flight.claim?.reservation.standings ?? [];
  const windows = deps.windowsOf(limits, names, keyId);
  const isSame =
    windows.length === before.length && windows.every(({ id }, i) => id === before[i]?.window.id);
  if (isSame) return undefined;
  if (flight.claim) deps.windows.cancel(flight.claim.reservation);
  flight.claim = undefined;
  return claimTokens(flight, tokensLikely(flight, model), deps, names);
}

/** The same for a known number of tokens. */
export function claimTokens(
  flight: Metered & Pick<Flight, 'plan'>,
  tokens: number,
  deps: WindowDeps,
  names: ModelNames = flight.plan.names,
): Promise<void> | undefined {
  const { arrival } = flight;
  const windows = deps.windowsOf(arrival.caller.limits, names, arrival.caller.keyId);
  if (windows.length === 0) return undefined;
  const result = deps.windows.reserve(claims(windows, tokens));
  if (result instanceof Promise) return result.then((later) => keep(flight, later));
  keep(flight, result);
  return undefined;
}

/** Tokens that a request is likely to take from a model; 0 where it is paid by the piece. */
export function tokensLikely({ call, plan }: Flight, model: string): number {
  // What is paid by the piece, such as speech by its characters, has no tokens to be limited.
  if (call.pieces?.by && !plan.prices.some(metersTokens)) return 0;
  const input = inputTokensLikely({ ...call.size, model });
  return input + (call.maxOutputTokens ?? OUTPUT_TOKENS_LIKELY) * call.choices;
}

function keep(flight: Metered, result: Reservation | Refusal): void {
  if (result.refused) throw rateLimitFailure(result);
  flight.claim = { reservation: result, headers: rateLimitHeaderList(result.standings) };
}

const NO_MODEL: ModelNames = { resolved: [], requested: [] };

/** The rate headers for a caller whose request was counted nowhere; no model's limits are among them. */
export async function standingHeaders(
  { caller }: Pick<Arrival, 'caller'>,
  deps: WindowDeps,
): Promise<ResponseHeaders> {
  const windows = deps.windowsOf(caller.limits, NO_MODEL, caller.keyId);
  if (windows.length === 0) return [];
  const result = await deps.windows.reserve(windows.map((window) => ({ window, amount: 0 })));
  if (!result.refused) return rateLimitHeaderList(result.standings);
  return result.standing ? rateLimitHeaderList([result.standing]) : [];
}
