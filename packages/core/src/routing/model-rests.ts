import type { Verdict } from '../providers/index.ts';

/** Models of one key that are remembered because they failed. */
const MODELS_MAX = 64;

/** What failed of a model, and how long it rests. */
interface ModelTrouble {
  failures: number;
  /** Rests in a row without a success between them. */
  rung: number;
  /** Monotonic milliseconds; in the past while it is only counted. */
  until: number;
  cause: Verdict['cause'];
  needsTrial: boolean;
  isTrialRunning: boolean;
  /** Raised by every rest: failures of attempts that began before it are of the same outage. */
  epoch: number;
}

/** What an attempt must give back when it ends. */
export interface ModelTicket {
  readonly epoch: number;
  readonly isTrial: boolean;
}

/** How long rests take, and after how many failures in a row the first begins. */
export interface RestRule {
  readonly failuresMax: number;
  readonly ladderMs: readonly number[];
}

const NO_TROUBLE: ModelTicket = { epoch: 0, isTrial: false };

/**
 * The models that fail at a key while others succeed there: a deployment that is gone, a model that is
 * overloaded. They rest alone, by the same rule as whole keys.
 */
export class ModelRests {
  readonly #rule: RestRule;
  readonly #troubles = new Map<string, ModelTrouble>();

  constructor(rule: RestRule) {
    this.#rule = rule;
  }

  get isEmpty(): boolean {
    return this.#troubles.size === 0;
  }

  /**
   * Whether the model may be tried. With `asLastResort` also where the upstream only said that it is
   * not there: where nobody else has it either, its own words tell the caller more than a silence.
   */
  isAwake(model: string, nowMs: number, asLastResort: boolean): boolean {
    const trouble = this.#troubles.get(model);
    if (!trouble?.needsTrial) return true;
    if (asLastResort && trouble.cause === 'caller') return true;
    return !trouble.isTrialRunning && trouble.until <= nowMs;
  }

  /** When its rest ends; in the past where it has none. */
  until(model: string): number {
    return this.#troubles.get(model)?.until ?? Number.NEGATIVE_INFINITY;
  }

  cause(model: string): Verdict['cause'] | undefined {
    return this.#troubles.get(model)?.cause;
  }

  /** Models with the ends of their rests. */
  entries(): readonly (readonly [model: string, until: number])[] {
    return [...this.#troubles].map(([model, { until }]) => [model, until] as const);
  }

  begin(model: string): ModelTicket {
    const trouble = this.#troubles.get(model);
    if (!trouble) return NO_TROUBLE;
    const isTrial = trouble.needsTrial && !trouble.isTrialRunning;
    if (isTrial) trouble.isTrialRunning = true;
    return { epoch: trouble.epoch, isTrial };
  }

  succeeded(model: string): void {
    this.#troubles.delete(model);
  }

  /** The attempt ended in a way that says nothing of the model. */
  ended(model: string, ticket: ModelTicket): void {
    const trouble = this.#troubles.get(model);
    if (ticket.isTrial && trouble?.epoch === ticket.epoch) trouble.isTrialRunning = false;
  }

  failed(model: string, ticket: ModelTicket, of: { cause: Verdict['cause']; nowMs: number }): void {
    const trouble = this.#troubles.get(model) ?? this.#notice(model);
    if (trouble.epoch !== ticket.epoch) return;
    trouble.cause = of.cause;
    trouble.failures++;
    const { failuresMax, ladderMs } = this.#rule;
    if (!trouble.needsTrial && trouble.failures < failuresMax) return;
    const last = ladderMs.length - 1;
    trouble.until = of.nowMs + (ladderMs[Math.min(trouble.rung, last)] ?? 0);
    trouble.rung++;
    trouble.epoch++;
    trouble.needsTrial = true;
    trouble.isTrialRunning = false;
  }

  clear(): void {
    this.#troubles.clear();
  }

  #notice(model: string): ModelTrouble {
    if (this.#troubles.size >= MODELS_MAX) {
      for (const oldest of this.#troubles.keys()) {
        this.#troubles.delete(oldest);
        break;
      }
    }
    const trouble: ModelTrouble = {
      ...{ failures: 0, rung: 0, epoch: 0, cause: 'caller' },
      ...{ needsTrial: false, isTrialRunning: false, until: Number.NEGATIVE_INFINITY },
    };
    this.#troubles.set(model, trouble);
    return trouble;
  }
}
