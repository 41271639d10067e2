import type { Peer } from './peer.ts';

/** Bytes that wait in a lane beyond which its source is read no further. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** One direction of a session. */
export interface LaneParts {
  readonly source: Peer;
  readonly target: Peer;
  /** Takes an event; a promise only where the next one has to wait for it. Never rejects. */
  take(bytes: Buffer): Promise<void> | undefined;
}

/**
 * Hands the events of one side on, one after the other. While one is waited for, or the other side
 * reads too slowly, the source is not read.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isBusy = false;
  #isPaused = false;
  #onEnd: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    parts.source.onMessage((bytes) => this.#push(bytes));
  }

  /** Calls back when everything that came before has been handed on. */
  end(callback: () => void): void {
    this.#onEnd = callback;
    if (!this.#isBusy) callback();
  }

  /** Takes nothing more; what waits is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  #push(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (!this.#isBusy) {
      this.#run(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#isPaused || this.#waitingBytes < WAITING_BYTES_MAX) return;
    this.#isPaused = true;
    this.#parts.source.pause();
  }

  #run(bytes: Buffer): void {
    const handled = this.#parts.take(bytes);
    if (handled !== undefined) {
      this.#isBusy = true;
      void handled.then(() => this.#handled());
    } else if (this.#parts.target.isFull) this.#hold();
  }

  #handled(): void {
    if (this.#parts.target.isFull) this.#hold();
    else this.#next();
  }

  #hold(): void {
    this.#isBusy = true;
    this.#parts.target.whenEmpty(() => this.#next());
  }

  #next(): void {
    this.#isBusy = false;
    while (!this.#isBusy) {
      const bytes = this.#waiting.shift();
      if (!bytes) break;
      this.#waitingBytes -= bytes.length;
      this.#run(bytes);
    }
    if (this.#isBusy) return;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#parts.source.resume();
    }
    this.#onEnd?.();
  }
}
