import type { Clock } from '../../kernel/index.ts';
import type { Responder } from '../ports.ts';
import { BackgroundResponder, type BackgroundRun } from './background-responder.ts';
import type { ResponseStore, RunningResponse } from './store.ts';

/** So often the store hears that runs go on, and tells which were cancelled elsewhere. */
const BEAT_MS = 5_000;

/** The responses that run on this node without a client waiting for them. */
export interface BackgroundRuns {
  /** What the pipeline answers to instead of the client. */
  open(run: BackgroundRun, client: Responder): BackgroundResponder;
  /** Stops a run of this node; others are not known here. */
  stop(running: RunningResponse): void;
  /** The stream of a run of this node from its first event on; undefined where there is none to see. */
  watch(running: RunningResponse): AsyncIterable<Buffer> | undefined;
  /** How many run. */
  readonly count: number;
}

/** What runs are made of. */
export interface BackgroundRunsDeps {
  readonly store: Pick<ResponseStore, 'save' | 'advance' | 'beat'>;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

function keyOf({ accountId, id }: RunningResponse): string {
  return `${accountId}:${id}`;
}

/** Runs of this node, none at first. */
export function createBackgroundRuns({
  store,
  clock,
  onFault,
}: BackgroundRunsDeps): BackgroundRuns {
  const runs = new Map<string, { running: RunningResponse; responder: BackgroundResponder }>();
  let isBeating = false;

  function stop(running: RunningResponse): void {
    runs.get(keyOf(running))?.responder.stop();
  }

  function beat(): void {
    if (runs.size === 0) {
      isBeating = false;
      return;
    }
    const all = [...runs.values()].map(({ running }) => running);
    void store
      .beat(all)
      .then((ended) => ended.forEach(stop))
      .catch(onFault)
      .finally(() => clock.after(BEAT_MS, beat));
  }

  function started(running: RunningResponse, responder: BackgroundResponder): void {
    runs.set(keyOf(running), { running, responder });
    if (isBeating) return;
    isBeating = true;
    clock.after(BEAT_MS, beat);
  }

  return {
    open: (run, client) =>
      new BackgroundResponder({
        run,
        client,
        store,
        onFault,
        onStart: started,
        onEnd: (running) => void runs.delete(keyOf(running)),
      }),
    stop,
    watch(running) {
      const log = runs.get(keyOf(running))?.responder.log;
      return log?.isWhole ? log.read() : undefined;
    },
    get count() {
      return runs.size;
    },
  };
}
