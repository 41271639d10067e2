import { failureCount } from '../load.ts';
import type { BenchOptions } from '../options.ts';
import { describePostgres } from '../postgres.ts';
import type { ScenarioResult } from '../rounds.ts';
import type { SoakResult } from '../soak.ts';
import type { Audit, Target } from '../targets/target.ts';
import { toBudgetTable } from './budgets.ts';
import { toMarkdown } from './table.ts';
import { toTable } from './tables.ts';

/** What a run of the bench found. */
export interface Findings {
  readonly date: string;
  readonly options: BenchOptions;
  readonly machine: readonly (readonly [string, string])[];
  readonly targets: readonly Target[];
  /** Targets that could not run, each with the reason. */
  readonly notRun: ReadonlyMap<string, string>;
  readonly results: readonly ScenarioResult[];
  readonly soaks: readonly SoakResult[];
}

function auditLines(results: readonly ScenarioResult[]): string[] {
  const lines = results.flatMap(({ scenario, audits }) =>
    [...audits].map(([name, { agrees, line }]) => {
      return `- ${scenario.name}, ${name}: ${agrees ? 'right' : 'WRONG'}, ${line}`;
    }),
  );
  if (lines.length === 0) return [];
  return [
    '### Books',
    '',
    'After each scenario the accounts were compared with the answers.',
    '',
    ...lines,
    '',
  ];
}

/** What makes a run a failed one: wrong answers and wrong books, one line each. */
export function problems({ results, soaks }: Findings): readonly string[] {
  const found: string[] = [];
  const check = (what: string, failures: number, audit: Audit | undefined): void => {
    if (failures > 0) found.push(`${what}: ${failures} wrong or missing answers`);
    if (audit?.agrees === false) found.push(`${what}: ${audit.line}`);
  };
  for (const { scenario, rounds, audits } of results) {
    for (const [name, measurements] of rounds) {
      const failures = measurements.reduce((sum, { load }) => sum + failureCount(load), 0);
      check(`${scenario.name}, ${name}`, failures, audits.get(name));
    }
  }
  for (const { table, failures, audit } of soaks) check(table.title, failures, audit);
  return found;
}

/** The tables of a run, for standard output and for the document alike. */
export function toTablesText(findings: Findings): string {
  const budgets = toBudgetTable(findings.results);
  const tables = [
    ...(budgets === undefined ? [] : [budgets]),
    ...findings.results.map(toTable),
    ...findings.soaks.map(({ table }) => table),
  ];
  const notRun = [...findings.notRun].map(([name, why]) => `Not run: ${name} (${why}).`);
  const lines = [...tables.map(toMarkdown), ...auditLines(findings.results), ...notRun];
  return `${lines.join('\n').trimEnd()}\n`;
}

function method({ options }: Findings): string {
  return `- A fake upstream and a load generator, both in C, share core ${options.loadCore} with the database. The proxies
  have core ${options.proxyCore} for themselves and take turns: ${options.rounds} rounds of ${options.seconds} s for each scenario, in another
  order each round. A measurement in which other programs took more than a tenth of a core is
  repeated up to ${options.repeats} times; the quietest try counts ("others %" tells what was left).
- Every answer is checked: status, body, the number and order of the chunks, the usage, \`[DONE]\`.
  Whatever is wrong or missing is an error.
- Closed loops ask what a target can do at most: the next request leaves when an answer is complete.
- Open loops ask how long an answer takes: requests arrive at random at a fixed rate, half of what
  the slowest proxy can take, and the clock starts when a request was due, even if it had to wait.
- TTFB is the time to the first content of a stream. Chunk times are one-way, from the upstream's
  hand to the client's.`;
}

const HOW_TO_READ = `- **Per core** is work per second of CPU that the proxy's process used. It is the figure to compare:
  on a shared machine the raw rate also tells how much of the core others took.
- Ratios and differences are taken inside a round and then the median over the rounds, because the
  speed of the machine drifts. Below 10 % a difference is not a result.
- **Quiet** compares the cheapest fifth of each target's measurements: noise only ever makes work
  dearer, so these are the least disturbed. They are not paired.
- The database's CPU is not in the proxy's figures; it has its own column.
- The upstream is on loopback, without TLS. Latencies are what the proxy adds, not what users see.`;

/** The whole document. It holds figures of this run only. */
export function toDocument(findings: Findings): string {
  const facts = [...findings.machine, ['PostgreSQL', describePostgres()] as const];
  const rows = findings.targets.map(({ name, about }) => `- **${name}**: ${about}.`);
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${findings.date}. Run it on your machine: the ratios travel, the
absolute figures do not.

## Machine

${facts.map(([name, value]) => `- ${name}: ${value}`).join('\n')}

## Method

${method(findings)}

Targets:

${rows.join('\n')}

## Figures

${toTablesText(findings)}
## How to read it

${HOW_TO_READ}
`;
}
