import { usageOf } from '../../tests/support/known-usage.ts';
import type { BookedRecord, BooksAtEnd } from './records.ts';
import { type SiteAccount, TOKEN_PRICE } from './site.ts';
import type { Exchange } from './traffic.ts';
import { sentWords, type UpstreamEntry } from './upstreams.ts';

/** What bills are compared with. */
export interface BillEvidence {
  readonly books: BooksAtEnd;
  readonly exchanges: readonly Exchange[];
  readonly entries: readonly UpstreamEntry[];
  readonly accounts: readonly SiteAccount[];
  /** Ids of the provider keys, in the order of the upstreams. */
  readonly keyIds: readonly number[];
  /** Tokens of a text, as an answer without a reported usage is counted. */
  readonly countTokens: (text: string) => Promise<number>;
}

/** How the books agree with what clients and upstreams saw. */
export interface BillVerdict {
  readonly records: number;
  /** Of them, answers that were cut: charged as delivered. */
  readonly cut: number;
  /** Charges of answers that did not get through to their client whole. */
  readonly undelivered: number;
  /** One line for each disagreement; empty when every bill is right. */
  readonly wrong: readonly string[];
}

const NANODOLLARS_PER_DOLLAR = 1_000_000_000n;

/** Derives every record and every balance anew from the log of the upstreams. */
export async function judgeBills(evidence: BillEvidence): Promise<BillVerdict> {
  const { books, exchanges, entries } = evidence;
  const wrong = books.discrepancies.map((found) => `the ledger: ${JSON.stringify(found)}`);
  const byId = new Map(exchanges.map((exchange) => [exchange.requestId, exchange]));
  const byNumber = new Map(exchanges.map((exchange) => [exchange.number, exchange]));
  const served = Map.groupBy(entries, ({ number }) => number);
  const byUsage = new Map(
    [...served.keys()].map((number) => [usageKey(usageOf(number)), number] as const),
  );
  const charged = new Set<number>();
  let cut = 0;
  for (const record of books.records) {
    const number = byId.get(record.id)?.number ?? byUsage.get(usageKey(readUsage(record)));
    const exchange = number === undefined ? undefined : byNumber.get(number);
    if (!exchange) {
      wrong.push(`${record.id} is of no request`);
      continue;
    }
    if (charged.has(exchange.number)) wrong.push(`request ${exchange.number} is charged twice`);
    charged.add(exchange.number);
    if (record.outcome === 'cut') cut++;
    const said = await disagreements(record, exchange, served.get(exchange.number) ?? [], evidence);
    wrong.push(...said.map((text) => `request ${exchange.number} (${record.id}): ${text}`));
  }
  const free = exchanges.filter(({ isWhole, number }) => isWhole && !charged.has(number));
  wrong.push(...free.map(({ number }) => `request ${number} was answered whole, uncharged`));
  wrong.push(...imbalances(evidence));
  const whole = exchanges.filter(({ isWhole }) => isWhole).length;
  const undelivered = charged.size - (whole - free.length);
  return { records: books.records.length, cut, undelivered, wrong };
}

async function disagreements(
  record: BookedRecord,
  exchange: Exchange,
  entries: readonly UpstreamEntry[],
  { keyIds, countTokens }: BillEvidence,
): Promise<string[]> {
  const problems: string[] = [];
  const entry = entries.find(
    ({ upstream, deed }) =>
      keyIds[upstream] === record.providerKeyId && (deed === 'answered' || deed === 'cut_after'),
  );
  if (!entry) return [`charged to key ${record.providerKeyId}, which never answered it`];
  if (record.accountId !== exchange.accountId) problems.push(`of account ${record.accountId}`);
  // A connection that breaks before the request is through leaves nothing in a log.
  if (record.attempts < entries.length) {
    problems.push(`${record.attempts} attempts, but ${entries.length} arrived`);
  }
  if (entry.deed === 'cut_after') {
    const output = await countTokens(sentWords(entry));
    if (record.outcome !== 'cut') problems.push(`cut, but recorded as ${record.outcome}`);
    if (record.output !== output) problems.push(`output ${record.output}, but ${output} sent`);
  } else if (record.outcome === 'complete') {
    const { prompt, completion } = usageOf(exchange.number);
    if (record.input !== prompt || record.output !== completion) {
      problems.push(`${usageKey(readUsage(record))}, not ${prompt}+${completion}`);
    }
  } else {
    problems.push(`answered, but recorded as ${record.outcome}`);
  }
  const { input, output } = TOKEN_PRICE;
  const cost = input * BigInt(record.input) + output * BigInt(record.output);
  if (record.cost !== cost) problems.push(`costs ${record.cost}, not ${cost}`);
  return problems;
}

function imbalances({ books, accounts }: BillEvidence): string[] {
  return accounts.flatMap(({ id, name, credit }) => {
    const spent = books.records
      .filter(({ accountId }) => accountId === id)
      .reduce((sum, { cost }) => sum + cost, 0n);
    const expected = BigInt(credit) * NANODOLLARS_PER_DOLLAR - spent;
    const settled = books.balances.get(id)?.settled;
    return settled === expected ? [] : [`${name} has ${settled}, not ${expected}`];
  });
}

interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
}

function readUsage({ input, output }: BookedRecord): TokenCounts {
  return { prompt: input, completion: output };
}

function usageKey({ prompt, completion }: TokenCounts): string {
  return `${prompt}+${completion}`;
}
