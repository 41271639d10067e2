import {
  claims,
  type Refusal,
  type Reservation,
  rateLimitFailure,
  rateLimitHeaderList,
  type WindowPlanner,
  type WindowStore,
} from '../admission/index.ts';
import { inputTokensLikely } from '../metering/index.ts';
import type { Flight, Metered } from './flight.ts';
import { metersTokens } from './pieces.ts';

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
  return claimTokens(flight, tokensLikely(flight), deps);
}

/** The same for a known number of tokens. */
export function claimTokens(
  flight: Metered & Pick<Flight, 'plan'>,
  tokens: number,
  deps: WindowDeps,
): Promise<void> | undefined {
  const { arrival, plan } = flight;
  const windows = deps.windowsOf(arrival.caller.limits, plan.names, arrival.caller.keyId);
  if (windows.length === 0) return undefined;
  const result = deps.windows.reserve(claims(windows, tokens));
  if (result instanceof Promise) return result.then((later) => keep(flight, later));
  keep(flight, result);
  return undefined;
}

function tokensLikely({ call, plan }: Flight): number {
  // What is paid by the piece, such as speech by its characters, has no tokens to be limited.
  if (call.pieces?.by && !plan.prices.some(metersTokens)) return 0;
  const input = inputTokensLikely({ ...call.size, model: plan.resolved });
  return input + (call.maxOutputTokens ?? OUTPUT_TOKENS_LIKELY) * call.choices;
}

function keep(flight: Metered, result: Reservation | Refusal): void {
  if (result.refused) throw rateLimitFailure(result);
  flight.claim = { reservation: result, headers: rateLimitHeaderList(result.standings) };
}
