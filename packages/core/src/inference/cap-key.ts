import { claims, type WindowSpec } from '../admission/index.ts';
import type { Candidate, ProviderKey } from '../routing/index.ts';
import { tokensLikely, type WindowDeps } from './claim-windows.ts';
import type { Flight } from './flight.ts';

/** How long a key is passed over that may not be asked how full its caps are, milliseconds. */
const UNKNOWN_MS = 1_000;

/** The windows of a key's caps; keys that live in memory only have none. */
function windowsOf({ id, ownerId, caps }: ProviderKey): readonly WindowSpec[] {
  if (id === null || caps === undefined) return [];
  const common = {
    ownerId,
    span: 'minute',
    scope: { kind: 'account', accountId: ownerId },
  } as const;
  const windows: WindowSpec[] = [];
  const { rpm, tpm } = caps;
  if (rpm !== undefined) {
    windows.push({ ...common, id: `rpm:provider-key:${id}`, unit: 'requests', limit: rpm });
  }
  if (tpm !== undefined) {
    windows.push({ ...common, id: `tpm:provider-key:${id}`, unit: 'tokens', limit: tpm });
  }
  return windows;
}

/**
 * Counts an attempt in the caps of its key, on all nodes together; false when one of them is full:
 * then another key is to be tried.
 */
export async function capKey(
  flight: Flight,
  candidate: Candidate,
  deps: WindowDeps,
): Promise<boolean> {
  const windows = windowsOf(candidate.key);
  if (windows.length === 0) return true;
  const tokens = tokensLikely(flight, candidate.model);
  const result = await deps.windows.reserve(claims(windows, tokens));
  if (result.refused) {
    candidate.capped(result.retryAfterMs ?? UNKNOWN_MS);
    return false;
  }
  flight.keyClaim = result;
  return true;
}

/** The attempt is over: what it was likely to take in tokens becomes what it took. */
export function uncapKey(
  flight: Partial<Pick<Flight, 'keyClaim'>>,
  tokens: number,
  { windows }: Pick<WindowDeps, 'windows'>,
): void {
  const { keyClaim } = flight;
  if (!keyClaim) return;
  flight.keyClaim = undefined;
  windows.adjust(keyClaim, tokens);
}
