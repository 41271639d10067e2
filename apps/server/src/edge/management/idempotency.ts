import { createHash } from 'node:crypto';
import { IDEMPOTENCY_KEY_MAX_CHARS } from '@meridian/contract';
import { Failure } from '@meridian/core/kernel';
import type { Answer } from './served-route.ts';

/** One write that asks to be made at most once. */
export interface WriteClaim {
  readonly accountId: number;
  readonly key: string;
  /** Digest of method, path, query and body; another one under the same key is refused. */
  readonly fingerprint: string;
}

/** What the store says to a claim. */
export type ClaimOutcome =
  /** Nobody made this write: make it, then report how it ended. */
  | {
      readonly state: 'claimed';
      /** Keeps the answer for 24 hours. */
      complete(answer: Answer): Promise<void>;
      /** Frees the key: the write changed nothing. */
      abandon(): Promise<void>;
    }
  /** It was made before; this was the answer. */
  | { readonly state: 'answered'; readonly answer: Answer }
  /** It is being made right now, also after the store waited for it. */
  | { readonly state: 'running' }
  /** The key belongs to a different write. */
  | { readonly state: 'mismatch' }
  /** It was made, but the answer is no longer kept. */
  | { readonly state: 'expired' };

/** Remembers writes by account and key. Answers may hold secrets: the store encrypts them. */
export interface IdempotencyStore {
  claim(write: WriteClaim): Promise<ClaimOutcome>;
}

const KEY_PATTERN = /^[\x21-\x7e]+$/;

/** The `Idempotency-Key` of a request, checked; undefined when it sent none. */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = Array.isArray(header) ? '' : header;
  if (key.length > IDEMPOTENCY_KEY_MAX_CHARS || !KEY_PATTERN.test(key)) {
    throw new Failure('invalid_request', {
      message: `Idempotency-Key must be 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} printable ASCII characters without spaces.`,
      param: 'Idempotency-Key',
    });
  }
  return key;
}

/** Digest of everything that makes two writes the same. */
export function writeFingerprint(method: string, url: string, body: unknown): string {
  const parts = [method, url, body === undefined ? '' : JSON.stringify(body)];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/** Makes a write at most once per key: makes it, gives the stored answer again, or refuses. */
export async function writeOnce(
  store: IdempotencyStore,
  write: WriteClaim,
  make: () => Promise<Answer>,
): Promise<Answer> {
  const outcome = await store.claim(write);
  switch (outcome.state) {
    case 'claimed':
      return await completeClaim(outcome, make);
    case 'answered':
      return replay(outcome.answer);
    case 'running':
      throw new Failure('conflict', {
        message: 'A request with this Idempotency-Key is still running.',
        param: 'Idempotency-Key',
        retryAfterSeconds: 1,
      });
    case 'mismatch':
      throw new Failure('conflict', {
        message: 'This Idempotency-Key was used for a different request.',
        param: 'Idempotency-Key',
      });
    case 'expired':
      throw new Failure('idempotency_expired', {
        message: 'The answer kept under this Idempotency-Key has expired; the write was made.',
        param: 'Idempotency-Key',
      });
  }
}

type Claimed = Extract<ClaimOutcome, { state: 'claimed' }>;

async function completeClaim(claimed: Claimed, make: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await make();
  } catch (error) {
    await claimed.abandon();
    throw error;
  }
  await claimed.complete(answer);
  return answer;
}

function replay(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'x-meridian-idempotent-replay': 'true' } };
}
