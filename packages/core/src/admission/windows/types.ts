/**
 * The spans of the limits: minute and hour slide, days are natural UTC days; what counts while it is
 * `running` leaves when its reservation ends.
 */
export type WindowSpan = 'minute' | 'hour' | 'day' | 'running';

/** What a window counts; slots are requests under way. */
export type WindowUnit = 'requests' | 'tokens' | 'slots';

/** Whose limit a window is; told in refusals. */
export interface WindowScope {
  readonly kind: 'account' | 'model' | 'plan' | 'key';
  /** The account whose limit it is; its whole subtree counts. */
  readonly accountId: number;
  /** The model or pattern, where the limit is of one. */
  readonly model?: string;
}

/** One limit; memoised, its `id` is the identity of the counter. */
export interface WindowSpec {
  /** Unique over all owners, spans, units and scopes. */
  readonly id: string;
  /** Keeps all windows of a request in one slot of a Redis cluster. */
  readonly ownerId: number;
  readonly unit: WindowUnit;
  readonly span: WindowSpan;
  /** A whole number ≥ 0. */
  readonly limit: number;
  readonly scope: WindowScope;
}

/** A claim on one window: 1 for requests and slots, the estimate for tokens. */
export interface WindowRequest {
  readonly window: WindowSpec;
  /** A whole number ≥ 0. */
  readonly amount: number;
}

/** How one window stands after a reservation or refusal. */
export interface WindowStanding {
  readonly window: WindowSpec;
  readonly used: number;
  /** Milliseconds until the window is empty again if nothing else comes; 0 where nobody can know. */
  readonly resetMs: number;
}

/** Granted in all windows; ends by `adjust` (the true tokens are known) or `cancel`: slots are free again. */
export interface Reservation {
  readonly refused: false;
  readonly standings: readonly WindowStanding[];
}

/** Granted in none. */
export interface Refusal {
  readonly refused: true;
  /** `full`: later it fits. `too_large`: the amount alone exceeds the limit. `unavailable`: the counter cannot be asked. */
  readonly reason: 'full' | 'too_large' | 'unavailable';
  /** The window that refused; of several, the one that frees last. */
  readonly standing: WindowStanding | undefined;
  /** Milliseconds until the same request would fit if nothing else comes; undefined when never. */
  readonly retryAfterMs: number | undefined;
}

/** The counters of all rate windows. All windows of a request are granted together or none is. */
export interface WindowStore {
  /** The windows of one call have distinct ids and one owner. */
  reserve(
    requests: readonly WindowRequest[],
  ): Reservation | Refusal | Promise<Reservation | Refusal>;
  /**
   * The request has ended: the true number of tokens replaces the estimate, counted at the time of
   * the reservation. May be told again with other figures.
   */
  adjust(reservation: Reservation, actualTokens: number): void;
  /** Takes the request back from all its windows. */
  cancel(reservation: Reservation): void;
}

/** Told that a store counts an owner's windows from nothing again; `counted` has been recorded since. */
export type ForgottenListener = (ownerId: number, counted: readonly WindowRequest[]) => void;

/** A store that can also be told of requests that were admitted without it. */
export interface RecordingWindowStore extends WindowStore {
  /** Counts without asking, now. */
  record(requests: readonly WindowRequest[]): Reservation | Promise<Reservation>;
  /** Whom to tell that what was counted for an owner is lost; one listener. Absent: never lost. */
  onForgotten?(listener: ForgottenListener): void;
}
