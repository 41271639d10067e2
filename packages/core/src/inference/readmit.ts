import { isFailure } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Candidate, Stage } from '../routing/index.ts';
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
  if (!(await claims(flight, stage, admission))) {
    // What was tried already counts as before.
    const [first] = flight.plan.stages;
    if (first) await claims(flight, first, admission);
    return false;
  }
  return widenHold(flight, stage.model, ledger, sizes);
}

async function claims(flight: Flight, stage: Stage, admission: WindowDeps): Promise<boolean> {
  flight.admittedModel = stage.model;
  try {
    await claimInstead(flight, stage, admission);
    return true;
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
}
