import { createHash } from 'node:crypto';
import type {
  ForgottenListener,
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowStanding,
} from '@meridian/core/admission';
import type { Redis } from 'ioredis';
import { AMEND_SCRIPT, TAKE_SCRIPT } from './scripts.ts';

export interface RedisWindowOptions {
  readonly client: Pick<Redis, 'eval' | 'evalsha'>;
  /** Begins every key; keeps installations that share a server apart. */
  readonly prefix?: string;
  /** Told of corrections that were lost. */
  readonly onFault: (error: unknown) => void;
  /** Milliseconds since 1970 instead of the server's own time; for tests. */
  readonly now?: () => number;
}

/** Rate windows that several nodes share: each request is one script call for all its windows. */
export interface RedisWindowStore extends RecordingWindowStore {
  /** Rejects when Redis cannot be asked. */
  reserve(requests: readonly WindowRequest[]): Promise<Reservation | Refusal>;
  record(requests: readonly WindowRequest[]): Promise<Reservation>;
  onForgotten(listener: ForgottenListener): void;
  /** Resolves when all corrections so far have been made or lost. */
  settled(): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly span: string;
  readonly part: number;
  readonly isTokens: boolean;
  amount: number;
}

/** Owners whose marks are remembered; forgetting them all only misses one loss of Redis's memory. */
const MARKS_MAX = 100_000;

class RedisReservation implements Reservation {
  readonly refused = false;
  readonly standings: readonly WindowStanding[];
  readonly entries: readonly Entry[];

  constructor(standings: readonly WindowStanding[], entries: readonly Entry[]) {
    this.standings = standings;
    this.entries = entries;
  }
}

export function createRedisWindows(options: RedisWindowOptions): RedisWindowStore {
  const { client, prefix = 'meridian:', onFault, now } = options;
  const takeScript = createScript(client, TAKE_SCRIPT);
  const amendScript = createScript(client, AMEND_SCRIPT);
  const corrections = new Set<Promise<unknown>>();

  const clock = (): string => (now === undefined ? '' : String(now()));
  // The owner in braces keeps all windows of a request in one slot of a cluster.
  const keyOf = ({ window }: WindowRequest): string =>
    `${prefix}windows:{${window.ownerId}}:${window.id}`;
  const markOf = (ownerId: number): string => `${prefix}windows:{${ownerId}}:memory`;
  /** The marks of the owners' memories as last seen; another one says that Redis has forgotten. */
  const marks = new Map<number, number>();
  let onForgotten: ForgottenListener | undefined;

  function compareMark(ownerId: number, mark: number, counted: readonly WindowRequest[]): void {
    const before = marks.get(ownerId);
    if (before === mark) return;
    if (marks.size >= MARKS_MAX) marks.clear();
    marks.set(ownerId, mark);
    if (before !== undefined) onForgotten?.(ownerId, counted);
  }

  async function take(requests: readonly WindowRequest[], mode: 'reserve' | 'record') {
    const [first] = requests;
    if (!first) return new RedisReservation([], []);
    const { ownerId } = first.window;
    const keys = requests.map(keyOf);
    const claims = requests.flatMap(({ window, amount }) => [window.span, window.limit, amount]);
    const answer = await takeScript([markOf(ownerId), ...keys], [clock(), mode, ...claims]);
    const { mark, result } = readAnswer(answer, requests, keys);
    compareMark(ownerId, mark, mode === 'record' ? requests : []);
    return result;
  }

  function correct(reservation: Reservation, differenceOf: (entry: Entry) => number): void {
    if (!(reservation instanceof RedisReservation)) return;
    const changed = reservation.entries.flatMap((entry) => {
      const difference = differenceOf(entry);
      entry.amount += difference;
      return difference === 0 ? [] : [{ entry, difference }];
    });
    if (changed.length === 0) return;
    const keys = changed.map(({ entry }) => entry.key);
    const changes = changed.flatMap(({ entry, difference }) => [
      entry.span,
      entry.part,
      difference,
    ]);
    const correction = amendScript(keys, [clock(), ...changes]).catch(onFault);
    corrections.add(correction);
    void correction.finally(() => corrections.delete(correction));
  }

  return {
    onForgotten(listener) {
      onForgotten = listener;
    },
    reserve: (requests) => take(requests, 'reserve'),
    async record(requests) {
      const result = await take(requests, 'record');
      if (result.refused) throw new Error('a record cannot be refused');
      return result;
    },
    adjust(reservation, actualTokens) {
      correct(reservation, ({ isTokens, amount }) => (isTokens ? actualTokens - amount : 0));
    },
    cancel(reservation) {
      correct(reservation, ({ amount }) => -amount);
    },
    async settled() {
      await Promise.all(corrections);
    },
  };
}

type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Runs a script by its digest; one that the server lost (restart, flush) is sent again. */
function createScript(client: RedisWindowOptions['client'], text: string): Script {
  const digest = createHash('sha1').update(text).digest('hex');
  return async (keys, args) => {
    try {
      return await client.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(text, keys.length, ...keys, ...args);
    }
  };
}

interface Answer {
  readonly mark: number;
  readonly result: RedisReservation | Refusal;
}

function readAnswer(
  answer: unknown,
  requests: readonly WindowRequest[],
  keys: readonly string[],
): Answer {
  if (!Array.isArray(answer) || !answer.every((value) => typeof value === 'number')) {
    throw new Error('the script of the rate windows gave an unexpected answer');
  }
  const [isGranted, mark = 0, ...figures] = answer as number[];
  const read = isGranted === 1 ? readGrant : readRefusal;
  return { mark, result: read(figures, requests, keys) };
}

function readGrant(
  figures: readonly number[],
  requests: readonly WindowRequest[],
  keys: readonly string[],
): RedisReservation {
  const standings: WindowStanding[] = [];
  const entries: Entry[] = [];
  for (const [i, { window, amount }] of requests.entries()) {
    const [used = 0, resetMs = 0, part = 0] = figures.slice(i * 3, i * 3 + 3);
    const isTokens = window.unit === 'tokens';
    standings.push({ window, used, resetMs });
    entries.push({ key: keys[i] ?? '', span: window.span, part, isTokens, amount });
  }
  return new RedisReservation(standings, entries);
}

function readRefusal(figures: readonly number[], requests: readonly WindowRequest[]): Refusal {
  const [index = 0, isNever = 0, retryAfterMs = 0, used = 0, resetMs = 0] = figures;
  const request = requests[index];
  const standing = request && { window: request.window, used, resetMs };
  return isNever === 1
    ? { refused: true, reason: 'too_large', standing, retryAfterMs: undefined }
    : { refused: true, reason: 'full', standing, retryAfterMs };
}
