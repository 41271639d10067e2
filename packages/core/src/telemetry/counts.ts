/**
 * Counters and histograms of the hot path with their Prometheus text. Ours because adding to
 * prom-client's takes longer than the rest of the accounting of a request in memory.
 */

/** A counter whose children are found by their labels. */
export interface LabelledCounter {
  add(labels: readonly string[], amount?: number): void;
}

/** Observations in seconds by labels. */
export interface LabelledHistogram {
  observe(labels: readonly string[], seconds: number): void;
}

/** What a metric is called and told by. */
export interface MetricName {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Something that can be printed for Prometheus. */
export interface Printable {
  text(): string;
}

function childOf<T>(children: Map<string, T>, labels: readonly string[], create: () => T): T {
  const id = labels.length === 1 ? (labels[0] ?? '') : labels.join('\n');
  const known = children.get(id);
  if (known !== undefined) return known;
  const child = create();
  children.set(id, child);
  return child;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function labelText(names: readonly string[], values: readonly string[], more = ''): string {
  const pairs = names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`);
  if (more !== '') pairs.push(more);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function head({ name, help }: MetricName, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

interface Count {
  readonly labels: readonly string[];
  value: number;
}

/** Makes a counter; without labels it shows 0 before the first addition. */
export function createCounter(metric: MetricName): LabelledCounter & Printable {
  const counts = new Map<string, Count>();
  const countOf = (labels: readonly string[]): Count =>
    childOf(counts, labels, () => ({ labels: [...labels], value: 0 }));
  if (metric.labels.length === 0) countOf([]);
  return {
    add(labels, amount = 1) {
      countOf(labels).value += amount;
    },
    text() {
      const lines = [...counts.values()].map(
        ({ labels, value }) => `${metric.name}${labelText(metric.labels, labels)} ${value}\n`,
      );
      return head(metric, 'counter') + lines.join('');
    },
  };
}

interface Distribution {
  readonly labels: readonly string[];
  /** Observations per bucket; the last one is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** Makes a histogram with upper bounds in seconds, ascending. */
export function createHistogram(
  metric: MetricName,
  boundsSeconds: readonly number[],
): LabelledHistogram & Printable {
  const children = new Map<string, Distribution>();
  const create = (labels: readonly string[]): Distribution => {
    return { labels: [...labels], counts: Array(boundsSeconds.length + 1).fill(0), sum: 0 };
  };

  function textOf({ labels, counts, sum }: Distribution): string {
    let total = 0;
    let text = '';
    for (const [i, count] of counts.entries()) {
      total += count;
      const bound = labelText(metric.labels, labels, `le="${boundsSeconds[i] ?? '+Inf'}"`);
      text += `${metric.name}_bucket${bound} ${total}\n`;
    }
    const own = labelText(metric.labels, labels);
    return `${text}${metric.name}_sum${own} ${sum}\n${metric.name}_count${own} ${total}\n`;
  }

  return {
    observe(labels, seconds) {
      const child = childOf(children, labels, () => create(labels));
      let bucket = 0;
      while (bucket < boundsSeconds.length && seconds > (boundsSeconds[bucket] ?? 0)) bucket++;
      child.counts[bucket] = (child.counts[bucket] ?? 0) + 1;
      child.sum += seconds;
    },
    text: () => head(metric, 'histogram') + [...children.values()].map(textOf).join(''),
  };
}
