import type { Clock } from '../kernel/index.ts';

/** An answer that can be ended from outside. */
export interface RunningAnswer {
  /** Where it stands among the running answers, which keep it up to date; -1 while it does not run. */
  place: number;
  /** Monotonic milliseconds at which it is called late. */
  readonly expiresAtMs: number;
  /** Its time is over. */
  expire(): void;
  /** Called every `LOOK_MS` while it runs. */
  look?(): void;
  stop(end: 'stopped'): void;
}

/**
 * The answers under way on this node: those that run out of time are told so, and a stop can end all
 * when the drain time is over.
 */
export interface RunningAnswers {
  /** True once they have been ended: no further attempt may begin. */
  readonly isStopped: boolean;
  add(answer: RunningAnswer): void;
  remove(answer: RunningAnswer): void;
  /** Ends all: streams with an error event, charged as delivered; what has not begun is refused. */
  stopAll(): void;
}

/** Deadlines are minutes away and hardly ever met, so that one look at all replaces a timer for each. */
export const LOOK_MS = 250;

/**
 * Not a Set: the tables that a Set outgrows hold what was in them and are chained to their successors,
 * so that a young collection keeps a third of all finished requests (10 % of the CPU under load).
 */
export function createRunningAnswers(clock: Clock): RunningAnswers {
  const answers: RunningAnswer[] = [];
  let isStopped = false;
  let isLooking = false;

  function look(): void {
    const nowMs = clock.monotonic();
    // Backwards, because whoever ends gives its place to the last one.
    for (let i = answers.length - 1; i >= 0; i--) {
      const answer = answers[i];
      if (!answer) continue;
      if (answer.expiresAtMs <= nowMs) answer.expire();
      else answer.look?.();
    }
    isLooking = answers.length > 0;
    if (isLooking) clock.after(LOOK_MS, look);
  }

  return {
    get isStopped() {
      return isStopped;
    },
    add(answer) {
      answer.place = answers.length;
      answers.push(answer);
      if (isLooking) return;
      isLooking = true;
      clock.after(LOOK_MS, look);
    },
    remove(answer) {
      const { place } = answer;
      const last = answers[answers.length - 1];
      if (last === undefined || answers[place] !== answer) return;
      answers[place] = last;
      last.place = place;
      answers.pop();
      answer.place = -1;
    },
    stopAll() {
      isStopped = true;
      for (const answer of [...answers]) answer.stop('stopped');
    },
  };
}
