/** Bounds how many calls run at once; urgent ones go first. */
export interface Gate {
  /** Runs `work` when there is room. */
  run<T>(isUrgent: () => boolean, work: () => Promise<T>): Promise<T>;
}

interface Turn {
  readonly isUrgent: () => boolean;
  readonly begin: () => void;
}

/** A gate for `limit` calls. Urgency is looked at when a place becomes free, not when queued. */
export function createGate(limit: number): Gate {
  const queue = new Set<Turn>();
  let running = 0;

  function next(): Turn | undefined {
    let first: Turn | undefined;
    for (const turn of queue) {
      if (turn.isUrgent()) return turn;
      first ??= turn;
    }
    return first;
  }

  function pass(): void {
    running--;
    const turn = next();
    if (!turn) return;
    queue.delete(turn);
    running++;
    turn.begin();
  }

  return {
    async run(isUrgent, work) {
      if (running < limit) running++;
      else await new Promise<void>((begin) => queue.add({ isUrgent, begin }));
      try {
        return await work();
      } finally {
        pass();
      }
    },
  };
}
