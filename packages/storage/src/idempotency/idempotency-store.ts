import type { Clock } from '@meridian/core/kernel';
import type { Queries, Row } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';

const KEPT_HOURS = 24;
/** So long a used key is refused; afterwards it is forgotten. */
const KNOWN_DAYS = 30;
/** A claim without an answer for so long belongs to a process that died. */
const LOST_MINUTES = 10;
const WAIT_MS = 5_000;
const WAIT_STEP_MS = 100;

/** One write that asks to be made at most once. */
export interface WriteClaim {
  readonly accountId: number;
  readonly key: string;
  /** Digest of the request; another one under the same key is refused. */
  readonly fingerprint: string;
}

/** What was answered; secrets in it are sealed. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the store says to a claim. */
export type ClaimOutcome =
  | {
      readonly state: 'claimed';
      complete(answer: StoredAnswer): Promise<void>;
      /** Frees the key: the write changed nothing. */
      abandon(): Promise<void>;
    }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  | { readonly state: 'running' }
  | { readonly state: 'mismatch' }
  | { readonly state: 'expired' };

/** What the store of idempotency keys is made of. */
export interface IdempotencyStoreDeps {
  readonly queries: Queries;
  readonly box: SecretBox;
  readonly clock: Clock;
}

/** Remembers writes by account and key: their answers for 24 hours, the keys for 30 days. */
export interface IdempotencyStore {
  claim(write: WriteClaim): Promise<ClaimOutcome>;
  /** Drops what is no longer kept; to be called now and then. */
  sweep(): Promise<void>;
}

/** What the answer of a write is sealed for. */
export function idempotencyContext({
  accountId,
  key,
}: Pick<WriteClaim, 'accountId' | 'key'>): string {
  return `idempotency:${accountId}:${key}`;
}

async function insertClaim(queries: Queries, write: WriteClaim): Promise<boolean> {
  const rows = await queries.query(
    `insert into idempotency_keys (account_id, key, fingerprint) values ($1, $2, $3)
      on conflict (account_id, key) do nothing returning key`,
    [write.accountId, write.key, write.fingerprint],
  );
  return rows.length > 0;
}

async function readClaim(
  queries: Queries,
  { accountId, key }: WriteClaim,
): Promise<Row | undefined> {
  const [row] = await queries.query(
    `select fingerprint, answered_at is not null as is_answered,
        claimed_at < now() - $3 * interval '1 minute' as is_lost,
        case when answered_at > now() - $4 * interval '1 hour' then answer end as answer
      from idempotency_keys where account_id = $1 and key = $2`,
    [accountId, key, LOST_MINUTES, KEPT_HOURS],
  );
  return row;
}

/** Idempotency keys in the database. */
export function createIdempotencyStore(deps: IdempotencyStoreDeps): IdempotencyStore {
  const { queries, box, clock } = deps;
  const pause = (): Promise<void> =>
    new Promise((resolve) => void clock.after(WAIT_STEP_MS, resolve));

  function claimed(write: WriteClaim): ClaimOutcome {
    const { accountId, key } = write;
    return {
      state: 'claimed',
      async complete(answer) {
        await queries.query(
          `update idempotency_keys set answered_at = now(), answer = $3
            where account_id = $1 and key = $2`,
          [accountId, key, box.seal(JSON.stringify(answer), idempotencyContext(write))],
        );
      },
      async abandon() {
        await queries.query('delete from idempotency_keys where account_id = $1 and key = $2', [
          accountId,
          key,
        ]);
      },
    };
  }

  /** Undefined when the row has gone meanwhile: the write was abandoned. */
  async function judge(write: WriteClaim): Promise<ClaimOutcome | undefined> {
    const row = await readClaim(queries, write);
    if (!row) return undefined;
    if (row.fingerprint !== write.fingerprint) return { state: 'mismatch' };
    if (!row.is_answered) return { state: row.is_lost ? 'expired' : 'running' };
    if (row.answer === null) return { state: 'expired' };
    const text = box.open(row.answer as Buffer, idempotencyContext(write));
    return { state: 'answered', answer: JSON.parse(text) as StoredAnswer };
  }

  return {
    async claim(write) {
      const deadlineMs = clock.monotonic() + WAIT_MS;
      for (;;) {
        if (await insertClaim(queries, write)) return claimed(write);
        const outcome = await judge(write);
        const isPatient = clock.monotonic() < deadlineMs;
        if (outcome && (outcome.state !== 'running' || !isPatient)) return outcome;
        if (!isPatient) return { state: 'running' };
        await pause();
      }
    },
    async sweep() {
      await queries.query(
        `update idempotency_keys set answer = null
          where answer is not null and answered_at < now() - $1 * interval '1 hour'`,
        [KEPT_HOURS],
      );
      await queries.query(
        `delete from idempotency_keys where claimed_at < now() - $1 * interval '1 day'`,
        [KNOWN_DAYS],
      );
    },
  };
}
