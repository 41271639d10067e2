import { Failure } from '@meridian/core/kernel';

/** What PostgreSQL says about a statement that it refused. */
export interface SqlErrorDetail {
  readonly message: string;
  readonly severity: string;
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly detail?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

/** A refusal by the embedded database; has the fields that the driver of a server also gives. */
export class SqlError extends Error {
  readonly severity: string;
  readonly code: string;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;

  constructor(detail: SqlErrorDetail) {
    super(detail.message);
    this.name = 'SqlError';
    this.severity = detail.severity;
    this.code = detail.code;
    this.detail = detail.detail;
    this.constraint = detail.constraint;
    this.table = detail.table;
    this.column = detail.column;
  }
}

/**
 * The SQLSTATE of an error that the database itself reported; undefined for anything else. A lost
 * connection has none (`EPIPE` is no SQLSTATE): whether its statement was committed is unknown.
 */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The name of the constraint that a statement violated. */
export function violatedConstraint(error: unknown): string | undefined {
  const state = sqlState(error);
  if (!state?.startsWith('23') || !(error instanceof Error) || !('constraint' in error)) return;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

/** Beginnings of the SQLSTATEs of a server that goes down, starts or has no connection left. */
const AWAY_STATES = ['08', '57P', '53300'];
/** What the operating system says of a connection that cannot be made or has broken. */
const AWAY_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
]);
/** The driver's errors, and ours, of lost connections and of waiting for one; they have no code. */
const AWAY_TEXTS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|the connection broke)/;

/** Whether the database cannot be reached, as opposed to a statement that it refused. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== undefined) return AWAY_STATES.some((beginning) => state.startsWith(beginning));
  const code = 'code' in error ? error.code : undefined;
  return AWAY_TEXTS.test(error.message) || (typeof code === 'string' && AWAY_CODES.has(code));
}

const RETRY_AFTER_SECONDS = 2;

/** A database that is away as a failure that callers are told of; every other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!isAway(error)) return error;
  return new Failure('service_unavailable', {
    message: 'The database cannot be reached. Retry shortly.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: error,
  });
}

/** SQLSTATE classes after which the same statement may succeed: connection, resources, shutdown. */
const TRANSIENT_CLASSES = new Set(['08', '25', '53', '57']);

/**
 * Whether the database certainly refused the statement, so that it had no effect. False where the
 * outcome is unknown or a repetition may succeed.
 */
export function isDefiniteRefusal(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined || state === '40001' || state === '40P01') return false;
  return !TRANSIENT_CLASSES.has(state.slice(0, 2));
}
