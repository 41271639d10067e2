import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeMetrics } from './merge-metrics.ts';

test('each sample names its worker, each family stands once', () => {
  const text = (count: number): string =>
    [
      '# HELP a_total What is counted.',
      '# TYPE a_total counter',
      `a_total{surface="chat, with {braces}"} ${count}`,
      '# HELP b One figure.',
      '# TYPE b gauge',
      `b ${count}`,
      '',
    ].join('\n');
  const merged = mergeMetrics([
    { worker: 1, text: text(3) },
    { worker: 2, text: text(5) },
  ]);
  assert.equal(
    merged,
    [
      '# HELP a_total What is counted.',
      '# TYPE a_total counter',
      'a_total{surface="chat, with {braces}",worker="1"} 3',
      'a_total{surface="chat, with {braces}",worker="2"} 5',
      '# HELP b One figure.',
      '# TYPE b gauge',
      'b{worker="1"} 3',
      'b{worker="2"} 5',
      '',
    ].join('\n'),
  );
});

test('a worker that told nothing is missing', () => {
  assert.equal(mergeMetrics([{ worker: 1, text: '' }]), '\n');
});
