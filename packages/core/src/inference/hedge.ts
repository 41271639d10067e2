import type { Clock } from '../kernel/index.ts';
import type { Answer, FailedTry, Tried } from './attempt.ts';

/** An attempt under way. */
export interface RunningTry {
  readonly ended: Promise<Tried>;
  /** Gives it up; it ends as stopped, which says nothing of its key. */
  stop(): void;
}

/** An attempt that another may help. */
export interface HedgedTry {
  readonly first: RunningTry;
  /** Milliseconds that it has for itself. */
  readonly afterMs: number;
  readonly clock: Clock;
}

/** What hedging asks of whoever makes attempts. */
export interface HedgeWays {
  /** Begins another attempt; undefined where nobody is left for one. */
  second(): RunningTry | undefined;
  /** Notes a failure beside which the other attempt goes on; the answer where no other does better. */
  judge(failed: FailedTry): Answer | undefined;
}

/**
 * Lets a second attempt run beside one that takes long. The first answer wins and the other attempt is
 * given up; where one fails, the other is waited for. Exactly one outcome comes of both.
 */
export function hedge(
  { first, afterMs, clock }: HedgedTry,
  { second, judge }: HedgeWays,
): Promise<Tried> {
  const { promise, resolve, reject } = Promise.withResolvers<Tried>();
  const running = new Set<RunningTry>();
  let isOver = false;

  function finish(outcome: Tried): void {
    isOver = true;
    cancel();
    for (const other of running) other.stop();
    resolve(outcome);
  }

  function note(attempt: RunningTry, outcome: Tried): void {
    running.delete(attempt);
    if (isOver) return;
    // The last failure is judged by whoever asked for both.
    const isLast = running.size === 0;
    const answer = 'failed' in outcome && !isLast ? judge(outcome) : outcome;
    if (answer) finish(answer);
  }

  function run(attempt: RunningTry): void {
    running.add(attempt);
    attempt.ended.then((outcome) => note(attempt, outcome)).catch(giveUp);
  }

  function giveUp(error: unknown): void {
    isOver = true;
    for (const other of running) other.stop();
    reject(error instanceof Error ? error : new Error(String(error)));
  }

  const cancel = clock.after(afterMs, () => {
    if (isOver) return;
    try {
      const other = second();
      if (other) run(other);
    } catch (error) {
      giveUp(error);
    }
  });
  run(first);
  return promise;
}
