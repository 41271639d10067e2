import type { Balance } from '@meridian/core/ledger';
import type { BookedCharge } from './books.ts';
import { costOf, type TokenPrice, usageOf } from './known-usage.ts';
import type { Exchange } from './traffic.ts';

/** An account as the test set it up. */
export interface Charged {
  readonly accountId: number;
  /** All its credit, base nanodollars. */
  readonly granted: bigint;
  readonly price: TokenPrice;
}

/** What is compared. */
export interface Evidence {
  readonly customers: readonly Charged[];
  readonly exchanges: readonly Exchange[];
  /** Numbers of the requests that arrived upstream. */
  readonly served: ReadonlySet<number>;
  readonly charges: readonly BookedCharge[];
  readonly balances: readonly Balance[];
}

/** How the books and what clients and upstream saw agree. */
export interface Judgement {
  /** Responses that a client received whole. */
  readonly responses: number;
  /** Those that were charged once with the right amount. */
  readonly matched: number;
  /** Charges of answers that did not get through to the client whole. */
  readonly undelivered: number;
  /** Requests that arrived upstream, and whose client waited in vain. */
  readonly lost: number;
  /** One line for each disagreement; empty when the books are right. */
  readonly problems: readonly string[];
}

/** Compares every charge and every balance with what was asked, served and received. */
export function judgeCharges(evidence: Evidence): Judgement {
  const { exchanges, charges } = evidence;
  const byId = new Map(exchanges.map((exchange) => [exchange.requestId, exchange]));
  const byUsage = new Map(exchanges.map((exchange) => [usageKey(exchange), exchange]));
  const charged = new Map<number, BookedCharge>();
  const problems: string[] = [];
  for (const charge of charges) {
    const exchange = byId.get(charge.id) ?? byUsage.get(`${charge.input}+${charge.output}`);
    if (!exchange) {
      problems.push(`charge ${charge.id} is of no request`);
      continue;
    }
    if (charged.has(exchange.number)) problems.push(`${name(exchange)} is charged twice`);
    charged.set(exchange.number, charge);
    problems.push(...disagreements(exchange, charge, evidence));
  }
  const whole = exchanges.filter(({ isWhole }) => isWhole);
  const missing = whole.filter(({ number }) => !charged.has(number));
  problems.push(...missing.map((exchange) => `${name(exchange)} was received whole, uncharged`));
  const refused = exchanges.filter(({ status }) => status !== null && status !== 200);
  problems.push(...refused.map((exchange) => `${name(exchange)} was answered ${exchange.status}`));
  problems.push(...evidence.customers.flatMap((customer) => imbalances(customer, evidence)));
  const matched = whole.length - missing.length;
  return {
    responses: whole.length,
    matched,
    undelivered: charged.size - matched,
    lost: exchanges.filter((exchange) => isLost(exchange, evidence)).length,
    problems,
  };
}

function disagreements(exchange: Exchange, charge: BookedCharge, evidence: Evidence): string[] {
  const problems: string[] = [];
  const { number, form, accountId, isWhole, requestId } = exchange;
  if (charge.accountId !== accountId) problems.push(`charged to account ${charge.accountId}`);
  if (!evidence.served.has(number)) problems.push('charged, but never arrived upstream');
  if (form === 'endless') problems.push('charged, though the server died before its end');
  if (isWhole && charge.id !== requestId) problems.push(`charged as ${charge.id}`);
  // What an abandoned stream costs is counted from the few words that were delivered.
  if (form !== 'abandoned') {
    const customer = evidence.customers.find((each) => each.accountId === accountId);
    const cost = customer && costOf(number, customer.price);
    if (charge.cost !== cost) problems.push(`costs ${charge.cost}, not ${cost}`);
  }
  return problems.map((problem) => `${name(exchange)}: ${problem}`);
}

function imbalances({ accountId, granted }: Charged, { charges, balances }: Evidence): string[] {
  const spent = charges
    .filter((charge) => charge.accountId === accountId)
    .reduce((sum, { cost }) => sum + cost, 0n);
  const settled = balances.find((balance) => balance.accountId === accountId)?.settled;
  if (settled === granted - spent) return [];
  return [`account ${accountId} has ${settled}, not ${granted} less ${spent}`];
}

function isLost({ number, form, isWhole }: Exchange, { served }: Evidence): boolean {
  return !isWhole && form !== 'abandoned' && served.has(number);
}

function usageKey({ number }: Exchange): string {
  const { prompt, completion } = usageOf(number);
  return `${prompt}+${completion}`;
}

function name({ number, form, requestId }: Exchange): string {
  return `request ${number} (${form}, ${requestId ?? 'no id'})`;
}
