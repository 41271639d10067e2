import { Failure } from '@meridian/core/kernel';

/** Ends a turn; the next waiting one begins. */
export type EndTurn = () => void;

/** One connection, taken in turns. */
export interface Turns {
  /** Resolves when it is the caller's turn; `high` goes before every waiting `normal`. */
  take(priority: 'normal' | 'high'): Promise<EndTurn>;
  /** The last turn: comes after everybody who waits, and nobody is let in after it. */
  takeLast(reason: Error): Promise<EndTurn>;
  /** Refuses everybody who waits and everybody who comes later. */
  refuse(reason: Error): void;
}

interface Waiter {
  readonly begin: (end: EndTurn) => void;
  readonly refuse: (reason: Error) => void;
}

/** Turns with a bounded queue; whoever comes when `waitingMax` wait already is refused (503). */
export function createTurns(waitingMax: number): Turns {
  /** In the order in which they are served. */
  const waiting = {
    high: new Set<Waiter>(),
    normal: new Set<Waiter>(),
    last: new Set<Waiter>(),
  };
  let isTaken = false;
  let refusal: Error | undefined;

  function turn(): EndTurn {
    let isOver = false;
    isTaken = true;
    return () => {
      if (isOver) return;
      isOver = true;
      isTaken = false;
      passOn();
    };
  }

  function passOn(): void {
    for (const queue of Object.values(waiting)) {
      for (const next of queue) {
        queue.delete(next);
        next.begin(turn());
        return;
      }
    }
  }

  function wait(queue: Set<Waiter>): Promise<EndTurn> {
    if (!isTaken) return Promise.resolve(turn());
    return new Promise((begin, refuse) => queue.add({ begin, refuse }));
  }

  return {
    take(priority) {
      if (refusal) return Promise.reject(refusal);
      if (waiting.high.size + waiting.normal.size < waitingMax) return wait(waiting[priority]);
      return Promise.reject(
        new Failure('service_unavailable', { message: 'The database is overloaded.' }),
      );
    },
    takeLast(reason) {
      if (refusal) return Promise.reject(refusal);
      refusal = reason;
      return wait(waiting.last);
    },
    refuse(reason) {
      refusal = reason;
      for (const queue of Object.values(waiting)) {
        for (const waiter of queue) waiter.refuse(reason);
        queue.clear();
      }
    },
  };
}
