import { failureCount } from '../load.ts';
import type { Measurement } from '../measure.ts';
import type { ScenarioResult } from '../rounds.ts';
import { median, paired } from '../statistics.ts';
import {
  DEPTH_4,
  figure,
  ON_REDIS,
  PRODUCT,
  perCoreSecond,
  perSecond,
  REFERENCE,
  TRANSLATED,
  WORKERS_2,
} from './figures.ts';
import type { Table } from './table.ts';
import { kilobytesPerStream } from './tables.ts';

/** A figure that the product has to reach. */
interface Budget {
  readonly what: string;
  readonly scenario: string;
  readonly limit: number;
  readonly atLeast: boolean;
  readonly decimals: number;
  /** What is compared with what, where it is not the product with bare Node. */
  readonly targets?: readonly [measured: string, reference: string];
  value(product: readonly Measurement[], reference: readonly Measurement[]): number;
}

function perCoreRatio(unit: 'request' | 'chunk'): Budget['value'] {
  return (product, reference) =>
    median(
      paired(
        product,
        reference,
        (mine, other) => perCoreSecond(mine, unit) / perCoreSecond(other, unit),
      ),
    );
}

/** Requests per second of the one ÷ those of the other, round by round. */
const throughputRatio: Budget['value'] = (product, reference) =>
  median(
    paired(
      product,
      reference,
      (mine, other) => perSecond(mine, 'request') / perSecond(other, 'request'),
    ),
  );

function ttfbBeyondMs(percentile: 'p50' | 'p99'): Budget['value'] {
  return (product, reference) =>
    median(
      paired(
        product,
        reference,
        (mine, other) =>
          (mine.load.firstByteUs[percentile] - other.load.firstByteUs[percentile]) / 1000,
      ),
    );
}

const budgets: readonly Budget[] = [
  {
    what: 'small JSON, per core ÷ bare-node',
    scenario: 'A-closed',
    limit: 0.7,
    atLeast: true,
    decimals: 2,
    value: perCoreRatio('request'),
  },
  {
    what: 'limits at depth 4 on Redis ÷ in memory, throughput',
    scenario: 'A-closed',
    limit: 0.85,
    atLeast: true,
    decimals: 2,
    targets: [ON_REDIS, DEPTH_4],
    value: throughputRatio,
  },
  {
    what: 'two workers ÷ one, small JSON per second of CPU',
    scenario: 'A-closed',
    limit: 0.85,
    atLeast: true,
    decimals: 2,
    targets: [WORKERS_2, PRODUCT],
    value: perCoreRatio('request'),
  },
  {
    what: 'small JSON at half load, p50 in ms',
    scenario: 'A-open',
    limit: 3,
    atLeast: false,
    decimals: 2,
    value: (product) => median(product.map(({ load }) => load.latencyUs.p50 / 1000)),
  },
  {
    what: 'streamed chunks, per core ÷ bare-node',
    scenario: 'B-closed',
    limit: 0.85,
    atLeast: true,
    decimals: 2,
    value: perCoreRatio('chunk'),
  },
  {
    what: 'translated chunks, per core ÷ passed through',
    scenario: 'B-closed',
    limit: 0.6,
    atLeast: true,
    decimals: 2,
    targets: [TRANSLATED, PRODUCT],
    value: perCoreRatio('chunk'),
  },
  {
    what: 'first byte of a stream at half load, p50 in ms beyond bare-node',
    scenario: 'B-open',
    limit: 0.3,
    atLeast: false,
    decimals: 2,
    value: ttfbBeyondMs('p50'),
  },
  {
    what: 'first byte of a stream at half load, p99 in ms beyond bare-node',
    scenario: 'B-open',
    limit: 5,
    atLeast: false,
    decimals: 2,
    value: ttfbBeyondMs('p99'),
  },
  {
    what: '16 KB prompts, per core ÷ bare-node',
    scenario: 'C-closed',
    limit: 0.55,
    atLeast: true,
    decimals: 2,
    value: perCoreRatio('request'),
  },
  {
    what: 'memory per open stream at 5,000, KB',
    scenario: 'D-5000',
    limit: 45,
    atLeast: false,
    decimals: 1,
    value: (product) => median(product.map(kilobytesPerStream)),
  },
  {
    what: 'wrong or incomplete answers at 5,000 open streams',
    scenario: 'D-5000',
    limit: 0,
    atLeast: false,
    decimals: 0,
    value: (product) => product.reduce((sum, { load }) => sum + failureCount(load), 0),
  },
];

function toRow(budget: Budget, result: ScenarioResult): readonly string[] | undefined {
  const [measured, reference] = budget.targets ?? [PRODUCT, REFERENCE];
  const product = result.rounds.get(measured);
  if (product === undefined || product.length === 0) return undefined;
  const value = budget.value(product, result.rounds.get(reference) ?? []);
  if (!Number.isFinite(value)) return undefined;
  const met = budget.atLeast ? value >= budget.limit : value <= budget.limit;
  const limit = `${budget.atLeast ? '≥' : '≤'} ${figure(budget.limit, budget.decimals)}`;
  return [budget.what, figure(value, budget.decimals), limit, met ? 'met' : 'missed'];
}

/** The product's figures against its budgets; nothing when it was not measured. */
export function toBudgetTable(results: readonly ScenarioResult[]): Table | undefined {
  const rows = budgets.flatMap((budget) => {
    const result = results.find(({ scenario }) => scenario.name === budget.scenario);
    const row = result === undefined ? undefined : toRow(budget, result);
    return row === undefined ? [] : [row];
  });
  if (rows.length === 0) return undefined;
  return {
    title: 'Budgets',
    note: 'What the server has to reach, and what it reached in this run.',
    columns: ['figure', 'measured', 'budget', ''],
    rows,
  };
}
