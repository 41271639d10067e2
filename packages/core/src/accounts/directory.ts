import { type Cancel, type Clock, Failure } from '../kernel/index.ts';
import { foldPolicy, type Policy } from './policy.ts';
import type { AccountsStore } from './ports.ts';
import { createPrincipal, type Principal } from './principal.ts';

const PRINCIPALS_MAX = 50_000;
const UNKNOWN_MAX = 10_000;
const UNKNOWN_MS = 1_000;
const LOADS_MAX = 1_000;
const LOAD_ATTEMPTS_MAX = 3;
const TOUCH_INTERVAL_MS = 30_000;

/** Whom keys belong to, remembered. Keys are asked for by their digest (`keyDigest`). */
export interface Directory extends AsyncDisposable {
  /** Answers from memory; undefined means "not known here", not "wrong". */
  lookup(digest: string): Principal | undefined;
  /** Asks the store where memory does not know; undefined: nobody has this key. */
  load(digest: string): Promise<Principal | undefined>;
  /** Forgets an account and everything below it; to be called after every change of it. */
  forgetAccount(accountId: number): void;
  /** Forgets the accounts of an owner whose configuration changed. */
  forgetOwner(ownerId: number): void;
  forgetAll(): void;
}

/** What a directory is made of. */
export interface DirectoryDeps {
  readonly store: Pick<AccountsStore, 'readKeyHolder' | 'touchNamedKeys'>;
  readonly clock: Clock;
  /** Told when the times of last use could not be written; they are kept for the next time. */
  readonly onFault: (error: unknown) => void;
  /** Keys that are remembered. Default 50,000. */
  readonly capacity?: number;
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size < max) return;
    map.delete(key);
  }
}

/** When each named key was last used, written in the background. */
function createTouches({ store, clock, onFault }: DirectoryDeps) {
  let usedAt = new Map<number, number>();
  let cancel: Cancel | undefined;

  async function flush(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const batch = usedAt;
    if (batch.size === 0) return;
    usedAt = new Map();
    try {
      await store.touchNamedKeys(batch);
    } catch (error) {
      for (const [id, at] of batch) if (!usedAt.has(id)) usedAt.set(id, at);
      onFault(error);
    }
  }

  return {
    flush,
    touch(namedKeyId: number): void {
      usedAt.set(namedKeyId, clock.now());
      cancel ??= clock.after(TOUCH_INTERVAL_MS, () => void flush());
    },
  };
}

/**
 * Makes a directory. A key that is known is looked up without waiting; one that nobody has is
 * remembered for a second, so that guessing costs the database little.
 */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { store, clock, capacity = PRINCIPALS_MAX } = deps;
  const principals = new Map<string, Principal>();
  const unknown = new Map<string, number>();
  const loads = new Map<string, Promise<Principal | undefined>>();
  const touches = createTouches(deps);
  // Raised by every change: what was read before it may not be remembered after it.
  let generation = 0;

  function used(principal: Principal | undefined): Principal | undefined {
    if (principal && principal.namedKeyId !== null) touches.touch(principal.namedKeyId);
    return principal;
  }

  function isOver({ validUntil }: Pick<Principal, 'validUntil'>): boolean {
    return validUntil !== null && clock.now() >= validUntil;
  }

  function remembered(digest: string): Principal | undefined {
    const principal = principals.get(digest);
    if (!principal || !isOver(principal)) return principal;
    principals.delete(digest);
    return undefined;
  }

  function remember(digest: string, principal: Principal | undefined): void {
    if (principal) {
      dropOldest(principals, capacity);
      principals.set(digest, principal);
    } else {
      dropOldest(unknown, UNKNOWN_MAX);
      unknown.set(digest, clock.monotonic() + UNKNOWN_MS);
    }
  }

  async function read(digest: string): Promise<Principal | undefined> {
    for (let attempt = 1; ; attempt++) {
      const before = generation;
      const holder = await store.readKeyHolder(digest);
      const isValid = holder !== undefined && !isOver(holder);
      const principal = isValid ? createPrincipal(foldPolicy(holder), holder) : undefined;
      if (before === generation) remember(digest, principal);
      else if (attempt < LOAD_ATTEMPTS_MAX) continue;
      return principal;
    }
  }

  function forget(isConcerned: (policy: Policy) => boolean): void {
    generation++;
    unknown.clear();
    for (const [digest, { policy }] of principals) {
      if (isConcerned(policy)) principals.delete(digest);
    }
  }

  return {
    lookup: (digest) => used(remembered(digest)),
    async load(digest) {
      const known = remembered(digest);
      if (known) return used(known);
      const until = unknown.get(digest);
      if (until !== undefined) {
        if (clock.monotonic() < until) return undefined;
        unknown.delete(digest);
      }
      let load = loads.get(digest);
      if (!load) {
        if (loads.size >= LOADS_MAX) {
          throw new Failure('service_unavailable', { message: 'Too many keys are being checked.' });
        }
        load = read(digest).finally(() => loads.delete(digest));
        loads.set(digest, load);
      }
      return used(await load);
    },
    forgetAccount: (accountId) => forget(({ path }) => path.includes(accountId)),
    forgetOwner: (ownerId) => forget((policy) => policy.ownerId === ownerId),
    forgetAll: () => forget(() => true),
    [Symbol.asyncDispose]: () => touches.flush(),
  };
}
