import { createHash, randomBytes } from 'node:crypto';
import type {
  ForgottenListener,
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowStanding,
  WindowUnit,
} from '@meridian/core/admission';
import { type Clock, systemClock } from '@meridian/core/kernel';
import type { Redis } from 'ioredis';
import { AMEND_SCRIPT, RENEW_SCRIPT, TAKE_SCRIPT } from './scripts.ts';
import { createSlots } from './slots.ts';

export interface RedisWindowOptions {
  readonly client: Pick<Redis, 'eval' | 'evalsha'>;
  /** Begins every key; keeps installations that share a server apart. */
  readonly prefix?: string;
  /** Told of corrections that were lost. */
  readonly onFault: (error: unknown) => void;
  /** Milliseconds since 1970 instead of the server's own time; for tests. */
  readonly now?: () => number;
  /** For the renewal of slots that are taken for long; default the machine's. */
  readonly clock?: Pick<Clock, 'after' | 'monotonic'>;
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
  readonly unit: WindowUnit;
  amount: number;
}

/** Makes the names of reservations unique among nodes. */
const NODE_NAME_BYTES = 9;
/** Owners whose marks are remembered; forgetting them all only misses one loss of Redis's memory. */
const MARKS_MAX = 100_000;

class RedisReservation implements Reservation {
  readonly refused = false;
  readonly standings: readonly WindowStanding[];
  readonly entries: readonly Entry[];
  /** Its name among all nodes. */
  readonly name: string;

  constructor(standings: readonly WindowStanding[], entries: readonly Entry[], name: string) {
    this.standings = standings;
    this.entries = entries;
    this.name = name;
  }
}

export function createRedisWindows(options: RedisWindowOptions): RedisWindowStore {
  const { client, prefix = 'meridian:', onFault, now } = options;
  const takeScript = createScript(client, TAKE_SCRIPT);
  const amendScript = createScript(client, AMEND_SCRIPT);
  const renewScript = createScript(client, RENEW_SCRIPT);
  const node = randomBytes(NODE_NAME_BYTES).toString('base64url');
  let reservations = 0;
  const corrections = new Set<Promise<unknown>>();

  const clock = (): string => (now === undefined ? '' : String(now()));
  // The owner in braces keeps all windows of a request in one slot of a cluster.
  const keyOf = ({ window }: WindowRequest): string =>
    `${prefix}windows:{${window.ownerId}}:${window.id}`;
  const markOf = (ownerId: number): string => `${prefix}windows:{${ownerId}}:memory`;
  const marks = createMarks();

  /** Lets it run beside; `settled` waits for it. */
  function background(work: Promise<unknown>): void {
    const ended = work.catch(onFault);
    corrections.add(ended);
    void ended.finally(() => corrections.delete(ended));
  }

  const slots = createSlots(options.clock ?? systemClock, (taken) => {
    const keys = taken.map(({ key }) => key);
    background(renewScript(keys, [clock(), ...taken.map(({ name }) => name)]));
  });

  function keepSlots({ entries, name }: RedisReservation, ownerId: number): void {
    for (const { unit, amount, key } of entries)
      if (unit === 'slots' && amount > 0) slots.keep({ key, ownerId, name });
  }

  async function take(requests: readonly WindowRequest[], mode: 'reserve' | 'record') {
    const name = `${node}${++reservations}`;
    const [first] = requests;
    if (!first) return new RedisReservation([], [], name);
    const { ownerId } = first.window;
    const keys = requests.map(keyOf);
    const claims = requests.flatMap(({ window, amount }) => [window.span, window.limit, amount]);
    const answer = await takeScript([markOf(ownerId), ...keys], [clock(), mode, name, ...claims]);
    const { mark, result } = readAnswer(answer, requests, { keys, name });
    marks.compare(ownerId, mark, mode === 'record' ? requests : []);
    if (!result.refused) keepSlots(result, ownerId);
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
    background(amendScript(keys, [clock(), reservation.name, ...changes]));
    for (const { entry } of changed) if (entry.unit === 'slots') slots.release(reservation.name);
  }

  return {
    onForgotten: marks.onForgotten,
    reserve: (requests) => take(requests, 'reserve'),
    async record(requests) {
      const result = await take(requests, 'record');
      if (result.refused) throw new Error('a record cannot be refused');
      return result;
    },
    adjust(reservation, actualTokens) {
      correct(reservation, ({ unit, amount }) => {
        if (unit === 'requests') return 0;
        return (unit === 'tokens' ? actualTokens : 0) - amount;
      });
    },
    cancel(reservation) {
      correct(reservation, ({ amount }) => -amount);
    },
    async settled() {
      await Promise.all(corrections);
    },
  };
}

/** The marks of the owners' memories as last seen; another one says that Redis has forgotten. */
function createMarks() {
  const marks = new Map<number, number>();
  let onForgotten: ForgottenListener | undefined;
  return {
    onForgotten(listener: ForgottenListener): void {
      onForgotten = listener;
    },
    compare(ownerId: number, mark: number, counted: readonly WindowRequest[]): void {
      const before = marks.get(ownerId);
      if (before === mark) return;
      if (marks.size >= MARKS_MAX) marks.clear();
      marks.set(ownerId, mark);
      if (before !== undefined) onForgotten?.(ownerId, counted);
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

/** What a reservation and its windows are called in Redis. */
interface ReservationNames {
  readonly keys: readonly string[];
  readonly name: string;
}

interface Answer {
  readonly mark: number;
  readonly result: RedisReservation | Refusal;
}

function readAnswer(
  answer: unknown,
  requests: readonly WindowRequest[],
  names: ReservationNames,
): Answer {
  if (!Array.isArray(answer) || !answer.every((value) => typeof value === 'number')) {
    throw new Error('the script of the rate windows gave an unexpected answer');
  }
  const [isGranted, mark = 0, ...figures] = answer as number[];
  const read = isGranted === 1 ? readGrant : readRefusal;
  return { mark, result: read(figures, requests, names) };
}

function readGrant(
  figures: readonly number[],
  requests: readonly WindowRequest[],
  { keys, name }: ReservationNames,
): RedisReservation {
  const standings: WindowStanding[] = [];
  const entries: Entry[] = [];
  for (const [i, { window, amount }] of requests.entries()) {
    const [used = 0, resetMs = 0, part = 0] = figures.slice(i * 3, i * 3 + 3);
    const { span, unit } = window;
    standings.push({ window, used, resetMs });
    entries.push({ key: keys[i] ?? '', span, part, unit, amount });
  }
  return new RedisReservation(standings, entries, name);
}

function readRefusal(figures: readonly number[], requests: readonly WindowRequest[]): Refusal {
  const [index = 0, isNever = 0, retryAfterMs = 0, used = 0, resetMs = 0] = figures;
  const request = requests[index];
  const standing = request && { window: request.window, used, resetMs };
  return isNever === 1
    ? { refused: true, reason: 'too_large', standing, retryAfterMs: undefined }
    : { refused: true, reason: 'full', standing, retryAfterMs };
}
