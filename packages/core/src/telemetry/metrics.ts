import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import {
  createCounter,
  createHistogram,
  type LabelledCounter,
  type LabelledHistogram,
  type Printable,
} from './counts.ts';

const LATENCY_BUCKETS_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The metrics of one process. Labels take few values: never an account, a key or a request. */
export interface Metrics {
  counter(name: string, help: string, labels: readonly string[]): LabelledCounter;
  histogram(
    name: string,
    help: string,
    labels: readonly string[],
    /** Upper bounds in seconds; by default those of whole requests. */
    bucketsSeconds?: readonly number[],
  ): LabelledHistogram;
  /** A value that is read when metrics are asked for. */
  gauge(name: string, help: string, read: () => number): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const own: Printable[] = [];
  collectDefaultMetrics({ register: registry });
  return {
    counter(name, help, labels) {
      const counter = createCounter({ name, help, labels });
      own.push(counter);
      return counter;
    },
    histogram(name, help, labels, bucketsSeconds = LATENCY_BUCKETS_SECONDS) {
      const histogram = createHistogram({ name, help, labels }, bucketsSeconds);
      own.push(histogram);
      return histogram;
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    async text() {
      const others = await registry.metrics();
      return others + own.map((metric) => metric.text()).join('');
    },
  };
}
