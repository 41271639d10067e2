import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadReport, Percentiles } from '../load.ts';
import type { Measurement } from '../measure.ts';
import type { ScenarioResult } from '../rounds.ts';
import { scenarios } from '../scenarios.ts';
import { toBudgetTable } from './budgets.ts';
import { type Findings, problems } from './document.ts';
import { type Table, toMarkdown } from './table.ts';
import { toTable } from './tables.ts';

const NO_TIMES: Percentiles = { count: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0, mean: 0 };

function load(over: Partial<LoadReport>): LoadReport {
  return {
    seconds: 1,
    started: 100,
    completed: 100,
    completedInWindow: 80,
    chunks: 0,
    chunksInWindow: 0,
    openMax: 10,
    connects: 10,
    reconnects: 0,
    cpuSeconds: 0.1,
    latencyUs: NO_TIMES,
    firstByteUs: NO_TIMES,
    chunkDelayUs: NO_TIMES,
    failures: { status: 0 },
    failedStatus: 0,
    sample: '',
    ...over,
  };
}

function measured(proxySeconds: number, over: Partial<LoadReport> = {}): Measurement {
  return {
    load: load(over),
    proxySeconds,
    companionSeconds: 0,
    loadSeconds: 1.5,
    foreignOnProxyCore: 0,
    foreignOnLoadCore: 0,
    residentBefore: 0,
    residentPeak: 0,
  };
}

function result(name: string, rounds: Record<string, readonly Measurement[]>): ScenarioResult {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  assert.ok(scenario);
  return { scenario, rate: 0, rounds: new Map(Object.entries(rounds)), audits: new Map() };
}

function cell(table: Table, row: string, column: string): string | undefined {
  const cells = table.rows.find(([name]) => name === row);
  return cells?.[table.columns.indexOf(column)];
}

test('per core compares the work for each second of CPU, round by round', () => {
  const table = toTable(
    result('A-closed', {
      'bare-node': [measured(0.5), measured(1.0), measured(0.5)],
      meridian: [measured(0.625), measured(1.25), measured(5)],
    }),
  );
  assert.equal(cell(table, 'meridian', '÷ bare-node per core (quartiles)'), '0.80 (0.45–0.80)');
  assert.equal(cell(table, 'meridian', 'CPU µs/request'), '12,500.0');
});

test('a target without a proxy has no cost', () => {
  const table = toTable(result('A-closed', { direct: [measured(0)], 'bare-node': [measured(1)] }));
  assert.equal(cell(table, 'direct', 'CPU µs/request'), '–');
  assert.equal(cell(table, 'direct', '÷ bare-node per core (quartiles)'), '–');
});

test('failures of all rounds are summed in the row', () => {
  const failed = measured(1, { failures: { status: 2, order: 1 } });
  const table = toTable(result('A-closed', { meridian: [failed, measured(1), failed] }));
  assert.equal(cell(table, 'meridian', 'errors'), '6');
});

test('a budget is met at its limit and missed beyond it', () => {
  const bare = [measured(0.7)];
  const verdict = (seconds: number): string | undefined => {
    const results = [result('A-closed', { 'bare-node': bare, meridian: [measured(seconds)] })];
    return toBudgetTable(results)?.rows[0]?.at(-1);
  };
  assert.equal(verdict(1.0), 'met');
  assert.equal(verdict(1.01), 'missed');
});

test('there are no budgets where the server was not measured', () => {
  assert.equal(toBudgetTable([result('A-closed', { 'bare-node': [measured(1)] })]), undefined);
});

test('wrong answers and wrong books make a run a failed one', () => {
  const wrong = measured(1, { failures: { usage: 3 } });
  const audits = new Map([
    ['meridian', { agrees: false, line: 'charged $1 for answers worth $2' }],
  ]);
  const results = [{ ...result('A-closed', { meridian: [wrong], nginx: [measured(1)] }), audits }];
  const findings = { results, soaks: [] } as unknown as Findings;
  assert.deepEqual(problems(findings), [
    'A-closed, meridian: 3 wrong or missing answers',
    'A-closed, meridian: charged $1 for answers worth $2',
  ]);
});

test('a table is valid Markdown, padded to its widest cells', () => {
  const table = { title: 'T', note: 'N.', columns: ['a', 'b'], rows: [['long name', '1']] };
  const lines = ['### T', '', 'N.', '', '| a         |   b |', '| --------- | --: |'];
  assert.equal(toMarkdown(table), [...lines, '| long name |   1 |', ''].join('\n'));
});
