import type { Cancel, Clock, Random } from '../kernel/index.ts';
import type { ClaimedJob, JobEnd, JobQueue } from './queue.ts';

/** Does one job; may throw, `UnrepeatableError` where another try is of no use. */
export type JobHandler = (job: ClaimedJob) => Promise<void>;

/** A failure that another try will not mend. */
export class UnrepeatableError extends Error {
  override readonly name = 'UnrepeatableError';
}

/** Work that comes again: once per period, on whichever node is first. */
export interface RecurringJob {
  readonly kind: string;
  readonly everyMs: number;
}

/** What the runner is made of. */
export interface JobRunnerDeps {
  readonly queue: JobQueue;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly recurring: readonly RecurringJob[];
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  /** Told of what the queue itself could not do. */
  readonly onFault: (error: unknown) => void;
}

/** Takes jobs from the queue and does them. */
export interface JobRunner extends AsyncDisposable {
  /** Looks for work again and again until disposed, which waits for what is running. */
  start(): void;
  /** Does what is due now; returns how many jobs that were. */
  runDue(): Promise<number>;
}

const POLL_MS = 2_000;
const BATCH = 10;
/** A node that has not ended a job within this time is taken for dead. */
const LEASE_MS = 120_000;
const SWEEP_MS = 3_600_000;
const ERROR_MAX_CHARS = 500;
/** What a job that comes again leaves behind is only its key. */
const RECURRING_KEPT_PERIODS = 3;

const MINUTE_MS = 60_000;
/** Waits after the first, second … failure; after the last one the job is dead. */
const BACK_OFF_MS = [0.5, 2, 10, 60, 240, 720].map((minutes) => minutes * MINUTE_MS);
/** Each wait is up to this share longer, so that jobs that failed together part. */
const JITTER = 0.2;

/** What becomes of a job whose try failed. Pure. */
export function afterFailure(attempts: number, error: unknown, fraction: number): JobEnd {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_MAX_CHARS);
  const wait = BACK_OFF_MS[attempts - 1];
  if (wait === undefined || error instanceof UnrepeatableError)
    return { state: 'dead', error: text };
  return { state: 'queued', delayMs: Math.round(wait * (1 + JITTER * fraction)), error: text };
}

/** A runner on the queue; it does nothing before it is started. */
export function createJobRunner(deps: JobRunnerDeps): JobRunner {
  const { queue, handlers, recurring, clock, random } = deps;
  const kinds = Object.keys(handlers);
  const periods = new Map<string, number>();
  let cancel: Cancel | undefined;
  let isStopped = false;
  let round: Promise<unknown> = Promise.resolve();
  let sweptAt = clock.monotonic();

  async function attempt(job: ClaimedJob): Promise<void> {
    let how: JobEnd = { state: 'done' };
    try {
      await handlers[job.kind]?.(job);
    } catch (error) {
      how = afterFailure(job.attempts, error, random.fraction());
    }
    await queue.end(job, how);
  }

  /** Puts the jobs of a period in that has begun since this node looked last. */
  async function addRecurring(): Promise<void> {
    for (const { kind, everyMs } of recurring) {
      const period = Math.floor(clock.now() / everyMs);
      if (periods.get(kind) === period) continue;
      const keepMs = everyMs * RECURRING_KEPT_PERIODS;
      const nobody = { ownerId: null, accountId: null, payload: {} };
      await queue.add([{ kind, key: `${kind}:${period}`, ...nobody, keepMs }]);
      periods.set(kind, period);
    }
  }

  async function sweep(): Promise<void> {
    if (clock.monotonic() - sweptAt < SWEEP_MS) return;
    sweptAt = clock.monotonic();
    await queue.sweep();
  }

  async function runDue(): Promise<number> {
    await addRecurring();
    await sweep();
    let count = 0;
    for (;;) {
      const jobs = isStopped ? [] : await queue.claim(kinds, BATCH, LEASE_MS);
      const ended = await Promise.allSettled(jobs.map(attempt));
      for (const each of ended) if (each.status === 'rejected') deps.onFault(each.reason);
      count += jobs.length;
      if (jobs.length < BATCH) return count;
    }
  }

  function schedule(): void {
    cancel = clock.after(POLL_MS, () => {
      round = runDue()
        .catch(deps.onFault)
        .finally(() => isStopped || schedule());
    });
  }

  return {
    start: schedule,
    runDue,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      cancel?.();
      await round;
    },
  };
}
