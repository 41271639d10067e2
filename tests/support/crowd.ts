import assert from 'node:assert/strict';
import {
  chatCompletion,
  createApiClient,
  type Gate,
  jsonReply,
  type ServerProcess,
  WORLD_MODEL,
  type World,
  type WorldAccount,
  world,
} from '@meridian/testkit';
import { type Books, openBooks } from './books.ts';

/** What the tests of overspending sell: answers of so many tokens, whose input is free. */
export const PRICE = { input: 0, output: 2_000 };
export const TOKENS = 10;
/** One answer, in base nanodollars and in dollars: $0.02. */
export const COST = 20_000_000n;
export const COST_DOLLARS = 0.02;

/** Requests that are sent at once, and how many of them the balance covers. */
export const CROWD = 500;
export const COVERED = 100;

/** How many requests ended how: by status, with the code where it is an error. */
export type Outcomes = Readonly<Record<string, number>>;

/** What a crowd is told when the balance covers `COVERED` of them. */
export const EXACTLY_COVERED: Outcomes = {
  200: COVERED,
  '402 insufficient_balance': CROWD - COVERED,
};

const BODY = {
  model: WORLD_MODEL,
  messages: [{ role: 'user', content: 'x' }],
  max_tokens: TOKENS,
};
/** A node that cannot tell yet says so; clients ask again so often. */
const REPEATS_MAX = 5;

/** Nodes that share a database, and its books. */
export interface Scene extends AsyncDisposable {
  readonly here: World;
  readonly books: Books;
  readonly nodes: readonly ServerProcess[];
  readonly urls: readonly string[];
}

/** Lets accounts spend their last nanodollar; to be called before any of them has called. */
export async function allowEmptyBalances({ database }: Books): Promise<void> {
  await database.query(
    `insert into owner_settings (owner_id, name, value) values (1, 'USER_API_BALANCE', '0')`,
  );
}

/** Starts the nodes; their accounts may spend the last nanodollar. */
export async function stage(nodeCount: number): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const here = stack.use(await world({ price: PRICE }));
  const books = stack.use(await openBooks(here.database));
  await allowEmptyBalances(books);
  const nodes = [here.server];
  while (nodes.length < nodeCount) nodes.push(await here.addNode());
  const owned = stack.move();
  const dispose = (): Promise<void> => owned.disposeAsync();
  return { here, books, nodes, urls: nodes.map(({ url }) => url), [Symbol.asyncDispose]: dispose };
}

/** Sends one request and says how it ended; repeats what is answered 503. */
export async function sendOne(url: string, key: string): Promise<string> {
  const api = createApiClient(() => url, key);
  for (let sent = 1; ; sent++) {
    const answer = await api.request('POST', '/v1/chat/completions', { body: BODY });
    if (answer.status === 200) return '200';
    const { code } = answer.json<{ error: { code: string } }>().error;
    if (answer.status !== 503 || sent === REPEATS_MAX) return `${answer.status} ${code}`;
  }
}

/** Sends requests of the accounts to the nodes in turn, all at once. */
export async function sendCrowd(
  urls: readonly string[],
  accounts: readonly WorldAccount[],
  size: number = CROWD,
): Promise<Outcomes> {
  const ends = await Promise.all(
    Array.from({ length: size }, (_, i) => {
      const account = accounts[Math.floor(i / urls.length) % accounts.length]!;
      return sendOne(urls[i % urls.length]!, account.api.key);
    }),
  );
  const outcomes: Record<string, number> = {};
  for (const end of ends) outcomes[end] = (outcomes[end] ?? 0) + 1;
  return outcomes;
}

/** Looks again and again while the work runs, and once after it. */
async function watch<T>(work: Promise<T>, look: () => Promise<void>): Promise<T> {
  let isRunning = true;
  const end = (): void => {
    isRunning = false;
  };
  work.then(end, end);
  while (isRunning) await look();
  const result = await work;
  await look();
  return result;
}

/** At no moment while the work runs is the balance negative. */
export function neverNegative<T>(
  { books }: Scene,
  { id }: WorldAccount,
  work: Promise<T>,
): Promise<T> {
  return watch(work, async () => {
    const { settled, overdraft } = await books.balance(id);
    assert.ok(settled >= 0n, `${settled}`);
    assert.equal(overdraft, 0n);
  });
}

/** At no moment while the work runs have all charges together come to more than the limit. */
export function neverAbove<T>({ books }: Scene, limit: bigint, work: Promise<T>): Promise<T> {
  return watch(work, async () => {
    const spent = (await books.charges()).reduce((sum, { cost }) => sum + cost, 0n);
    assert.ok(spent <= limit, `${spent}`);
  });
}

/** Whole answers of `tokens` tokens, however few were asked for. */
export function answerMore({ upstream }: World, tokens: number, gate: Gate): void {
  upstream.handle(() =>
    jsonReply(chatCompletion({ completionTokens: tokens }), { headersGate: gate }),
  );
}
