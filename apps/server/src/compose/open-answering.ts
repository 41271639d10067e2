import type { RunningAnswers } from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import type { Events, Metrics } from '@meridian/core/telemetry';
import type { Pipelines } from '../edge/hot/inference-target.ts';
import {
  createInferenceServer,
  type InferenceDeps,
  type InferenceServer,
} from '../edge/hot/serve-inference.ts';
import type { RealtimeServer } from '../edge/realtime/realtime-server.ts';
import type { Listening } from './listening.ts';
import { openRealtime } from './open-realtime.ts';

/** Requests under way at once; more are refused rather than queued without end. */
const RUNNING_MAX = 20_000;

/** What answers clients of models. */
export interface Answering {
  readonly inference: InferenceServer;
  readonly realtime: RealtimeServer;
}

type Entrance = Pick<
  InferenceDeps,
  'authenticate' | 'addressOf' | 'newRequestId' | 'forms' | 'defaultModel'
>;

/** What it is put together from. */
export interface AnsweringParts {
  readonly entrance: Entrance;
  readonly pipelines: Pipelines;
  readonly running: RunningAnswers;
  readonly listening: Listening;
  readonly events: Events;
  readonly metrics: Metrics;
}

/** Answers requests, and serves sessions, which share everything with the chat but its surface. */
export function openAnswering(parts: AnsweringParts): Answering {
  const { entrance, pipelines, running, listening, events, metrics } = parts;
  const inference = createInferenceServer({
    ...entrance,
    now: systemClock.now,
    onRejected: (surface, failure) => events.rejected(surface, failure),
    limits: { runningMax: RUNNING_MAX },
  });
  metrics.gauge('meridian_running_requests', 'Requests under way.', () => inference.running);
  const line = pipelines.get('chat');
  if (!line) throw new Error('no pipeline for the chat');
  const realtime = openRealtime({ ...entrance, line, running, listening, events, metrics });
  return { inference, realtime };
}
