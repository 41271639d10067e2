import type { ClaimOutcome, IdempotencyStore, WriteClaim } from './idempotency.ts';
import type { Answer } from './served-route.ts';

type Kept =
  | { readonly fingerprint: string; readonly state: 'running' | 'expired' }
  | { readonly fingerprint: string; readonly state: 'answered'; readonly answer: Answer };

/** The idempotency port in memory, for tests. */
export interface MemoryIdempotency extends IdempotencyStore {
  /** Forgets all answers, as 24 hours would. */
  expire(): void;
}

export function createMemoryIdempotency(): MemoryIdempotency {
  const kept = new Map<string, Kept>();
  return {
    expire() {
      for (const [name, { fingerprint }] of kept) kept.set(name, { fingerprint, state: 'expired' });
    },
    async claim(write: WriteClaim): Promise<ClaimOutcome> {
      const name = `${write.accountId} ${write.key}`;
      const { fingerprint } = write;
      const found = kept.get(name);
      if (found === undefined) {
        kept.set(name, { fingerprint, state: 'running' });
        return {
          state: 'claimed',
          complete: async (answer) => {
            kept.set(name, { fingerprint, state: 'answered', answer });
          },
          abandon: async () => {
            kept.delete(name);
          },
        };
      }
      if (found.fingerprint !== fingerprint) return { state: 'mismatch' };
      return found.state === 'answered'
        ? { state: 'answered', answer: found.answer }
        : { state: found.state };
    },
  };
}
