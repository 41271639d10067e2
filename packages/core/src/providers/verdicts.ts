import { readErrorBody } from './error-body.ts';
import type { HeaderLookup, TransportFault } from './transport.ts';
import type { Reply, Verdict } from './types.ts';

/** How long a key rests after a 429 that names no time. */
const RATE_PAUSE_MS = 1_000;
/** The longest rest that an upstream can order. */
const RATE_PAUSE_MS_MAX = 86_400_000;

/** The request itself is at fault; every key would refuse it. */
export const CALLER: Verdict = { retry: false, cause: 'caller' };
/** The key cannot answer this request, but is sound: another one may. */
export const ELSEWHERE: Verdict = { retry: true, cause: 'caller' };
/** The key's account has nothing left. */
export const QUOTA: Verdict = { retry: true, cause: 'quota', sleep: { kind: 'now' } };
/** The key is not, or no longer, accepted. */
export const AUTH: Verdict = { retry: true, cause: 'auth', sleep: { kind: 'now' } };
/** The upstream says that it is too busy. */
export const OVERLOAD: Verdict = { retry: true, cause: 'overload', sleep: { kind: 'count' } };

const NETWORK: Verdict = { retry: true, cause: 'network', sleep: { kind: 'count' } };
const PROTOCOL: Verdict = { retry: true, cause: 'protocol', sleep: { kind: 'count' } };

/** A reply that says something else than its status does. Each has a fixture. */
export interface KnownReply {
  readonly statuses: readonly number[];
  /** Matched against `code type message` of the error body. */
  readonly says: RegExp;
  readonly verdict: Verdict;
}

/** What a vendor's replies need besides the meaning of their status. */
export interface JudgeOptions {
  /** Looked through in order; the first that matches decides. */
  readonly known: readonly KnownReply[];
  /** A wait in milliseconds that stands in headers of the vendor's own. */
  readonly waitOf?: (headers: HeaderLookup) => number | undefined;
}

/** Judges replies by a vendor's known ones, and else by their status. */
export function createJudge({ known, waitOf }: JudgeOptions): (reply: Reply) => Verdict {
  return (reply) => {
    if ('fault' in reply) return judgeFault(reply.fault.kind);
    const error = readErrorBody(reply.body);
    const match = known.find(
      ({ statuses, says }) => statuses.includes(reply.status) && says.test(error.text),
    );
    if (match) return match.verdict;
    const { headers } = reply;
    const wait = retryAfter(headers) ?? waitOf?.(headers) ?? error.retryDelayMs;
    return judgeStatus(reply.status, wait);
  };
}

function judgeFault(kind: TransportFault['kind']): Verdict {
  switch (kind) {
    case 'aborted':
      return CALLER;
    case 'protocol':
      return PROTOCOL;
    case 'credentials':
      return AUTH;
    case 'connect':
    case 'timeout':
    case 'reset':
    case 'refused_address':
      return NETWORK;
  }
}

function judgeStatus(status: number, waitMs: number | undefined): Verdict {
  if (status === 401 || status === 403) return AUTH;
  if (status === 402) return QUOTA;
  if (status === 429) {
    const ms = Math.min(waitMs ?? RATE_PAUSE_MS, RATE_PAUSE_MS_MAX);
    return { retry: true, cause: 'rate', sleep: { kind: 'for', ms }, retryAfterMs: ms };
  }
  if (status === 408 || status === 409 || status === 498 || status >= 500) {
    return waitMs === undefined ? OVERLOAD : { ...OVERLOAD, retryAfterMs: waitMs };
  }
  // A success or redirect that was found to be no answer.
  return status < 400 ? PROTOCOL : CALLER;
}

/** The reply's own wait in milliseconds; dates are read against the reply's `Date`. */
function retryAfter(headers: HeaderLookup): number | undefined {
  const precise = Number(headers('retry-after-ms') ?? Number.NaN);
  if (precise >= 0) return precise;
  const text = headers('retry-after');
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (seconds >= 0) return Math.ceil(seconds * 1000);
  return untilMs(text, headers);
}

/** Milliseconds from the reply's `Date` to a moment that it names; undefined where that is past. */
export function untilMs(moment: string, headers: HeaderLookup): number | undefined {
  const wait = Date.parse(moment) - Date.parse(headers('date') ?? '');
  return wait >= 0 ? wait : undefined;
}
