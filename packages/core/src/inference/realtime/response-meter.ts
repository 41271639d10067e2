import { type Delta, NO_USAGE, type ReadUsage, type SessionFacts } from '../../protocols/index.ts';
import { type CountedUsage, fromProvider } from '../count-usage.ts';
import type { Metered } from '../flight.ts';
import type { OutputAllowance } from '../output-allowance.ts';
import { type Delivery, releaseFlight, settle } from '../settle.ts';
import type { InputTokens } from './conversation.ts';
import { Generated } from './generated.ts';
import type { Line, RealtimeDeps } from './ports.ts';

/** What a response is metered with. */
export interface MeterParts {
  readonly flight: Metered;
  readonly line: Line;
  readonly deps: RealtimeDeps;
  /** What it probably reads, for where the upstream does not tell. */
  readonly likely: InputTokens;
  readonly facts: SessionFacts;
  readonly outputBound: number | undefined;
  readonly allowance: OutputAllowance | undefined;
}

/** A response that is admitted, metered until it ends; it ends exactly once. */
export class ResponseMeter {
  readonly #parts: MeterParts;
  readonly #generated = new Generated();

  constructor(parts: MeterParts) {
    this.#parts = parts;
  }

  /** The bound that the balance dictates where the client has set none. */
  get outputBound(): number | undefined {
    return this.#parts.outputBound;
  }

  /** Takes what was generated; false when the balance does not allow more. */
  generated(delta: Delta): boolean | Promise<boolean> {
    const { flight, deps, allowance, facts } = this.#parts;
    flight.firstByteAt ??= deps.clock.monotonic();
    this.#generated.add(delta);
    return allowance?.cover(this.#generated.tokensLikely(facts.outputRate)) ?? true;
  }

  /**
   * Charges by the upstream's usage, else by what was counted, and resolves when that is durable.
   * Where nothing was generated and no usage came, nothing is charged.
   */
  async finish(usage: ReadUsage | undefined, outcome: Delivery['outcome']): Promise<void> {
    const { flight, line, deps } = this.#parts;
    if (!usage && this.#generated.isEmpty) {
      this.release(true);
      deps.reporter.abandoned(flight);
      return;
    }
    const counted = usage ? fromProvider(usage, 'provider') : await this.#estimate();
    const delivery = { candidate: line.candidate, counted, outcome };
    const settled = settle(flight, delivery, deps.settlement);
    await settled.isDurable;
    deps.reporter.charged(flight, settled.record, settled.isSuspicious);
  }

  /** Ends it without a charge; `ran` when it had reached the upstream. */
  release(ran: boolean): void {
    releaseFlight(this.#parts.flight, this.#parts.deps.settlement, ran);
  }

  async #estimate(): Promise<CountedUsage> {
    const { line, deps, likely, facts } = this.#parts;
    const { text, factor } = this.#generated.read();
    const output = Math.ceil((await deps.tokens.count(text, line.candidate.model)) * factor);
    const usage = {
      ...NO_USAGE,
      input: likely.text,
      inputAudio: likely.audio,
      output,
      outputAudio: this.#generated.spoken(facts.outputRate),
    };
    return { usage, source: 'estimate', isSuspicious: false };
  }
}
