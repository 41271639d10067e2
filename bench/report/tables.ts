import { failureCount } from '../load.ts';
import type { Measurement } from '../measure.ts';
import type { ScenarioResult } from '../rounds.ts';
import { median, paired, quantile, quiet } from '../statistics.ts';
import {
  cpuPerUnit,
  databaseCpuPerRequest,
  disturbance,
  figure,
  mebibytes,
  perSecond,
  REFERENCE,
} from './figures.ts';
import type { Table } from './table.ts';

const KIB = 1024;

type Figure = (measurement: Measurement) => number;

interface Column {
  readonly heading: string;
  cell(rounds: readonly Measurement[], of: RoundsOf): string;
}

/** The median over the rounds. */
function own(heading: string, decimals: number, value: Figure): Column {
  return { heading, cell: (rounds) => figure(median(rounds.map(value)), decimals) };
}

type Compare = (mine: Measurement, other: Measurement) => number;
type RoundsOf = (name: string) => readonly Measurement[];

/** Against another target, compared inside each round. */
function against(heading: string, name: string, compare: Compare): Column {
  return {
    heading,
    cell: (rounds, of) => figure(median(paired(rounds, of(name), compare)), 2),
  };
}

/** The same with the quartiles, so that a reader sees how far to trust it. */
function againstWithQuartiles(heading: string, name: string, compare: Compare): Column {
  return {
    heading: `${heading} (quartiles)`,
    cell: (rounds, of) => {
      const ratios = paired(rounds, of(name), compare);
      if (!Number.isFinite(median(ratios))) return figure(Number.NaN);
      const quarters = [0.25, 0.75].map((share) => figure(quantile(ratios, share), 2));
      return `${figure(median(ratios), 2)} (${quarters.join('–')})`;
    },
  };
}

const errors: Column = {
  heading: 'errors',
  cell: (rounds) => figure(rounds.reduce((sum, { load }) => sum + failureCount(load), 0)),
};

const others = own('others %', 0, (m) => 100 * disturbance(m));
const databaseCpu = own('database µs/req', 1, databaseCpuPerRequest);
const milliseconds = (us: number): number => us / 1000;

function proxyOnly(value: Figure): Figure {
  return (m) => (m.proxySeconds === 0 ? Number.NaN : value(m));
}

const coreShare = own(
  'proxy core %',
  0,
  proxyOnly((m) => (100 * m.proxySeconds) / m.loadSeconds),
);

function closedColumns({ scenario }: ScenarioResult): readonly Column[] {
  const { unit } = scenario;
  const cost: Figure = (m) => cpuPerUnit(m, unit);
  const cheaper: Compare = (mine, other) => cost(other) / cost(mine);
  return [
    own(`${unit}s/s`, 0, (m) => perSecond(m, unit)),
    own(`CPU µs/${unit}`, 1, cost),
    againstWithQuartiles('÷ bare-node per core', REFERENCE, cheaper),
    {
      heading: 'quiet',
      cell: (rounds, of) => figure(quiet(of(REFERENCE).map(cost)) / quiet(rounds.map(cost)), 2),
    },
    against('÷ bare-node raw', REFERENCE, (mine, other) => {
      return perSecond(mine, unit) / perSecond(other, unit);
    }),
    against('÷ nginx per core', 'nginx', cheaper),
    databaseCpu,
    own('p50 ms', 2, (m) => milliseconds(m.load.latencyUs.p50)),
    own('p99 ms', 2, (m) => milliseconds(m.load.latencyUs.p99)),
    coreShare,
    others,
    own(
      'RSS MB',
      0,
      proxyOnly((m) => mebibytes(m.residentPeak)),
    ),
    errors,
  ];
}

function openColumns({ scenario }: ScenarioResult): readonly Column[] {
  const stream = scenario.unit === 'chunk';
  const timing: (m: Measurement) => Measurement['load']['latencyUs'] = (m) =>
    stream ? m.load.firstByteUs : m.load.latencyUs;
  const what = stream ? 'TTFB ' : '';
  const beyond =
    (value: Figure): Compare =>
    (mine, other) =>
      milliseconds(value(mine) - value(other));
  const chunkDelay = [
    own('chunk p50 ms', 2, (m) => milliseconds(m.load.chunkDelayUs.p50)),
    own('chunk p99 ms', 2, (m) => milliseconds(m.load.chunkDelayUs.p99)),
  ];
  return [
    own(`${what}p50 ms`, 2, (m) => milliseconds(timing(m).p50)),
    own('p90', 2, (m) => milliseconds(timing(m).p90)),
    own('p99', 2, (m) => milliseconds(timing(m).p99)),
    own('p99.9', 2, (m) => milliseconds(timing(m).p999)),
    against(
      'p50 − bare-node',
      REFERENCE,
      beyond((m) => timing(m).p50),
    ),
    against(
      'p99 − bare-node',
      REFERENCE,
      beyond((m) => timing(m).p99),
    ),
    ...(stream ? chunkDelay : []),
    own(`CPU µs/${scenario.unit}`, 1, (m) => cpuPerUnit(m, scenario.unit)),
    databaseCpu,
    coreShare,
    others,
    errors,
  ];
}

/** Kilobytes of memory that each open stream adds at the peak. */
export function kilobytesPerStream(m: Measurement): number {
  if (m.proxySeconds === 0) return Number.NaN;
  return (m.residentPeak - m.residentBefore) / m.load.openMax / KIB;
}

function heldColumns(): readonly Column[] {
  return [
    {
      heading: 'complete',
      cell: (rounds) => {
        const sum = (value: (m: Measurement) => number): number =>
          rounds.reduce((total, m) => total + value(m), 0);
        return `${figure(sum((m) => m.load.completed))}/${figure(sum((m) => m.load.started))}`;
      },
    },
    own('open at once', 0, (m) => m.load.openMax),
    own(
      'RSS before MB',
      0,
      proxyOnly((m) => mebibytes(m.residentBefore)),
    ),
    own(
      'RSS peak MB',
      0,
      proxyOnly((m) => mebibytes(m.residentPeak)),
    ),
    own('KB per stream', 1, kilobytesPerStream),
    own('TTFB p50 ms', 2, (m) => milliseconds(m.load.firstByteUs.p50)),
    own('p99', 2, (m) => milliseconds(m.load.firstByteUs.p99)),
    own('chunk p50 ms', 2, (m) => milliseconds(m.load.chunkDelayUs.p50)),
    own('p99', 2, (m) => milliseconds(m.load.chunkDelayUs.p99)),
    others,
    errors,
  ];
}

function columnsOf(result: ScenarioResult): readonly Column[] {
  switch (result.scenario.kind) {
    case 'closed':
      return closedColumns(result);
    case 'open':
      return openColumns(result);
    case 'held':
      return heldColumns();
  }
}

function noteOf({ scenario, rate, rounds }: ScenarioResult): string {
  const count = Math.max(...[...rounds.values()].map((list) => list.length));
  const over = `Median of ${count} ${count === 1 ? 'round' : 'rounds'}.`;
  switch (scenario.kind) {
    case 'closed':
      return over;
    case 'open': {
      const what = scenario.unit === 'chunk' ? 'streams' : 'requests';
      return `${figure(rate)} ${what} per second for every target. ${over}`;
    }
    case 'held':
      return `Each stream has ${scenario.behaviour.chunks} chunks, one per second. ${over}`;
  }
}

/** The table of one scenario: a row for each target, comparisons made inside each round. */
export function toTable(result: ScenarioResult): Table {
  const columns = columnsOf(result);
  const of: RoundsOf = (name) => result.rounds.get(name) ?? [];
  return {
    title: result.scenario.title,
    note: noteOf(result),
    columns: ['target', ...columns.map(({ heading }) => heading)],
    rows: [...result.rounds].map(([name, rounds]) => [
      name,
      ...columns.map(({ cell }) => cell(rounds, of)),
    ]),
  };
}
