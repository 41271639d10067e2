import { Worker } from 'node:worker_threads';
import { SqlError } from '../sql-errors.ts';
import type { Report, Table, Work, WorkerSettings } from './messages.ts';

/** The worker thread that runs the database; takes one piece of work at a time. */
export interface Connection {
  perform(work: Work): Promise<Table>;
  stop(): Promise<void>;
}

/** What a connection tells besides the answers. */
export interface ConnectionEvents {
  onNotification(channel: string, payload: string): void;
  /** The worker died; nothing can be read or written any more. */
  onDeath(error: Error): void;
}

interface Pending {
  readonly resolve: (table: Table) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the worker and waits until the database is open. */
export async function startConnection(
  settings: WorkerSettings,
  events: ConnectionEvents,
): Promise<Connection> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings });
  let pending: Pending | undefined;
  let death: Error | undefined;
  let isStopping = false;
  const started = Promise.withResolvers<void>();

  function die(error: Error): void {
    if (death) return;
    death = error;
    pending?.reject(error);
    pending = undefined;
    started.reject(error);
    if (!isStopping) events.onDeath(error);
  }

  function answer(act: (waiting: Pending) => void): void {
    const waiting = pending;
    pending = undefined;
    if (waiting) act(waiting);
  }

  worker.on('message', (report: Report) => {
    switch (report.kind) {
      case 'ready':
        return started.resolve();
      case 'failed':
        return die(new Error(`the embedded database does not open: ${report.message}`));
      case 'notification':
        return events.onNotification(report.channel, report.payload);
      case 'table':
        return answer(({ resolve }) => resolve(report.table));
      case 'refused':
        return answer(({ reject }) => reject(new SqlError(report.detail)));
      case 'broken':
        return answer(({ reject }) => reject(new Error(report.message)));
    }
  });
  worker.on('error', (error) => die(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => die(new Error('the embedded database has stopped')));

  try {
    await started.promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    perform(work) {
      if (death) return Promise.reject(death);
      if (pending) return Promise.reject(new Error('the embedded database is busy'));
      return new Promise((resolve, reject) => {
        pending = { resolve, reject };
        worker.postMessage(work);
      });
    },
    async stop() {
      isStopping = true;
      await worker.terminate();
    },
  };
}
