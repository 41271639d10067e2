import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import {
  type RealtimeAnswer,
  responseCreated,
  responseDeltas,
  responseDone,
  type WireEvent,
} from './realtime-wire.ts';

/** Events kept of one session before the script is taken for broken. */
const EVENTS_MAX = 100_000;

/** How a side has left. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

/** One session as the scripted upstream sees it. */
export interface ScriptedSession {
  /** Path and query of the request. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Everything that came, in order. */
  readonly received: readonly WireEvent[];
  /** Resolves with the next event of a type that nobody has waited for. */
  next(type: string): Promise<WireEvent>;
  send(...events: readonly WireEvent[]): void;
  /** Sends what is no event. */
  sendRaw(text: string): void;
  /** Begins a response. */
  begin(id: string, conversation?: string | null): void;
  /** Sends what is between the beginning and the end of a response. */
  stream(id: string, answer: RealtimeAnswer): void;
  finish(id: string, answer: RealtimeAnswer): void;
  /** A whole response. */
  answer(id: string, answer: RealtimeAnswer): void;
  close(code?: number, reason?: string): void;
  /** Breaks off without a word. */
  terminate(): void;
  /** Stops or goes on reading. */
  pause(): void;
  resume(): void;
  /** Bytes that the other side has not taken yet. */
  readonly waitingBytes: number;
  /** Resolves when the other side has left. */
  readonly closed: Promise<Farewell>;
}

/** Follows a socket as a session. */
export function scriptSession(socket: WebSocket, request: IncomingMessage): ScriptedSession {
  const received: WireEvent[] = [];
  const taken = new Map<string, number>();
  const waiting = new Map<string, ((event: WireEvent) => void)[]>();
  const closed = Promise.withResolvers<Farewell>();

  function take(type: string): WireEvent | undefined {
    const before = taken.get(type) ?? 0;
    const event = received.filter((one) => one.type === type)[before];
    if (event) taken.set(type, before + 1);
    return event;
  }

  socket.on('message', (data: Buffer) => {
    if (received.length >= EVENTS_MAX) throw new Error(`More than ${EVENTS_MAX} events.`);
    const event = JSON.parse(data.toString('utf8')) as WireEvent;
    received.push(event);
    const resolve = waiting.get(event.type)?.shift();
    if (!resolve) return;
    taken.set(event.type, (taken.get(event.type) ?? 0) + 1);
    resolve(event);
  });
  socket.on('close', (code, reason) => closed.resolve({ code, reason: reason.toString('utf8') }));
  socket.on('error', () => undefined);

  const send = (...events: readonly WireEvent[]): void => {
    for (const event of events) socket.send(JSON.stringify(event));
  };
  return {
    path: request.url ?? '',
    headers: request.headers,
    received,
    async next(type) {
      const known = take(type);
      if (known) return known;
      return new Promise((resolve) => {
        waiting.set(type, [...(waiting.get(type) ?? []), resolve]);
      });
    },
    send,
    sendRaw: (text) => socket.send(text),
    begin: (id, conversation) => send(responseCreated(id, conversation)),
    stream: (id, answer) => send(...responseDeltas(id, answer)),
    finish: (id, answer) => send(responseDone(id, answer)),
    answer(id, answer) {
      const all = [responseCreated(id, answer.conversation), ...responseDeltas(id, answer)];
      send(...all, responseDone(id, answer));
    },
    close: (code = 1000, reason = '') => socket.close(code, reason),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get waitingBytes() {
      return socket.bufferedAmount;
    },
    closed: closed.promise,
  };
}
