import { Failure } from '../kernel/index.ts';
import { LIMIT_DIMENSIONS } from './limits.ts';
import type { Refusal, WindowSpec, WindowStanding, WindowUnit } from './windows/types.ts';

/** Seconds after which to try again when the counters cannot be asked. */
const UNAVAILABLE_RETRY_SECONDS = 1;

const HEADER_NAMES = (['requests', 'tokens'] as const).map((unit) => {
  const of = (what: string): string => `x-ratelimit-${what}-${unit}`;
  return [unit, { limit: of('limit'), remaining: of('remaining'), reset: of('reset') }] as const;
});

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** The same as a flat list of names and values, for the hot path. */
export function rateLimitHeaderList(standings: readonly WindowStanding[]): string[] {
  const list: string[] = [];
  for (const [unit, names] of HEADER_NAMES) {
    const tightest = tightestOf(standings, unit);
    if (!tightest) continue;
    list.push(names.limit, String(tightest.window.limit));
    list.push(names.remaining, String(remaining(tightest)));
    list.push(names.reset, String(Math.ceil(tightest.resetMs / 1000)));
  }
  return list;
}

/** The `x-ratelimit-*` headers of the tightest window of each unit; none where there is no limit. */
export function rateLimitHeaders(standings: readonly WindowStanding[]): Record<string, string> {
  const list = rateLimitHeaderList(standings);
  const headers: Record<string, string> = {};
  for (let i = 0; i < list.length; i += 2) headers[list[i] as string] = list[i + 1] as string;
  return headers;
}

function remaining({ window, used }: WindowStanding): number {
  return Math.max(0, window.limit - used);
}

function tightestOf(
  standings: readonly WindowStanding[],
  unit: WindowUnit,
): WindowStanding | undefined {
  let tightest: WindowStanding | undefined;
  for (const standing of standings) {
    if (standing.window.unit !== unit) continue;
    if (!tightest || remaining(standing) < remaining(tightest)) tightest = standing;
  }
  return tightest;
}

/** The failure that answers a refusal: which limit, whose, how much is used, when it fits again. */
export function rateLimitFailure(refusal: Refusal): Failure {
  const { standing, retryAfterMs } = refusal;
  if (!standing) {
    return new Failure('service_unavailable', {
      message: 'Rate limits cannot be checked right now. Please try again.',
      retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS,
    });
  }
  const { window, used } = standing;
  const limit = `${limitName(window)} limit of ${window.limit} ${ofWhat(window)}${ofScope(window)}`;
  const headers = rateLimitHeaders([standing]);
  if (retryAfterMs === undefined) {
    return new Failure('rate_limit_exceeded', {
      message: `This request alone exceeds the ${limit}. It cannot succeed unchanged.`,
      headers: { ...headers, 'x-should-retry': 'false' },
    });
  }
  const seconds = inSeconds(retryAfterMs);
  return new Failure('rate_limit_exceeded', {
    message: `Reached the ${limit}: ${used} used. Try again in ${seconds} s.`,
    retryAfterSeconds: seconds,
    headers,
  });
}

function ofWhat({ unit, span }: WindowSpec): string {
  return span === 'running' ? 'requests at once' : `${unit} per ${span}`;
}

/** The name of the limit that a window is of: RPM, TPD, CONCURRENCY … */
export function limitName(window: Pick<WindowSpec, 'unit' | 'span'>): string {
  const found = LIMIT_DIMENSIONS.find(
    ({ unit, span }) => unit === window.unit && span === window.span,
  );
  return (found?.name ?? '').toUpperCase();
}

function ofScope({ scope }: WindowSpec): string {
  switch (scope.kind) {
    case 'account':
      return ` of account ${scope.accountId}`;
    case 'model':
      return ` for the model ${scope.model} of account ${scope.accountId}`;
    case 'plan':
      return ' of your plan';
    case 'key':
      return ' of this key';
  }
}
