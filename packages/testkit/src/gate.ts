/** A point that a scripted answer waits at until the test opens it: order without sleeping. */
export interface Gate {
  /** Lets everybody through, now and later. */
  open(): void;
  readonly isOpen: boolean;
  /** Resolves when somebody has begun to wait here, so that the test knows how far things are. */
  readonly reached: Promise<void>;
  /** Waits until the gate is open. */
  pass(): Promise<void>;
}

/** Makes a closed gate. */
export function createGate(): Gate {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isOpen = false;
  return {
    open() {
      isOpen = true;
      opened.resolve();
    },
    get isOpen() {
      return isOpen;
    },
    reached: reached.promise,
    pass() {
      reached.resolve();
      return opened.promise;
    },
  };
}
