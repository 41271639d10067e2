import { type ErrorBody, type ErrorCode, errorCatalog, type Fault } from '@meridian/contract';

/** What may be told about a failure besides its code. */
export interface FailureDetail {
  /** Text for the caller; never contains secrets or internals. */
  readonly message: string;
  /** The request field at fault, as the caller wrote it. */
  readonly param?: string;
  /** Whole seconds until a retry can succeed; becomes the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
  /** Extra response headers (rate limit figures). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text for the log only. */
  readonly internal?: string;
  readonly cause?: unknown;
}

/** Messages quote what was sent; the answer to a long value is not as long, in characters. */
const MESSAGE_CHARS_MAX = 500;

const marker = Symbol.for('meridian.failure');

/**
 * A failure with a code of the error catalogue. Thrown (or carried as a value) anywhere, turned
 * into a response once, at the edge.
 */
export class Failure extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly detail: FailureDetail;

  constructor(code: ErrorCode, detail: FailureDetail) {
    super(detail.message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return errorCatalog[this.code].status;
  }

  get fault(): Fault {
    return errorCatalog[this.code].fault;
  }

  /** The body of the one error shape. */
  toBody(): ErrorBody {
    const { status, type } = errorCatalog[this.code];
    const { param = null } = this.detail;
    const message = shortened(this.detail.message);
    return { error: { message, type, code: this.code, param, status } };
  }
}

function shortened(message: string): string {
  if (message.length <= MESSAGE_CHARS_MAX) return message;
  return `${message.slice(0, MESSAGE_CHARS_MAX - 1).toWellFormed()}…`;
}

/** Recognises a failure by its marker, so that a duplicated package does not break the check. */
export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && marker in value;
}

/** A 400 that names the field at fault. */
export function invalid(param: string, message: string): Failure {
  return new Failure('invalid_request', { message, param });
}

/** A 404 for a resource; also the answer for another tenant's resource, so that ids stay unknown. */
export function notFound(what: string): Failure {
  return new Failure('not_found', { message: `${what} not found.` });
}
