import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Caller,
  type Connection,
  connect,
  type Knock,
  type Line,
  type RealtimeDeps,
  type RunningAnswers,
} from '@meridian/core/inference';
import { Failure } from '@meridian/core/kernel';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DialWebSocket } from '../../upstream/dial-websocket.ts';
import { presentedKey } from '../credentials.ts';
import { toFailure } from '../failure-response.ts';
import { type LiveParts, LiveSession } from './live-session.ts';
import { Peer } from './peer.ts';
import { refusalOf, refuseUpgrade } from './refuse-upgrade.ts';
import {
  agreedProtocol,
  headersOf,
  keyAmongProtocols,
  REALTIME_PATH,
  readUpgrade,
} from './upgrade-request.ts';

/** Longest event, in either direction. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const NO_BODY = Buffer.alloc(0);

/** What sessions need besides what the pipeline has. */
export interface RealtimeServerDeps {
  readonly session: RealtimeDeps;
  readonly running: RunningAnswers;
  readonly dial: DialWebSocket;
  /** The caller behind a key. Throws `invalid_api_key`. */
  authenticate(key: string): Caller | Promise<Caller>;
  /** The client's address behind trusted proxies. */
  addressOf(request: IncomingMessage): string;
  /** Called for an upgrade that was turned away. */
  onRejected(surface: string, failure: unknown): void;
  readonly limits: { readonly sessionsMax: number };
}

/** Serves `/v1/realtime` and knows how many sessions there are. */
export interface RealtimeServer {
  /** Sessions and upgrades under way. */
  readonly running: number;
  /** Takes a connection whose request asks for the upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes no more; each session ends as soon as no response runs in it. */
  drain(): void;
}

/** A client at the door. */
interface Visit {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Serves sessions: a client gets its upgrade once an upstream has taken the session. */
export function createRealtimeServer(deps: RealtimeServerDeps): RealtimeServer {
  return new Door(deps);
}

class Door implements RealtimeServer {
  readonly #deps: RealtimeServerDeps;
  readonly #sessions = new Set<LiveSession>();
  readonly #answerHeaders = new WeakMap<IncomingMessage, readonly string[]>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
    handleProtocols: agreedProtocol,
  });
  running = 0;
  #isDraining = false;

  constructor(deps: RealtimeServerDeps) {
    this.#deps = deps;
    this.#sockets.on('headers', (headers, request) => {
      headers.push(...(this.#answerHeaders.get(request) ?? []));
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.running++;
    // A broken connection is told by its close; without a listener the error would end the process.
    socket.on('error', () => undefined);
    void this.#handle({ request, socket, head });
  }

  drain(): void {
    this.#isDraining = true;
    for (const session of [...this.#sessions]) session.drain();
  }

  async #handle(visit: Visit): Promise<void> {
    const { session, dial, onRejected } = this.#deps;
    const requestId = session.newId();
    const { socket } = visit;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    socket.once('close', leave);
    try {
      this.#requireRoom();
      const knock = await readKnock(visit.request, requestId, this.#deps);
      const found = await connect(knock, (request) => dial(request, gone.signal), session);
      if (found.kind === 'open') this.#open(visit, found);
      else {
        const headers = { 'x-request-id': requestId };
        refuseUpgrade(socket, { status: found.status, headers, body: found.body });
        this.running--;
      }
    } catch (error) {
      onRejected('realtime', error);
      refuseUpgrade(socket, refusalOf(toFailure(error), requestId));
      this.running--;
    } finally {
      socket.off('close', leave);
    }
  }

  #requireRoom(): void {
    if (this.#isDraining) throw unavailable('The server is stopping. Connect again.');
    if (this.running > this.#deps.limits.sessionsMax) {
      throw unavailable('Too many sessions are open on this server. Retry shortly.');
    }
  }

  #open({ request, socket, head }: Visit, { line, socket: upstream }: Opened): void {
    if (socket.destroyed) {
      this.#abandon(line, upstream);
      return;
    }
    this.#answerHeaders.set(request, [
      `x-request-id: ${line.knock.arrival.requestId}`,
      `x-meridian-model: ${encodeURI(line.candidate.model)}`,
      `x-meridian-attempts: ${line.attempts}`,
    ]);
    let client: WebSocket | undefined;
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      client = opened;
    });
    // A handshake that is refused after all is answered by the library.
    if (client) this.#begin(line, { client: new Peer(client), upstream: new Peer(upstream) });
    else this.#abandon(line, upstream);
  }

  #abandon({ candidate }: Line, upstream: WebSocket): void {
    candidate.ended('abandoned');
    upstream.terminate();
    this.running--;
  }

  #begin(line: Line, peers: Pick<LiveParts, 'client' | 'upstream'>): void {
    const { session: deps, running } = this.#deps;
    const session: LiveSession = new LiveSession({
      ...{ line, deps, running, ...peers },
      onOver: () => {
        this.#sessions.delete(session);
        this.running--;
      },
    });
    this.#sessions.add(session);
    if (this.#isDraining) session.drain();
  }
}

type Opened = Extract<Connection<WebSocket>, { kind: 'open' }>;

/** Who asks for a session of what. Throws `invalid_request` or `invalid_api_key`. */
async function readKnock(
  request: IncomingMessage,
  requestId: string,
  { authenticate, addressOf, session }: RealtimeServerDeps,
): Promise<Knock> {
  const { headers } = request;
  const key = keyAmongProtocols(headers) ?? presentedKey(headers, '');
  const callerNow = (): Caller | Promise<Caller> => authenticate(key);
  const caller = await callerNow();
  const { model, isBeta } = readUpgrade(request);
  const arrival = {
    ...{ requestId, caller },
    body: NO_BODY,
    endpoint: REALTIME_PATH,
    address: addressOf(request),
    headers: headersOf(request, isBeta),
    receivedAt: session.clock.now(),
  };
  return { arrival, model, isBeta, callerNow };
}

function unavailable(message: string): Failure {
  return new Failure('service_unavailable', { message, retryAfterSeconds: 1 });
}
