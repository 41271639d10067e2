import type { Clock } from '../kernel/index.ts';
import type { Verdict } from '../providers/index.ts';
import { ModelRests, type ModelTicket } from './model-rests.ts';
import type { ProviderKey } from './types.ts';

const MINUTE_MS = 60_000;
/** How long a key rests after its first, second, third … exhaustion in a row. */
const SLEEP_LADDER_MS = [5, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS);
/** Failures in a row that put a key to sleep. */
const FAILURES_MAX = 3;
/** Models of one key whose pauses are remembered. */
const PAUSED_MODELS_MAX = 64;

/** What an attempt must give back when it ends. */
export interface Ticket {
  readonly epoch: number;
  readonly isTrial: boolean;
  readonly ofModel: ModelTicket;
}

/** How a key rests; `times` counts the sleeps in a row, 0 for a pause of some model. */
interface Rest {
  readonly endsInMs: number;
  readonly cause: Verdict['cause'];
  readonly times: number;
}

/** What keeps a key from being tried for a model: a rest, or the one trial that follows it. */
export type Obstacle =
  | { readonly kind: 'asleep'; readonly endsInMs: number; readonly cause: Verdict['cause'] }
  | { readonly kind: 'trial' }
  /** As many attempts are under way as its cap on concurrency allows here. */
  | { readonly kind: 'busy' };

/** How a key stands on this node. */
export interface KeyStanding {
  /** Attempts under way. */
  readonly outstanding: number;
  /** Failures in a row that have not put it to sleep yet. */
  readonly failures: number;
  /** Sleeps in a row without a success between them. */
  readonly sleeps: number;
  /** Models that are paused after a 429, with the milliseconds until they are not. */
  readonly paused: readonly { readonly model: string; readonly endsInMs: number }[];
}

/**
 * The runtime state of one provider key on this node: outstanding attempts, failures in a row, sleep.
 * Verdicts of attempts that began before the key last went to sleep or was woken are ignored, so
 * that one outage climbs the ladder once however many attempts it breaks.
 */
export class KeyState {
  key: ProviderKey;
  outstanding = 0;
  readonly #clock: Clock;
  readonly #nodes: () => number;
  #failures = 0;
  #rung = 0;
  /** Monotonic milliseconds; in the past for a key that is awake. */
  #sleepsUntil = Number.NEGATIVE_INFINITY;
  #cause: Verdict['cause'] = 'network';
  #needsTrial = false;
  #isTrialRunning = false;
  #epoch = 0;
  /** When its caps of a minute have room again; monotonic milliseconds. */
  #cappedUntil = Number.NEGATIVE_INFINITY;
  /** Model → end of its pause after a 429. Upstreams limit rates by model, so others may go on. */
  readonly #pauses = new Map<string, number>();
  readonly #models = new ModelRests({ failuresMax: FAILURES_MAX, ladderMs: SLEEP_LADDER_MS });

  /** `nodes`: between how many a cap on concurrency is shared. */
  constructor(key: ProviderKey, clock: Clock, nodes: () => number = () => 1) {
    this.key = key;
    this.#clock = clock;
    this.#nodes = nodes;
  }

  /** Whether an attempt for the model may start now; as a last resort see `ModelRests`. */
  isAwake(model: string, asLastResort = false): boolean {
    if (this.#isBusy()) return false;
    const isCapped = this.#cappedUntil > Number.NEGATIVE_INFINITY;
    if (!this.#models.isEmpty) {
      if (!this.#models.isAwake(model, this.#clock.monotonic(), asLastResort)) return false;
    }
    if (!this.#needsTrial && this.#pauses.size === 0 && !isCapped) return true;
    return !this.#isTrialRunning && this.#keyWakesInMs(model) <= 0;
  }

  /** Milliseconds until the key may be tried for the model; not positive when it may be now. */
  wakesInMs(model: string): number {
    const modelWakesInMs = this.#models.until(model) - this.#clock.monotonic();
    return Math.max(this.#keyWakesInMs(model), modelWakesInMs);
  }

  #keyWakesInMs(model: string): number {
    const pausedUntil = this.#pauses.get(model) ?? Number.NEGATIVE_INFINITY;
    const until = Math.max(this.#sleepsUntil, this.#cappedUntil, pausedUntil);
    return until - this.#clock.monotonic();
  }

  /** The sleep or the longest pause that is running, if any. */
  rest(): Rest | undefined {
    const now = this.#clock.monotonic();
    if (this.#sleepsUntil > now) {
      return { endsInMs: this.#sleepsUntil - now, cause: this.#cause, times: this.#rung };
    }
    const paused = Math.max(0, this.#cappedUntil, ...this.#pauses.values()) - now;
    return paused > 0 ? { endsInMs: paused, cause: 'rate', times: 0 } : undefined;
  }

  /** Why an attempt for the model may not start now; undefined when it may. */
  obstacle(model: string): Obstacle | undefined {
    if (this.isAwake(model)) return undefined;
    const endsInMs = this.wakesInMs(model);
    if (endsInMs <= 0) return { kind: this.#isBusy() ? 'busy' : 'trial' };
    const isAsleep = this.#sleepsUntil > this.#clock.monotonic();
    const cause = isAsleep ? this.#cause : (this.#models.cause(model) ?? 'rate');
    return { kind: 'asleep', endsInMs, cause };
  }

  standing(): KeyStanding {
    const now = this.#clock.monotonic();
    return {
      outstanding: this.outstanding,
      failures: this.#failures,
      sleeps: this.#rung,
      paused: [...this.#pauses, ...this.#models.entries()]
        .map(([model, until]) => ({ model, endsInMs: until - now }))
        .filter(({ endsInMs }) => endsInMs > 0),
    };
  }

  /** Its caps of a minute have no room for so many milliseconds. */
  cap(ms: number): void {
    this.#cappedUntil = this.#clock.monotonic() + ms;
  }

  begin(model = ''): Ticket {
    this.outstanding++;
    const isTrial = this.#needsTrial && !this.#isTrialRunning;
    if (isTrial) this.#isTrialRunning = true;
    return { epoch: this.#epoch, isTrial, ofModel: this.#models.begin(model) };
  }

  /** The upstream began a good answer: the key works, however long the answer takes. */
  answered(ticket: Ticket): void {
    if (ticket.epoch === this.#epoch) this.#recover();
  }

  end(ticket: Ticket, model: string, outcome: Verdict | 'ok' | 'abandoned'): void {
    this.outstanding--;
    this.#models.ended(model, ticket.ofModel);
    if (ticket.epoch !== this.#epoch) return;
    if (ticket.isTrial) this.#isTrialRunning = false;
    if (outcome === 'ok') {
      this.#models.succeeded(model);
      this.#recover();
    } else if (outcome !== 'abandoned') {
      if (isOfModel(outcome)) {
        const nowMs = this.#clock.monotonic();
        this.#models.failed(model, ticket.ofModel, { cause: outcome.cause, nowMs });
      }
      this.#judge(model, outcome);
    }
  }

  /** Forgets all failures, sleep and pauses. */
  wake(): void {
    this.#recover();
    this.#pauses.clear();
    this.#models.clear();
    this.#cappedUntil = Number.NEGATIVE_INFINITY;
    this.#epoch++;
  }

  /** Every node has at least one attempt, so that none of them is without the key. */
  #isBusy(): boolean {
    const cap = this.key.caps?.concurrency;
    if (cap === undefined) return false;
    return this.outstanding >= Math.max(1, Math.floor(cap / Math.max(1, this.#nodes())));
  }

  #recover(): void {
    this.#failures = 0;
    this.#rung = 0;
    this.#needsTrial = false;
    this.#isTrialRunning = false;
    this.#sleepsUntil = Number.NEGATIVE_INFINITY;
  }

  #judge(model: string, { sleep, cause }: Verdict): void {
    switch (sleep?.kind) {
      case 'for':
        this.#pause(model, sleep.ms);
        return;
      case 'now':
        this.#sleep(cause);
        return;
      case 'count':
        this.#failures++;
        if (this.#needsTrial || this.#failures >= FAILURES_MAX) this.#sleep(cause);
        return;
      case undefined:
        return;
    }
  }

  #sleep(cause: Verdict['cause']): void {
    const last = SLEEP_LADDER_MS.length - 1;
    this.#sleepsUntil =
      this.#clock.monotonic() + (SLEEP_LADDER_MS[Math.min(this.#rung, last)] as number);
    this.#rung++;
    this.#failures = 0;
    this.#needsTrial = true;
    this.#isTrialRunning = false;
    this.#cause = cause;
    this.#models.clear();
    this.#epoch++;
  }

  #pause(model: string, ms: number): void {
    const now = this.#clock.monotonic();
    for (const [other, until] of this.#pauses) {
      if (until <= now) this.#pauses.delete(other);
    }
    // With too many paused models at once the whole key is at its limit; the oldest pause may go.
    if (this.#pauses.size >= PAUSED_MODELS_MAX) {
      for (const oldest of this.#pauses.keys()) {
        this.#pauses.delete(oldest);
        break;
      }
    }
    this.#pauses.set(model, now + ms);
  }
}

/** What may be the model's own fault there: it is not there, or it fails while others answer. */
function isOfModel({ retry, cause, sleep }: Verdict): boolean {
  return retry && (sleep?.kind === 'count' || (sleep === undefined && cause === 'caller'));
}
