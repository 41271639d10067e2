import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '../config.ts';
import type { ProcessLogs } from '../log.ts';
import type { SupervisorMessage, WorkerMessage, WorkerMetrics } from './messages.ts';
import { createRestartPause } from './restart-pause.ts';

/** What a supervisor is given. */
export interface SuperviseOptions {
  readonly config: Config;
  readonly logs: ProcessLogs;
  /** Resolves to the name of the signal that ends the server. */
  readonly signal: Promise<string>;
}

/** After the drain a worker needs this long at most for its last charges. */
const LAST_WORK_MS = 45_000;
const GATHER_MS = 1_000;
const MS_PER_SECOND = 1_000;

type Ready = Extract<WorkerMessage, { kind: 'ready' }>;

/**
 * Runs `config.workers` processes behind one port and starts those that die again. Resolves when all
 * have ended after a signal; false when one did not end in order, or the first could not start.
 */
export async function supervise({ config, logs, signal }: SuperviseOptions): Promise<boolean> {
  const pool = new WorkerPool(logs, config.port || (await findPort(config.host)));
  process.on('exit', () => pool.kill());
  const begun = begin(pool, config.workers).catch(() => undefined);
  const name = await Promise.race([
    signal,
    begun.then((isBegun) => (isBegun ? signal : undefined)),
  ]);
  logs.log.info({ signal: name, drainSeconds: config.drainSeconds }, 'stopping the workers');
  const isOrderly = await pool.stop(config.drainSeconds * MS_PER_SECOND + LAST_WORK_MS);
  return name !== undefined && isOrderly;
}

/** The first worker migrates the database and makes root; the others find both done. */
async function begin(pool: WorkerPool, count: number): Promise<boolean> {
  const first = await pool.start();
  process.stdout.write(first.text);
  await Promise.all(Array.from({ length: count - 1 }, () => pool.start()));
  pool.keep();
  process.stdout.write(`meridian listening on ${first.url}\n`);
  return true;
}

/** A port that is free: workers that come later have to find the first one's. */
async function findPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

class WorkerPool {
  readonly #logs: ProcessLogs;
  readonly #pause = createRestartPause();
  readonly #gathering = new Map<string, (told: WorkerMetrics) => void>();
  #isKept = false;
  #isStopping = false;
  #questions = 0;

  constructor(logs: ProcessLogs, port: number) {
    this.#logs = logs;
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ args: [...process.argv.slice(2), '--port', String(port)] });
  }

  /** From now on workers that end are started again. */
  keep(): void {
    this.#isKept = true;
  }

  /** Starts a worker; rejects when it ends before it is ready. */
  start(): Promise<Ready> {
    const worker = cluster.fork();
    const startedAt = performance.now();
    const ready = Promise.withResolvers<Ready>();
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') ready.resolve(message);
      else if (message.kind === 'metrics') this.#told(worker, message);
      else void this.#gather(worker, message.id);
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      ready.reject(new Error('the worker ended before it was ready'));
      this.#ended(worker, { code, signal, livedMs: performance.now() - startedAt });
    });
    this.#logs.log.info({ worker: worker.id, pid: worker.process.pid }, 'worker started');
    return ready.promise;
  }

  #ended(
    { id }: Worker,
    end: { readonly code: number | null; readonly signal: string | null; readonly livedMs: number },
  ): void {
    if (this.#isStopping || !this.#isKept) return;
    const { code, signal, livedMs } = end;
    const pauseMs = this.#pause.next(livedMs);
    this.#logs.log.error(
      { worker: id, code, signal, pauseMs },
      'a worker ended; another is started',
    );
    setTimeout(() => {
      // One that ends before it is ready is counted where it ends.
      if (!this.#isStopping) this.start().catch(() => undefined);
    }, pauseMs);
  }

  /** Lets every worker end in order; false when one had to be killed or failed. */
  async stop(limitMs: number): Promise<boolean> {
    this.#isStopping = true;
    const ends = workers().map(async (worker) => {
      const ended = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      const [code, signal] = (await ended) as [number | null, string | null];
      // One that has not begun yet ends by the signal itself.
      return code === 0 || signal === 'SIGTERM';
    });
    const late = setTimeout(() => this.kill(), limitMs);
    const results = await Promise.all(ends);
    clearTimeout(late);
    return results.every(Boolean);
  }

  /** Ends every worker at once. */
  kill(): void {
    this.#isStopping = true;
    for (const worker of workers()) worker.process.kill('SIGKILL');
  }

  #told({ id }: Worker, { question, text }: Extract<WorkerMessage, { kind: 'metrics' }>): void {
    this.#gathering.get(question)?.({ worker: id, text });
  }

  /** Asks all workers for their metrics and tells the one that wants them. */
  async #gather(asker: Worker, id: number): Promise<void> {
    const question = String(++this.#questions);
    const asked = workers();
    const texts: WorkerMetrics[] = [];
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, GATHER_MS);
      this.#gathering.set(question, (told) => {
        texts.push(told);
        if (texts.length < asked.length) return;
        clearTimeout(late);
        resolve();
      });
      for (const worker of asked) tell(worker, { kind: 'metrics_asked', question });
    });
    this.#gathering.delete(question);
    tell(asker, {
      kind: 'metrics_told',
      id,
      texts: texts.toSorted((a, b) => a.worker - b.worker),
    });
  }
}

function tell(worker: Worker, message: SupervisorMessage): void {
  if (worker.isConnected()) worker.send(message);
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
