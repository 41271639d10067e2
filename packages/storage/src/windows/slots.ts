import type { Clock } from '@meridian/core/kernel';
import { SLOT_LIFE_MS } from './scripts.ts';

/** Often enough that two renewals may be lost. */
const RENEW_MS = SLOT_LIFE_MS / 3;
/** Slots renewed in one call. */
const BATCH_MAX = 64;

/** A slot that a reservation of this node has. */
export interface TakenSlot {
  readonly key: string;
  /** All keys of an owner are in one slot of a cluster. */
  readonly ownerId: number;
  /** The reservation's name. */
  readonly name: string;
}

/** The slots of the requests that run on this node. */
export interface Slots {
  keep(slot: TakenSlot): void;
  /** Forgets all slots of a reservation. */
  release(name: string): void;
}

interface Kept {
  readonly since: number;
  readonly slots: TakenSlot[];
}

/**
 * Remembers what is taken and has it renewed while it lasts, an owner's slots together. Most
 * requests end before their first renewal. No timer runs while nothing is taken.
 */
export function createSlots(
  clock: Pick<Clock, 'after' | 'monotonic'>,
  renew: (taken: readonly TakenSlot[]) => void,
): Slots {
  const kept = new Map<string, Kept>();
  let isWaiting = false;

  function wait(): void {
    if (isWaiting || kept.size === 0) return;
    isWaiting = true;
    clock.after(RENEW_MS, () => {
      isWaiting = false;
      renewOld();
      wait();
    });
  }

  /** What was taken just now lasts until the next round. */
  function renewOld(): void {
    const before = clock.monotonic() - RENEW_MS / 2;
    const old: TakenSlot[] = [];
    for (const { since, slots } of kept.values()) if (since <= before) old.push(...slots);
    for (const taken of Map.groupBy(old, ({ ownerId }) => ownerId).values()) {
      for (let i = 0; i < taken.length; i += BATCH_MAX) renew(taken.slice(i, i + BATCH_MAX));
    }
  }

  return {
    keep(slot) {
      const known = kept.get(slot.name);
      if (known) known.slots.push(slot);
      else kept.set(slot.name, { since: clock.monotonic(), slots: [slot] });
      wait();
    },
    release(name) {
      kept.delete(name);
    },
  };
}
