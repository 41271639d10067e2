import {
  type Ender,
  type Line,
  LOOK_MS,
  type RealtimeDeps,
  RealtimeSession,
  type RunningAnswer,
  type RunningAnswers,
  type SessionEnd,
} from '@meridian/core/inference';
import { Lane } from './lane.ts';
import type { Parting, Peer } from './peer.ts';

/** Longest session, as at OpenAI. */
const SESSION_MS_MAX = 60 * 60_000;
/** Without an event of either side a session ends. */
const IDLE_MS_MAX = 15 * 60_000;
/** Both sides are asked for a sign of life so often. */
const PING_MS = 30_000;
const LOOKS_PER_PING = Math.ceil(PING_MS / LOOK_MS);

/** Codes of RFC 6455. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY = 1008;
const INTERNAL_ERROR = 1011;

const ENDS: Readonly<Record<SessionEnd, { readonly code: number; readonly reason: string }>> = {
  stopping: { code: GOING_AWAY, reason: 'The server stops.' },
  refused: { code: POLICY, reason: 'Too many responses were refused.' },
  fault: { code: INTERNAL_ERROR, reason: 'The server could not go on.' },
};

/** What a session of two open sockets is made of. */
export interface LiveParts {
  readonly line: Line;
  readonly deps: RealtimeDeps;
  readonly running: RunningAnswers;
  readonly client: Peer;
  readonly upstream: Peer;
  /** Called once, when everything is charged and both sockets are closed or closing. */
  readonly onOver: () => void;
}

/** A session over its two sockets: it lives until one of the three parties ends it. */
export class LiveSession implements RunningAnswer {
  place = -1;
  readonly expiresAtMs: number;
  readonly #parts: LiveParts;
  readonly #session: RealtimeSession;
  readonly #fromClient: Lane;
  readonly #fromUpstream: Lane;
  #lastEventAt: number;
  #looks = 0;
  #isEnding = false;

  constructor(parts: LiveParts) {
    const { line, deps, running, client, upstream } = parts;
    this.#parts = parts;
    this.#lastEventAt = deps.clock.monotonic();
    this.expiresAtMs = this.#lastEventAt + SESSION_MS_MAX;
    this.#session = new RealtimeSession(line, deps, {
      toClient: (event) => client.send(event),
      toUpstream: (event) => upstream.send(event),
      end: (why) => this.#end('server', ENDS[why]),
    });
    this.#fromClient = new Lane({
      ...{ source: client, target: upstream },
      take: (bytes) => this.#take(() => this.#session.fromClient(bytes)),
    });
    this.#fromUpstream = new Lane({
      ...{ source: upstream, target: client },
      take: (bytes) => this.#take(() => this.#session.fromUpstream(bytes)),
    });
    client.onClose(() => this.#end('client', { code: NORMAL, reason: '' }));
    upstream.onClose((parting) => this.#fromUpstream.end(() => this.#upstreamLeft(parting)));
    running.add(this);
    upstream.resume();
  }

  /** Begins no more responses and ends as soon as none runs. */
  drain(): void {
    this.#session.drain();
  }

  /** Called every `LOOK_MS`. */
  look(): void {
    this.#session.look();
    this.#looks++;
    if (this.#isEnding || this.#looks % LOOKS_PER_PING !== 0) return;
    const { client, upstream, deps } = this.#parts;
    if (!client.ping()) client.terminate();
    if (!upstream.ping()) upstream.terminate();
    if (deps.clock.monotonic() - this.#lastEventAt < IDLE_MS_MAX) return;
    this.#session.tell('session_idle', 'Nothing has happened in this session for 15 minutes.');
    this.#end('server', { code: NORMAL, reason: 'idle' });
  }

  expire(): void {
    if (this.#isEnding) return;
    this.#session.tell('session_expired', 'A session lasts 60 minutes at most.');
    this.#end('server', { code: NORMAL, reason: 'expired' });
  }

  stop(): void {
    this.#end('server', ENDS.stopping);
  }

  #take(hand: () => Promise<void> | undefined): Promise<void> | undefined {
    this.#lastEventAt = this.#parts.deps.clock.monotonic();
    return hand();
  }

  /** The client learns how the upstream left, after everything that it still said. */
  #upstreamLeft({ code, reason, isBroken }: Parting): void {
    if (!isBroken) {
      this.#end('upstream', { code, reason: reason.toString('utf8') });
      return;
    }
    if (!this.#isEnding) this.#session.tell('upstream_error', 'The upstream broke off.');
    this.#end('lost', { code: INTERNAL_ERROR, reason: 'The upstream broke off.' });
  }

  #end(ender: Ender, parting: { readonly code: number; readonly reason: string }): void {
    const closed = this.#session.close(ender);
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#fromClient.close();
    void this.#close(closed, parting);
  }

  async #close(
    closed: Promise<void>,
    { code, reason }: { readonly code: number; readonly reason: string },
  ): Promise<void> {
    const { client, upstream, running, deps, onOver } = this.#parts;
    try {
      await closed;
    } catch (error) {
      deps.reporter.unexpected(error);
    }
    this.#fromUpstream.close();
    running.remove(this);
    upstream.close(NORMAL, '');
    client.close(code, reason);
    onOver();
  }
}
