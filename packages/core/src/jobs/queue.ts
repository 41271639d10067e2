/** Work to be put into the queue. */
export interface NewJob {
  readonly kind: string;
  /** Names this piece of work: while the job is kept, a second one of the same key is not taken. */
  readonly key: string;
  /** Whose it is; null for the system’s own. */
  readonly ownerId: number | null;
  readonly accountId: number | null;
  /** JSON; no secrets. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** How long it is kept after it was made, in milliseconds; what is dead stays. */
  readonly keepMs: number;
}

/** A job that this node has to do now. */
export interface ClaimedJob extends Omit<NewJob, 'keepMs'> {
  readonly id: number;
  /** From 1; together with the id it names this try. */
  readonly attempts: number;
}

/** How a job stands. */
export type JobState = 'queued' | 'running' | 'done' | 'dead';

/** A job as its owner sees it. Times are milliseconds since 1970. */
export interface ListedJob extends Omit<NewJob, 'keepMs'> {
  readonly id: number;
  readonly state: JobState;
  readonly attempts: number;
  /** Of what is queued: not before. */
  readonly runAt: number;
  /** Why the last try failed. */
  readonly error: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** How a try went. */
export type JobEnd =
  | { readonly state: 'done' }
  | { readonly state: 'queued'; readonly delayMs: number; readonly error: string }
  | { readonly state: 'dead'; readonly error: string };

/** The queue that all nodes share. */
export interface JobQueue {
  /** Returns how many were new. */
  add(jobs: readonly NewJob[]): Promise<number>;
  /**
   * Takes due jobs, and those whose node did not end them within its lease; no two nodes get the
   * same try.
   */
  claim(kinds: readonly string[], limit: number, leaseMs: number): Promise<readonly ClaimedJob[]>;
  /** Ends a try; without effect where the lease had run out and another node has the job. */
  end(job: ClaimedJob, how: JobEnd): Promise<void>;
  /** An owner’s jobs of one kind, the newest first. */
  list(
    ownerId: number,
    filter: { readonly kind: string; readonly state?: JobState },
    page: { readonly page: number; readonly size: number },
  ): Promise<{ readonly entries: readonly ListedJob[]; readonly total: number }>;
  /** Queues a dead job of the owner anew; false when there is none. */
  revive(ownerId: number, kind: string, id: number): Promise<boolean>;
  /** Deletes what was done and need not be kept. */
  sweep(): Promise<void>;
}
