import type { BookedRecord } from './records.ts';
import type { Exchange } from './traffic.ts';
import type { UpstreamEntry } from './upstreams.ts';

/** When a node was killed; milliseconds since 1970. */
export interface Kill {
  readonly node: number;
  readonly at: number;
}

/** How the requests of accounts without a limit ended. */
export interface ServiceVerdict {
  readonly sent: number;
  readonly answered: number;
  /** On a node that was killed meanwhile. */
  readonly inFlight: number;
  /** Cut by the upstream after the first content had left. */
  readonly cut: number;
  /** Everything else that was not answered whole. */
  readonly failed: readonly Exchange[];
  /** Of what a healthy key could serve, the part that was answered whole; 0 to 1. */
  readonly success: number;
}

export function judgeService(
  exchanges: readonly Exchange[],
  entries: readonly UpstreamEntry[],
  kills: readonly Kill[],
): ServiceVerdict {
  const cutAfter = new Set(
    entries.filter(({ deed }) => deed === 'cut_after').map(({ number }) => number),
  );
  let answered = 0;
  let inFlight = 0;
  let cut = 0;
  const failed: Exchange[] = [];
  for (const exchange of exchanges) {
    if (exchange.isWhole) answered++;
    else if (wasKilled(exchange, kills)) inFlight++;
    else if (exchange.hasContent && cutAfter.has(exchange.number)) cut++;
    else failed.push(exchange);
  }
  const eligible = answered + failed.length;
  const success = eligible === 0 ? 0 : answered / eligible;
  return { sent: exchanges.length, answered, inFlight, cut, failed, success };
}

/** Nobody answered it any more: its node died under it. */
function wasKilled({ node, startedAt, endedAt }: Exchange, kills: readonly Kill[]): boolean {
  return kills.some((kill) => kill.node === node && startedAt <= kill.at && endedAt >= kill.at);
}

/** One limit, and how closely it was kept. */
export interface LimitVerdict {
  readonly name: string;
  readonly limit: number;
  /** The most that any of its windows held. */
  readonly most: number;
  readonly refused: number;
}

/** A limit on what the records of an account say, in a window of time. */
export interface WatchedLimit {
  readonly name: string;
  readonly accountId: number;
  readonly limit: number;
  /** Undefined: all of the run is one window. */
  readonly windowMs: number | undefined;
  readonly amountOf: (record: BookedRecord) => number;
}

/** The most that a window of the account's records holds, wherever it begins. */
export function judgeLimit(
  { name, accountId, limit, windowMs, amountOf }: WatchedLimit,
  records: readonly BookedRecord[],
  exchanges: readonly Exchange[],
): LimitVerdict {
  const own = records
    .filter((record) => record.accountId === accountId)
    .toSorted((a, b) => a.startedAt - b.startedAt);
  let first = 0;
  let held = 0;
  let most = 0;
  for (const record of own) {
    held += amountOf(record);
    while (windowMs !== undefined && record.startedAt - (own[first]?.startedAt ?? 0) >= windowMs) {
      held -= amountOf(own[first++] as BookedRecord);
    }
    most = Math.max(most, held);
  }
  const refused = exchanges.filter(
    (exchange) => exchange.accountId === accountId && [402, 429].includes(exchange.status ?? 0),
  );
  return { name, limit, most, refused: refused.length };
}

/** Refusals that do not say when to come back, though they have to. */
export function withoutRetryAfter(exchanges: readonly Exchange[]): readonly Exchange[] {
  return exchanges.filter(
    ({ status, retryAfter }) =>
      (status === 429 || status === 503) && !/^[1-9]\d*$/.test(retryAfter ?? ''),
  );
}
