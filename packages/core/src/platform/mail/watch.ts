import type { JobQueue, NewJob } from '../../jobs/index.ts';
import { type Clock, utcDay, utcMonth } from '../../kernel/index.ts';
import type { MailCause } from './templates.ts';

/** The kind of the jobs that are mails. */
export const MAIL_JOB = 'mail';
/** The kind of the job that writes the summaries of one period. */
export const SUMMARY_JOB = 'mail_summary';

/** A fact about an account under an owner whose mails can leave. */
export interface AccountFact {
  readonly accountId: number;
  readonly ownerId: number;
}

/** Something that was done to an account. */
export interface AccountEvent extends AccountFact {
  readonly operationId: number;
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly address: string | null;
}

/** An account’s usage in some days; `cost` is shown dollars as text. */
export interface AccountUse extends AccountFact {
  readonly requests: number;
  readonly cost: string;
}

/** What mails are about, read from the store; accounts of owners without a mail server are left out. */
export interface MailFacts {
  /** Accounts beyond their soft limit, or within 1 % of their hard limit, in a month (yyyymm). */
  limits(month: number): Promise<
    readonly (AccountFact & {
      readonly cause: 'soft_limit' | 'hard_limit';
      readonly spent: string;
      readonly limit: string;
    })[]
  >;
  /** Accounts in use whose settled balance is below their owner’s USER_MIN_BALANCE. */
  lowBalances(): Promise<
    readonly (AccountFact & { readonly balance: string; readonly threshold: string })[]
  >;
  /** Credit that expires within some days, the sum per account. */
  expiring(
    days: number,
  ): Promise<readonly (AccountFact & { readonly amount: string; readonly expiresAt: number })[]>;
  /** New accounts and replaced keys of the last hours. */
  events(hours: number): Promise<readonly AccountEvent[]>;
  /** Who used something from one day to another (yyyymmdd, inclusive). */
  use(fromDay: number, toDay: number): Promise<readonly AccountUse[]>;
}

/** What the watch is made of. */
export interface MailWatchDeps {
  readonly facts: MailFacts;
  readonly queue: Pick<JobQueue, 'add'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Finds out which mails are due. */
export interface MailWatch {
  /** Queues what is due now; returns how many mails were new. */
  check(): Promise<number>;
  /** Queues the summaries of one period, as the payload of its job names it. */
  summarize(payload: Readonly<Record<string, unknown>>): Promise<number>;
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const EXPIRY_NOTICE_DAYS = 7;
const EVENT_HOURS = 24;
/** A mail’s key must outlive the month and the period that it is about. */
const KEPT_MS = 100 * DAY_MS;
const ADDED_AT_ONCE = 1_000;

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function dayNumber(day: string): number {
  return Number(day.replaceAll('-', ''));
}

function mail(
  { accountId, ownerId }: AccountFact,
  about: MailCause,
  subject: string | number,
): NewJob {
  const key = `${MAIL_JOB}:${about.cause}:${subject}`;
  return { kind: MAIL_JOB, key, ownerId, accountId, payload: { ...about }, keepMs: KEPT_MS };
}

/** Once per account and month. */
function monthly(fact: AccountFact, month: number, about: MailCause): NewJob {
  return mail(fact, about, `${fact.accountId}:${month}`);
}

function eventMail(event: AccountEvent): NewJob {
  if (event.action === 'add_user')
    return mail(event, { cause: 'account_created' }, event.accountId);
  const at = new Date(event.at).toISOString().slice(0, 16).replace('T', ' ');
  return mail(event, { cause: 'key_rotated', at, address: event.address }, event.operationId);
}

type Summary = 'weekly_summary' | 'monthly_summary';

/** The newest week (Monday to Sunday) and month that have ended. */
function endedPeriods(nowMs: number): readonly (readonly [Summary, from: string, to: string])[] {
  const today = utcDay(nowMs);
  const sinceMonday = (new Date(today).getUTCDay() + WEEK_DAYS - 1) % WEEK_DAYS;
  const monday = today - sinceMonday * DAY_MS;
  const first = new Date(today);
  first.setUTCDate(1);
  const lastOfMonth = first.getTime() - DAY_MS;
  return [
    ['weekly_summary', isoDay(monday - WEEK_DAYS * DAY_MS), isoDay(monday - DAY_MS)],
    ['monthly_summary', `${isoDay(lastOfMonth).slice(0, 8)}01`, isoDay(lastOfMonth)],
  ];
}

/** The watch over accounts. */
export function createMailWatch({ facts, queue, clock }: MailWatchDeps): MailWatch {
  async function add(jobs: readonly NewJob[]): Promise<number> {
    let added = 0;
    for (let i = 0; i < jobs.length; i += ADDED_AT_ONCE) {
      added += await queue.add(jobs.slice(i, i + ADDED_AT_ONCE));
    }
    return added;
  }

  return {
    async check() {
      const month = utcMonth(clock.now());
      const [limits, low, expiring, events] = await Promise.all([
        facts.limits(month),
        facts.lowBalances(),
        facts.expiring(EXPIRY_NOTICE_DAYS),
        facts.events(EVENT_HOURS),
      ]);
      const added = await add([
        ...limits.map((fact) =>
          monthly(fact, month, { cause: fact.cause, spent: fact.spent, limit: fact.limit }),
        ),
        ...low.map((fact) =>
          monthly(fact, month, {
            cause: 'low_balance',
            balance: fact.balance,
            threshold: fact.threshold,
          }),
        ),
        ...expiring.map((fact) =>
          monthly(fact, month, {
            cause: 'credit_expiring',
            amount: fact.amount,
            day: isoDay(fact.expiresAt),
          }),
        ),
        ...events.map(eventMail),
      ]);
      const nobody = { ownerId: null, accountId: null, keepMs: KEPT_MS };
      await add(
        endedPeriods(clock.now()).map(([cause, from, to]) => {
          const key = `${SUMMARY_JOB}:${cause}:${from}`;
          return { kind: SUMMARY_JOB, key, ...nobody, payload: { cause, from, to } };
        }),
      );
      return added;
    },
    async summarize(payload) {
      const { cause, from, to } = payload as { cause: Summary; from: string; to: string };
      const used = await facts.use(dayNumber(from), dayNumber(to));
      return add(
        used.map((fact) => {
          const about = { cause, from, to, requests: fact.requests, cost: fact.cost };
          return mail(fact, about, `${fact.accountId}:${from}`);
        }),
      );
    },
  };
}
