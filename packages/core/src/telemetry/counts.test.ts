import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCounter, createHistogram } from './counts.ts';
import { createMetrics } from './metrics.ts';

test('a counter prints what was added for each set of labels', () => {
  const counter = createCounter({ name: 'asked_total', help: 'Asked.', labels: ['how', 'what'] });
  counter.add(['a', 'x']);
  counter.add(['a', 'x'], 2);
  counter.add(['b"\\\n', 'y'], 0.5);
  assert.equal(
    counter.text(),
    '# HELP asked_total Asked.\n# TYPE asked_total counter\n' +
      'asked_total{how="a",what="x"} 3\nasked_total{how="b\\"\\\\\\n",what="y"} 0.5\n',
  );
});

test('a counter without labels is there before anything is counted', () => {
  const counter = createCounter({ name: 'n_total', help: 'N.', labels: [] });
  assert.match(counter.text(), /^n_total 0$/m);
});

test('a histogram prints cumulative buckets, sum and count', () => {
  const histogram = createHistogram({ name: 's', help: 'S.', labels: ['of'] }, [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 3]) histogram.observe(['a'], seconds);
  assert.equal(
    histogram.text(),
    '# HELP s S.\n# TYPE s histogram\n' +
      's_bucket{of="a",le="0.1"} 2\ns_bucket{of="a",le="1"} 3\ns_bucket{of="a",le="+Inf"} 4\n' +
      's_sum{of="a"} 3.65\ns_count{of="a"} 4\n',
  );
});

test('the text of all metrics has gauges, the process and what was counted', async () => {
  const metrics = createMetrics();
  metrics.gauge('now', 'Now.', () => 7);
  metrics.counter('c_total', 'C.', []).add([]);
  metrics.histogram('h', 'H.', []).observe([], 0.2);
  const text = await metrics.text();
  for (const line of [/^now 7$/m, /^c_total 1$/m, /^h_count 1$/m, /^process_cpu_seconds_total /m]) {
    assert.match(text, line);
  }
});
