import type { Clock, Nanodollars } from '../kernel/index.ts';
import type { Book } from './book.ts';
import { type Calendar, monthOf } from './calendar.ts';
import { type Ask, fits, holdIn, isRefusedAnyway, type Lease, type WaitOutcome } from './lease.ts';
import type { LeaseCalls } from './lease-calls.ts';
import { askOf, growthOf, LeasedHold, refusalOf, unavailable, WALLET } from './leased-hold.ts';
import type { Hold, HoldRefusal, Payer } from './types.ts';

/** What holds need of the node. */
export interface HoldsDeps {
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly calls: LeaseCalls;
  readonly waitMaxMs: number;
  /** The incarnation that admits; undefined while there is none. */
  readonly current: () => Book | undefined;
  /** Waits for it, at most until the monotonic time. */
  readonly whenLive: (deadlineMs: number) => Promise<Book | undefined>;
  /** True while so many charges wait for the store that nothing more is admitted. */
  readonly isCongested: () => boolean;
}

/** Room to be reserved in all leases of a hold. */
interface Wish {
  readonly book: Book;
  readonly payer: Payer;
  readonly leases: readonly Lease[];
  readonly amount: bigint;
  readonly deadlineMs: number;
  readonly askOf: (payer: Payer, i: number, amount: bigint) => Ask;
}

type Reserved = 'held' | 'lost' | HoldRefusal;

const NO_LEASES: readonly Lease[] = [];

function checkAmount(amount: bigint): void {
  if (amount < 0n) throw new RangeError('a hold is not negative and does not shrink');
}

/** A hold of this ledger; anything else is a mistake of the caller. */
function ours(hold: Hold): LeasedHold {
  if (hold instanceof LeasedHold) return hold;
  throw new TypeError('the hold is not of this ledger');
}

/** Holds: answered from memory where it can, by way of the store where it cannot. */
export class Holds {
  readonly #deps: HoldsDeps;

  constructor(deps: HoldsDeps) {
    this.#deps = deps;
  }

  hold(payer: Payer, amount: Nanodollars): Hold | HoldRefusal | Promise<Hold | HoldRefusal> {
    checkAmount(amount);
    const { clock, calendar, isCongested, current } = this.#deps;
    if (isCongested()) return unavailable(payer);
    const nowMs = clock.monotonic();
    const book = current();
    if (!book || nowMs >= book.admitUntilMs) return this.#holdLater(payer, amount);
    const day = calendar.today();
    const leases = this.#leasesOf(book, payer, day);
    for (let i = 0; i < leases.length; i++) {
      const lease = leases[i] as Lease;
      const ask = askOf(payer, i, amount);
      if (fits(lease, ask, nowMs)) continue;
      if (isRefusedAnyway(lease, ask, nowMs)) return refusalOf(lease);
      return this.#holdLater(payer, amount);
    }
    this.#take(book, leases, amount, nowMs);
    return this.#open(payer, amount, { leases, nodeId: book.nodeId, day });
  }

  extend(hold: Hold, by: Nanodollars): boolean | Promise<boolean> {
    checkAmount(by);
    const held = ours(hold);
    if (held.isEnded) throw new Error('the hold has ended');
    const { payer, leases } = held;
    const nowMs = this.#deps.clock.monotonic();
    const book = this.#deps.current();
    if (leases.length > 0) {
      const isLive = book?.nodeId === held.nodeId && nowMs < book.admitUntilMs;
      if (!isLive || !leases.every((lease, i) => fits(lease, growthOf(payer, i, by), nowMs))) {
        return this.#extendLater(held, by);
      }
      this.#take(book, leases, by, nowMs);
    }
    held.amount = (held.amount + by) as Nanodollars;
    return true;
  }

  release(hold: Hold): void {
    const held = ours(hold);
    if (held.isEnded) return;
    held.isEnded = true;
    for (const lease of held.leases) lease.open--;
    this.#giveRoom(this.#deps.current(), held.leases, held.amount);
  }

  /** The leases of all pots that the payer's hold needs. */
  #leasesOf(book: Book, payer: Payer, day: number): readonly Lease[] {
    if (payer.isUnlimited) return NO_LEASES;
    const nowMs = this.#deps.clock.monotonic();
    const leases = [book.open(payer.accountId, WALLET, nowMs)];
    const period = monthOf(day);
    for (const { accountId } of payer.budgets) leases.push(book.open(accountId, period, nowMs));
    return leases;
  }

  #take(book: Book, leases: readonly Lease[], amount: bigint, nowMs: number): void {
    for (const lease of leases) {
      holdIn(lease, amount, nowMs);
      if (lease.room < lease.low && !lease.isRefillDue && nowMs >= lease.refillAfterMs) {
        lease.isRefillDue = true;
        this.#deps.calls.stir(book, lease);
      }
    }
  }

  #open(payer: Payer, amount: Nanodollars, at: ConstructorParameters<typeof LeasedHold>[2]): Hold {
    for (const lease of at.leases) lease.open++;
    return new LeasedHold(payer, amount, at);
  }

  async #holdLater(payer: Payer, amount: Nanodollars): Promise<Hold | HoldRefusal> {
    const deadlineMs = this.#deps.clock.monotonic() + this.#deps.waitMaxMs;
    for (;;) {
      const book = await this.#deps.whenLive(deadlineMs);
      if (!book) return unavailable(payer);
      const day = this.#deps.calendar.today();
      const leases = this.#leasesOf(book, payer, day);
      const outcome = await this.#reserve({ book, payer, leases, amount, deadlineMs, askOf });
      const { nodeId } = book;
      if (outcome === 'held') return this.#open(payer, amount, { leases, nodeId, day });
      if (outcome !== 'lost') return outcome;
    }
  }

  async #extendLater(held: LeasedHold, by: Nanodollars): Promise<boolean> {
    const { payer, leases } = held;
    const deadlineMs = this.#deps.clock.monotonic() + this.#deps.waitMaxMs;
    const book = await this.#deps.whenLive(deadlineMs);
    // A hold of a dead incarnation cannot grow: what it holds is no longer set aside.
    if (book?.nodeId !== held.nodeId || held.isEnded) return false;
    const wish = { book, payer, leases, amount: by, deadlineMs, askOf: growthOf };
    if ((await this.#reserve(wish)) !== 'held') return false;
    if (held.isEnded) {
      this.#giveRoom(book, leases, by);
      return false;
    }
    held.amount = (held.amount + by) as Nanodollars;
    return true;
  }

  /** Reserves in one pot after the other; all or none stay reserved. */
  async #reserve(wish: Wish): Promise<Reserved> {
    const { book, payer, leases, amount, deadlineMs } = wish;
    let outcome: Reserved = 'held';
    let reserved = 0;
    for (const lease of leases) {
      const ask = wish.askOf(payer, reserved, amount);
      const waited: WaitOutcome = await this.#deps.calls.reserve(book, lease, ask, deadlineMs);
      if (waited !== 'held') {
        if (waited === 'lost') outcome = 'lost';
        else outcome = waited === 'short' ? refusalOf(lease) : unavailable(payer);
        break;
      }
      reserved++;
    }
    if (outcome === 'held' && leases.some(({ isLost }) => isLost)) outcome = 'lost';
    if (outcome !== 'held') this.#giveRoom(book, leases.slice(0, reserved), amount);
    return outcome;
  }

  #giveRoom(book: Book | undefined, leases: readonly Lease[], amount: bigint): void {
    for (const lease of leases) {
      lease.room += amount;
      if (book && !lease.isLost && lease.waiters.size > 0) this.#deps.calls.stir(book, lease);
    }
  }
}
