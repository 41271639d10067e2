// The bench of lists, bills and usage: npm run bench:reports -- --database-url … on a seeded database.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApiClient, createApiClient, startServer } from '@meridian/testkit';
import { quantile } from './statistics.ts';

/** What an answer may take at the 95th percentile, in milliseconds. */
const LIMIT_MS = 300;
const WARM_UP = 3;
const TIMES = 20;

/** Paths by what they ask, each time with another account. */
type Question = readonly [name: string, path: (turn: number) => string];

interface Seen {
  readonly accounts: readonly {
    readonly ID: number;
    readonly DNA: string;
    readonly Name: string;
  }[];
  readonly records: readonly { readonly id: string }[];
}

async function look(root: ApiClient): Promise<Seen> {
  const accounts = await root.call<Seen['accounts']>('GET', '/x-dna?size=500');
  const { data } = await root.call<{ data: Seen['records'] }>('GET', '/x-usage?limit=100');
  return { accounts, records: data };
}

function questions({ accounts, records }: Seen): readonly Question[] {
  const account = (turn: number) =>
    accounts[(turn * 37) % accounts.length] ?? { ID: 1, DNA: '.1.' };
  const record = (turn: number) => records[turn % records.length]?.id ?? '';
  return [
    ['children, 100', (n) => `/x-users?size=100&page=${1 + (n % 5)}`],
    ['descendants, 100', (n) => `/x-dna?size=100&page=${1 + n}`],
    ['descendants, 1000', (n) => `/x-dna?size=1000&page=${1 + (n % 9)}`],
    ['one account', (n) => `/x-dna/${account(n).ID}`],
    ['filter by level', () => '/x-dna/L0?size=100'],
    ['bill of the month, everybody', () => '/x-bill?size=100'],
    ['bill of the year, everybody', () => '/x-bill?days=365&size=100'],
    ['bill of the year, a subtree', (n) => `/x-bill?days=365&user=${account(n).DNA}`],
    ['bill of the year, one account', (n) => `/x-bill?days=365&user=${account(n).ID}`],
    ['own bill', () => '/dashboard/bill?days=365'],
    ['usage, newest 100', () => '/x-usage?limit=100'],
    ['usage of a subtree', (n) => `/x-usage?limit=100&user=${account(n).DNA}`],
    ['usage of one account', (n) => `/x-usage?limit=100&user=${account(n).ID}`],
    ['usage of a model', () => '/x-usage?limit=100&model=gpt-4o'],
    ['one charge, explained', (n) => `/x-usage/${record(n)}`],
    ['margin of the year by day', () => '/x-margin?days=365&by=day'],
    ['margin of the year by account', () => '/x-margin?days=365&by=account'],
    ['operation log', () => '/dashboard/logs?size=100'],
  ];
}

async function measure(root: ApiClient, [, path]: Question): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < WARM_UP + TIMES; turn++) {
    const began = performance.now();
    const { status, text } = await root.request('GET', path(turn));
    if (status !== 200) throw new Error(`${path(turn)}: ${status} ${text.slice(0, 200)}`);
    if (turn >= WARM_UP) times.push(performance.now() - began);
  }
  return times;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string', default: process.env.MERIDIAN_DATABASE_URL ?? '' },
      'root-key': { type: 'string', default: process.env.MERIDIAN_ROOT_KEY ?? '' },
    },
  });
  const { 'database-url': url, 'root-key': rootKey } = values;
  if (url === '' || rootKey === '') throw new Error('--database-url and --root-key are needed.');
  const folder = await mkdtemp(join(tmpdir(), 'meridian-bench-reports-'));
  const kept = async (): Promise<void> => undefined;
  const database = { kind: 'postgres', url, folder, [Symbol.asyncDispose]: kept } as const;
  try {
    await using server = await startServer({ database });
    const root = createApiClient(() => server.url, rootKey);
    let isWithin = true;
    process.stdout.write(
      `${'ms'.padStart(42)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'max'.padStart(8)}\n`,
    );
    for (const question of questions(await look(root))) {
      const times = await measure(root, question);
      const figures = [0.5, 0.95, 1].map((share) => quantile(times, share));
      isWithin &&= (figures[1] ?? 0) <= LIMIT_MS;
      const columns = figures.map((each) => each.toFixed(1).padStart(8)).join('');
      process.stdout.write(`${question[0].padStart(42)}${columns}\n`);
    }
    return isWithin;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  if (!(await main())) {
    process.stdout.write(`Above ${LIMIT_MS} ms at the 95th percentile.\n`);
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
