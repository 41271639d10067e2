import type { Failure } from '../../kernel/index.ts';
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type { UpstreamError } from '../neutral/answer.ts';
import { present } from './fields.ts';

/** Google's canonical name of an HTTP status. */
const RPC_STATUSES: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'UNIMPLEMENTED'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [413, 'INVALID_ARGUMENT'],
  [415, 'INVALID_ARGUMENT'],
  [429, 'RESOURCE_EXHAUSTED'],
  [431, 'INVALID_ARGUMENT'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

/** Google's canonical name for an HTTP status. */
function rpcStatusOf(status: number): string {
  return RPC_STATUSES.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
}

const STATUSES_OF_RPC: ReadonlyMap<string, number> = new Map([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['ABORTED', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['CANCELLED', 499],
  ['UNKNOWN', 500],
  ['INTERNAL', 500],
  ['DATA_LOSS', 500],
  ['UNIMPLEMENTED', 501],
  ['UNAVAILABLE', 503],
  ['DEADLINE_EXCEEDED', 504],
]);

const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';
/** The domain of the reasons in `ErrorInfo`. */
const ERROR_DOMAIN = 'meridian';

/** A failure as Google's clients expect errors. */
export function geminiErrorBody(failure: Failure): object {
  const { message } = failure.toBody().error;
  const { param, retryAfterSeconds } = failure.detail;
  const details: Fields[] = [
    {
      '@type': `${TYPE_PREFIX}ErrorInfo`,
      reason: failure.code.toUpperCase(),
      domain: ERROR_DOMAIN,
    },
  ];
  if (param !== undefined) {
    const violation = { field: param, description: message };
    details.push({ '@type': `${TYPE_PREFIX}BadRequest`, fieldViolations: [violation] });
  }
  if (retryAfterSeconds !== undefined) {
    details.push({ '@type': `${TYPE_PREFIX}RetryInfo`, retryDelay: `${retryAfterSeconds}s` });
  }
  return {
    error: { code: failure.status, message, status: rpcStatusOf(failure.status), details },
  };
}

/** What an upstream said of itself, as an error object of a stream. */
export function writeStreamError({ message, status = 500 }: UpstreamError): object {
  return { error: { code: status, message, status: rpcStatusOf(status) } };
}

/** The detail of a kind, whatever the prefix of its type. */
function detailOf(details: readonly unknown[], kind: string): Fields {
  const found = details.find((each) => textOf(fieldsOf(each)['@type']).endsWith(`.${kind}`));
  return fieldsOf(found);
}

/** Seconds of a duration like `12.4s`, rounded up; undefined for what is none. */
function secondsOfDuration(duration: unknown): number | undefined {
  const seconds = /^(\d{1,9}(?:\.\d+)?)s$/.exec(textOf(duration))?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds));
}

/** Reads an error object of Google's. */
export function readErrorObject(error: Fields): UpstreamError {
  const details = listOf(error.details);
  const rpc = stringOf(error.status);
  const [violation] = listOf(detailOf(details, 'BadRequest').fieldViolations);
  return {
    message: textOf(error.message),
    ...present({
      code: stringOf(detailOf(details, 'ErrorInfo').reason) ?? rpc,
      param: stringOf(fieldsOf(violation).field),
      status: numberOf(error.code) ?? (rpc === undefined ? undefined : STATUSES_OF_RPC.get(rpc)),
      retryAfterSeconds: secondsOfDuration(detailOf(details, 'RetryInfo').retryDelay),
    }),
  };
}

/** Reads an error body; a stream that was refused has it in an array. */
export function readGeminiError(body: Buffer): UpstreamError {
  const parsed = parseJson(body.toString('utf8'));
  const fields = fieldsOf(Array.isArray(parsed) ? parsed[0] : parsed);
  if (isFields(fields.error)) return readErrorObject(fields.error);
  return { message: textOf(fields.error) || textOf(fields.message) };
}
