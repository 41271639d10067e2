// Runs test files, each in a process of its own with a time limit, prints them as node's spec
// reporter does, and sends the result to the parent process.
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { RunResult, SkippedTest } from './verdict.ts';

/** A crash test takes three minutes, twice that on a busy machine; what takes longer hangs. */
const FILE_MS_MAX = 360_000;

/** An event of node's runner, as far as it is read here. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly nesting?: number;
    readonly file?: string;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly counts?: Counts;
    readonly message?: string;
    readonly level?: string;
  };
}

type Counts = Record<
  'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo',
  number
>;

interface FileResult {
  readonly events: readonly TestEvent[];
  readonly counts: Counts;
}

/** One file's events; the summary of its own run is taken out, ours comes at the end. */
async function runFile(file: string): Promise<FileResult> {
  const events: TestEvent[] = [];
  let counts: Counts | undefined;
  const running = new Set<string>();
  const signal = AbortSignal.timeout(FILE_MS_MAX);
  for await (const event of run({ files: [file], signal }) as AsyncIterable<TestEvent>) {
    const { type, data } = event;
    if (type === 'test:dequeue' && data.name) running.add(data.name);
    if (type === 'test:complete' && data.name) running.delete(data.name);
    if (type === 'test:summary' && data.file === undefined) counts = data.counts;
    const isSummary = type === 'test:diagnostic' && data.file === undefined;
    if (!isSummary && type !== 'test:summary') events.push(event);
  }
  if (signal.aborted) {
    const open =
      running.size > 0 ? ` in ${[...running].map((name) => `'${name}'`).join(', ')}` : '';
    const message = `${file} was killed after ${FILE_MS_MAX} ms${open}\n`;
    events.push({ type: 'test:stderr', data: { file, message } });
  }
  if (!counts) throw new Error(`${file} ended without a summary`);
  return { events, counts };
}

function skipsOf({ events }: FileResult): SkippedTest[] {
  return events.flatMap(({ type, data }) => {
    const mark = data.skip ?? data.todo;
    if ((type !== 'test:pass' && type !== 'test:fail') || mark === undefined) return [];
    const file = relative(process.cwd(), data.file ?? '');
    return [{ file, name: data.name ?? '', reason: typeof mark === 'string' ? mark : '' }];
  });
}

/** Node reports a file without tests as one passed test with the file's name. */
function emptyFilesOf(results: ReadonlyMap<string, FileResult>): string[] {
  return [...results].flatMap(([file, { events }]) => {
    const isEmpty = events.some(({ type, data }) => type === 'test:pass' && data.name === file);
    return isEmpty ? [relative(process.cwd(), file)] : [];
  });
}

/** Node's closing lines, over all files. */
function summary(counts: Counts, durationMs: number): TestEvent[] {
  const { passed, failed, ...others } = counts;
  const figures = { tests: others.tests, suites: others.suites, pass: passed, fail: failed };
  const rest = { cancelled: others.cancelled, skipped: others.skipped, todo: others.todo };
  return Object.entries({ ...figures, ...rest, duration_ms: Math.round(durationMs) }).map(
    ([name, figure]) => ({
      type: 'test:diagnostic',
      data: { nesting: 0, message: `${name} ${figure}`, level: 'info' },
    }),
  );
}

function add(a: Counts, b: Counts): Counts {
  const sums = Object.keys(a).map((key) => [key, a[key as keyof Counts] + b[key as keyof Counts]]);
  return Object.fromEntries(sums) as Counts;
}

async function print(events: PassThrough): Promise<void> {
  for await (const text of events.compose(new spec())) process.stdout.write(text);
}

async function runAll(files: readonly string[]): Promise<RunResult> {
  const startedMs = performance.now();
  const output = new PassThrough({ objectMode: true });
  const printed = print(output);
  const waiting = [...files];
  const results = new Map<string, FileResult>();
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file);
      results.set(file, result);
      for (const event of result.events) output.write(event);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const zero = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  const counts = [...results.values()].reduce((sum, result) => add(sum, result.counts), zero);
  for (const event of summary(counts, performance.now() - startedMs)) output.write(event);
  output.end();
  await printed;
  const emptyFiles = emptyFilesOf(results);
  return {
    passed: counts.passed - emptyFiles.length,
    failed: counts.failed + counts.cancelled,
    skipped: [...results.values()].flatMap(skipsOf),
    files: files.map((file) => relative(process.cwd(), file)),
    emptyFiles,
  };
}

process.send?.(await runAll(process.argv.slice(2)));
process.disconnect?.();
