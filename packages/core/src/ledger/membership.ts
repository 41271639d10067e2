import type { Clock } from '../kernel/index.ts';
import { type Book, createBook } from './book.ts';
import type { Calendar } from './calendar.ts';
import type { OnLedgerEvent } from './events.ts';
import type { LedgerStore, Recall } from './store.ts';

/** Holds are admitted until this share of the time to live has passed since a beat was sent. */
const ADMIT_SHARE = 0.6;
const BEATS_IN_FLIGHT_MAX = 3;
const REGISTER_PAUSE_MS = 100;
const REGISTER_PAUSE_MAX_MS = 2_000;
const DOUBLINGS_MAX = 10;

export interface MembershipDeps {
  readonly store: Pick<LedgerStore, 'register' | 'beat'>;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly name: string;
  readonly beatMs: number;
  readonly ttlMs: number;
  readonly onEvent: OnLedgerEvent;
  readonly onRecall: (book: Book, recall: Recall) => void;
  /** The incarnation is dead; its leases are lost. */
  readonly onFenced: (book: Book) => void;
  /** A beat was answered: whoever waited because the node was stale may go on. */
  readonly onBeat: (book: Book) => void;
}

/** The node's standing among the others: its incarnation, kept alive by beats, replaced when fenced. */
export class Membership {
  readonly #deps: MembershipDeps;
  readonly #waiting = new Set<() => void>();
  #book: Book | undefined;
  #liveNodes = 1;
  #nodesBefore = 0;
  #isStopped = false;
  #beatsInFlight = 0;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
  }

  /** Registers and begins to beat; throws when the store cannot be reached. */
  async start(): Promise<Book> {
    const book = await this.#register();
    this.#keepBeating();
    return book;
  }

  get current(): Book | undefined {
    return this.#book;
  }

  /** Nodes alive as of the last beat. */
  get liveNodes(): number {
    return this.#liveNodes;
  }

  /** How many of them registered before this one. */
  get nodesBefore(): number {
    return this.#nodesBefore;
  }

  /** An incarnation that admits, at most waited for until the monotonic time. */
  async whenLive(deadlineMs: number): Promise<Book | undefined> {
    for (;;) {
      const nowMs = this.#deps.clock.monotonic();
      if (this.#book && nowMs < this.#book.admitUntilMs) return this.#book;
      if (nowMs >= deadlineMs || this.#isStopped) return undefined;
      await this.#nextBeat(deadlineMs - nowMs);
    }
  }

  /** The store said that this incarnation is dead. */
  fence(nodeId: number): void {
    const dead = this.#book;
    if (dead?.nodeId !== nodeId || this.#isStopped) return;
    this.#book = undefined;
    this.#deps.onEvent({ kind: 'fenced', nodeId });
    this.#deps.onFenced(dead);
    void this.#registerAgain();
  }

  stop(): void {
    this.#isStopped = true;
    this.#wakeAll();
  }

  #nextBeat(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#deps.clock.after(withinMs, wake);
      this.#waiting.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  async #register(): Promise<Book> {
    const { store, clock, calendar, onEvent, name, ttlMs } = this.#deps;
    const sentAtMs = clock.monotonic();
    const sentAtWall = clock.now();
    const { nodeId, storeMs } = await store.register(name);
    calendar.adjust(storeMs, sentAtWall);
    const book = createBook(nodeId, sentAtMs + ADMIT_SHARE * ttlMs);
    this.#book = book;
    onEvent({ kind: 'registered', nodeId });
    this.#wakeAll();
    return book;
  }

  async #registerAgain(): Promise<void> {
    const { clock, onEvent } = this.#deps;
    for (let attempt = 0; !this.#isStopped && !this.#book; attempt++) {
      try {
        await this.#register();
      } catch (error) {
        onEvent({ kind: 'storeFault', operation: 'register', error });
        const doubled = REGISTER_PAUSE_MS * 2 ** Math.min(attempt, DOUBLINGS_MAX);
        const pauseMs = Math.min(REGISTER_PAUSE_MAX_MS, doubled);
        await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
      }
    }
  }

  #keepBeating(): void {
    if (this.#isStopped) return;
    this.#deps.clock.after(this.#deps.beatMs, () => {
      void this.#beat();
      this.#keepBeating();
    });
  }

  async #beat(): Promise<void> {
    const { clock, onEvent } = this.#deps;
    const book = this.#book;
    if (!book || this.#isStopped || this.#beatsInFlight >= BEATS_IN_FLIGHT_MAX) return;
    this.#beatsInFlight++;
    try {
      await this.#beatFor(book, clock.monotonic(), clock.now());
    } catch (error) {
      onEvent({ kind: 'storeFault', operation: 'beat', error });
    } finally {
      this.#beatsInFlight--;
    }
  }

  async #beatFor(book: Book, sentAtMs: number, sentAtWall: number): Promise<void> {
    const { store, calendar, ttlMs, onRecall, onBeat } = this.#deps;
    const said = await store.beat(book.nodeId);
    if (!said.isLive) return this.fence(book.nodeId);
    if (this.#book !== book) return;
    calendar.adjust(said.storeMs, sentAtWall);
    this.#liveNodes = Math.max(1, said.liveNodes);
    this.#nodesBefore = said.nodesBefore;
    book.admitUntilMs = Math.max(book.admitUntilMs, sentAtMs + ADMIT_SHARE * ttlMs);
    for (const recall of said.recalls) onRecall(book, recall);
    this.#wakeAll();
    onBeat(book);
  }
}
