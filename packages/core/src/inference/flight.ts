import type { Reservation } from '../admission/index.ts';
import type { Clock, Failure } from '../kernel/index.ts';
import type { Hold } from '../ledger/index.ts';
import type { Call } from '../protocols/index.ts';
import type { RoutePlan } from '../routing/index.ts';
import type { Arrival, Responder, WindowClaim } from './ports.ts';

/** One request on its way through the stages, with what each stage has added. */
export interface Flight {
  readonly arrival: Arrival;
  readonly responder: Responder;
  readonly call: Call;
  readonly plan: RoutePlan;
  /** Monotonic milliseconds at the start. */
  readonly startedAt: number;
  /** The model that limits and hold are for: of the first stage, after a failover of another. */
  admittedModel: string;
  claim: WindowClaim | undefined;
  /** What the running attempt takes from the caps of its provider key. */
  keyClaim: Reservation | undefined;
  /** The hold until it is settled or released; a hold ends exactly once. */
  hold: Hold | undefined;
  /** An output bound that the balance dictates, written into the upstream request. */
  outputBound: number | undefined;
  /** Input tokens that the hold covers. */
  heldInput: number;
  /** Output tokens that the hold covers. */
  heldOutput: number;
  attempts: number;
  /** Fields that the client let go because the upstream has nothing like them. */
  dropped: string | undefined;
  /** The first target's refusal of what it cannot do, where one refused. */
  incapable: Failure | undefined;
  /** Monotonic milliseconds at which the first content left. */
  firstByteAt: number | undefined;
}

/** What a charge is made of: a request, or one of the responses of a session. */
export type Metered = Pick<
  Flight,
  'arrival' | 'call' | 'startedAt' | 'firstByteAt' | 'attempts' | 'claim' | 'hold'
> &
  Partial<Pick<Flight, 'keyClaim'>>;

/** A flight at the start of its money and network stages. */
export function openFlight(
  base: Pick<Flight, 'arrival' | 'responder' | 'call' | 'plan'>,
  clock: Clock,
): Flight {
  return {
    ...base,
    startedAt: clock.monotonic(),
    admittedModel: base.plan.stages[0]?.model ?? base.plan.resolved,
    claim: undefined,
    keyClaim: undefined,
    hold: undefined,
    outputBound: undefined,
    heldInput: 0,
    heldOutput: 0,
    attempts: 0,
    dropped: undefined,
    incapable: undefined,
    firstByteAt: undefined,
  };
}
