import type { IncomingMessage } from 'node:http';
import type { Caller, Pipeline, RunningAnswers } from '@meridian/core/inference';
import { isListenPlace } from '@meridian/core/routing';
import type { Events, Metrics } from '@meridian/core/telemetry';
import { createReporter } from '../edge/hot/reporter.ts';
import {
  createRealtimeServer,
  MESSAGE_BYTES_MAX,
  type RealtimeServer,
} from '../edge/realtime/realtime-server.ts';
import { createDialWebSocket } from '../upstream/dial-websocket.ts';
import type { Listening } from './listening.ts';

const NAME = 'realtime';
/** For the connection to an upstream and its upgrade. */
const DIAL_TIMEOUT_MS = 10_000;
/** Sessions on this node; each holds two connections and some memory while nothing happens in it. */
const SESSIONS_MAX = 5_000;

/** What sessions are put together from. */
export interface RealtimeParts {
  /** A pipeline: sessions share everything with it but its surface. */
  readonly line: Pipeline;
  readonly running: RunningAnswers;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly listening: Listening;
  readonly newRequestId: () => string;
  authenticate(key: string): Caller | Promise<Caller>;
  addressOf(request: IncomingMessage): string;
}

/** Serves realtime sessions. */
export function openRealtime(parts: RealtimeParts): RealtimeServer {
  const { line, running, events, metrics, listening, authenticate, addressOf } = parts;
  const { providers, sizes, ledger, clock } = line.attempts;
  const reporter = createReporter(events, { name: NAME, errorBody: (failure) => failure.toBody() });
  const server = createRealtimeServer({
    ...{ running, authenticate, addressOf },
    session: {
      ...{ providers, sizes, ledger, clock, reporter },
      router: line.router,
      admission: line.admission,
      settlement: { ...line.settlement, surface: NAME },
      tokens: line.counting.tokens,
      newId: parts.newRequestId,
    },
    dial: createDialWebSocket({
      timeoutMs: DIAL_TIMEOUT_MS,
      messageBytesMax: MESSAGE_BYTES_MAX,
      isSelf: (address, port) => isListenPlace(address, port, listening.place()),
    }),
    onRejected: (surface, failure) => events.rejected(surface, failure),
    limits: { sessionsMax: SESSIONS_MAX },
  });
  metrics.gauge('meridian_realtime_sessions', 'Open realtime sessions.', () => server.running);
  return server;
}
