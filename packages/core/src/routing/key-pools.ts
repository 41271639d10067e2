import type { Clock, Random } from '../kernel/index.ts';
import { KeyState } from './key-state.ts';
import type { KeyPools, OwnerRouting, ProviderKey, SleepingKey } from './types.ts';

/** An owner's snapshot with the runtime state of its enabled keys. A new object on every change. */
export interface OwnerPool {
  readonly routing: OwnerRouting;
  readonly states: readonly KeyState[];
  /** Levels that have an enabled key, ascending. */
  readonly levels: readonly number[];
  readonly byLevel: ReadonlyMap<number, readonly KeyState[]>;
}

/** Key pools as the router uses them. */
export interface RuntimeKeyPools extends KeyPools {
  pool(ownerId: number): OwnerPool | undefined;
  readonly random: Random;
}

export interface KeyPoolsDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export function createKeyPools({ clock, random }: KeyPoolsDeps): RuntimeKeyPools {
  const pools = new Map<number, OwnerPool>();
  /** Disabled keys keep their state too: switching a key off and on does not wake it. */
  const statesOf = new Map<number, ReadonlyMap<string, KeyState>>();
  let countNodes = (): number => 1;

  function stateFor(key: ProviderKey, before: KeyState | undefined): KeyState {
    if (!before || !isSame(before.key, key)) {
      return new KeyState(key, clock, () => countNodes());
    }
    before.key = key;
    return before;
  }

  return {
    random,
    pool: (ownerId) => pools.get(ownerId),
    owner: (ownerId) => pools.get(ownerId)?.routing,
    replace(routing) {
      const before = statesOf.get(routing.ownerId);
      const states = new Map<string, KeyState>();
      for (const key of routing.keys) {
        const identity = identityOf(key);
        states.set(identity, stateFor(key, before?.get(identity)));
      }
      statesOf.set(routing.ownerId, states);
      pools.set(routing.ownerId, createPool(routing, [...states.values()]));
    },
    remove(ownerId) {
      pools.delete(ownerId);
      statesOf.delete(ownerId);
    },
    sleeping(ownerId) {
      const found: SleepingKey[] = [];
      for (const state of statesOf.get(ownerId)?.values() ?? []) {
        const rest = state.rest();
        if (!rest) continue;
        const { endsInMs, cause, times } = rest;
        found.push({ key: state.key, until: clock.now() + endsInMs, cause, times });
      }
      return found;
    },
    health(ownerId) {
      const now = clock.now();
      return [...(statesOf.get(ownerId)?.values() ?? [])].map((state) => {
        const { paused, ...standing } = state.standing();
        const rest = state.rest();
        return {
          key: state.key,
          ...standing,
          paused: paused.map(({ model, endsInMs }) => ({ model, until: now + endsInMs })),
          rest: rest && { until: now + rest.endsInMs, cause: rest.cause },
        };
      });
    },
    wakeAll(ownerId) {
      for (const state of statesOf.get(ownerId)?.values() ?? []) state.wake();
    },
    shareBetween(nodes) {
      countNodes = nodes;
    },
  };
}

function identityOf(key: ProviderKey): string {
  return key.id === null ? `${key.name} ${key.baseUrl}` : String(key.id);
}

/** A key with another secret or address is another key: what was learnt of it no longer holds. */
function isSame(a: ProviderKey, b: ProviderKey): boolean {
  return a.baseUrl === b.baseUrl && a.secret.reveal() === b.secret.reveal();
}

function createPool(routing: OwnerRouting, all: readonly KeyState[]): OwnerPool {
  const states = all.filter(({ key }) => key.enabled);
  const byLevel = Map.groupBy(states, ({ key }) => key.level);
  const levels = [...byLevel.keys()].sort((a, b) => a - b);
  return { routing, states, levels, byLevel };
}
