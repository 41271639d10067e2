import cluster from 'node:cluster';
import { mergeMetrics } from './merge-metrics.ts';
import type { SupervisorMessage, WorkerMessage } from './messages.ts';

/** A worker's line to the process that started it. */
export interface WorkerLink {
  /** Says that requests are taken from now on. `text` is for the person who started the server. */
  ready(url: string, text: string): void;
  /**
   * Tells the others this worker's metrics when they ask. What it returns reads those of all workers,
   * of this one alone where the others cannot be asked.
   */
  shareMetrics(own: () => Promise<string>): () => Promise<string>;
}

const GATHER_MS_MAX = 2_000;

type Told = Extract<SupervisorMessage, { kind: 'metrics_told' }>;

/** The line of this process; undefined where nobody started it as a worker. */
export function openWorkerLink(): WorkerLink | undefined {
  const { worker } = cluster;
  if (!cluster.isWorker || !worker) return undefined;
  const waiting = new Map<number, (told: Told) => void>();
  let ownMetrics: (() => Promise<string>) | undefined;
  let questions = 0;
  const send = (message: WorkerMessage): void => void worker.send(message);

  worker.on('message', (message: SupervisorMessage) => {
    if (message.kind === 'metrics_told') {
      waiting.get(message.id)?.(message);
      return;
    }
    const { question } = message;
    void ownMetrics?.().then((text) => send({ kind: 'metrics', question, text }));
  });

  function ask(): Promise<Told | undefined> {
    const id = ++questions;
    return new Promise((resolve) => {
      const end = (told?: Told): void => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(told);
      };
      const late = setTimeout(end, GATHER_MS_MAX).unref();
      waiting.set(id, end);
      send({ kind: 'metrics_wanted', id });
    });
  }

  return {
    ready: (url, text) => send({ kind: 'ready', url, text }),
    shareMetrics(own) {
      ownMetrics = own;
      return async () => {
        const told = await ask();
        return told && told.texts.length > 0 ? mergeMetrics(told.texts) : own();
      };
    },
  };
}
