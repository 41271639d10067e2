import { isFailure } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Candidate } from '../routing/index.ts';
import { claimInstead, type WindowDeps } from './claim-windows.ts';
import type { Flight } from './flight.ts';
import { type ModelSizes, widenHold } from './place-hold.ts';

/** What admitting a request anew needs. */
export interface ReadmitDeps {
  readonly admission: WindowDeps;
  readonly ledger: Ledger;
  readonly sizes: ModelSizes;
}

/**
 * Makes limits and hold fit the candidate's model where a failover changed it: a backup has limits
 * and a price of its own. False when one of them forbids it; then its stage is to be left.
 */
export async function readmit(
  flight: Flight,
  { stage }: Pick<Candidate, 'stage'>,
  { admission, ledger, sizes }: ReadmitDeps,
): Promise<boolean> {
  if (stage.model === flight.admittedModel) return true;
  flight.admittedModel = stage.model;
  try {
    await claimInstead(flight, stage, admission);
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
  return widenHold(flight, stage.model, ledger, sizes);
}
