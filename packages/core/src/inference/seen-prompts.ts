import { hash } from 'node:crypto';
import type { Clock } from '../kernel/index.ts';

/** The beginnings of prompts that an account has sent lately, on this node. */
export interface SeenPrompts {
  /** Whether the account has sent this beginning to the model within the last hour; remembers it. */
  wasSeen(accountId: number, model: string, beginning: string): boolean;
}

const HOUR_MS = 3_600_000;
/** About 200 bytes each. */
const REMEMBERED_MAX = 50_000;

/** Remembers digests, never the prompts; what was seen longest ago goes first. */
export function createSeenPrompts(clock: Clock): SeenPrompts {
  const seenAtMs = new Map<string, number>();
  return {
    wasSeen(accountId, model, beginning) {
      const digest = hash('sha256', `${accountId}\n${model}\n${beginning}`, 'base64');
      const nowMs = clock.monotonic();
      const before = seenAtMs.get(digest);
      seenAtMs.delete(digest);
      if (seenAtMs.size >= REMEMBERED_MAX) {
        const [oldest] = seenAtMs.keys();
        if (oldest !== undefined) seenAtMs.delete(oldest);
      }
      seenAtMs.set(digest, nowMs);
      return before !== undefined && nowMs - before < HOUR_MS;
    },
  };
}
