import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type ScriptedSession, scriptSession } from './realtime-session.ts';

/** An answer to an upgrade that refuses it. */
export interface UpgradeReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A scripted upstream of realtime sessions on loopback. */
export interface RealtimeUpstream extends AsyncDisposable {
  /** The origin, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Sessions that were opened, in order. */
  readonly sessions: readonly ScriptedSession[];
  /** How many upgrades were asked for, refused ones included. */
  readonly knocks: number;
  /** Refuses the next upgrades, one each. */
  refuse(...replies: readonly UpgradeReply[]): void;
  /** Called with each session as it opens; it usually sends `session.created`. */
  onSession(greet: (session: ScriptedSession) => void): void;
  /** Resolves with the n-th session (from 1) as soon as it is open. */
  session(number: number): Promise<ScriptedSession>;
}

/** Starts one on a free port. Disposing it closes every connection. */
export async function createRealtimeUpstream(): Promise<RealtimeUpstream> {
  const sessions: ScriptedSession[] = [];
  const refusals: UpgradeReply[] = [];
  const awaited = new Map<number, PromiseWithResolvers<ScriptedSession>>();
  let greet: (session: ScriptedSession) => void = greetPlainly;
  let knocks = 0;
  const server = createServer((_request, response) => {
    response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const open = new Set<Duplex>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    knocks++;
    const refusal = refusals.shift();
    if (refusal) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (client) => {
      const session = scriptSession(client, request);
      sessions.push(session);
      greet(session);
      awaited.get(sessions.length)?.resolve(session);
    });
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sessions,
    get knocks() {
      return knocks;
    },
    refuse: (...replies) => void refusals.push(...replies),
    onSession(next) {
      greet = next;
    },
    async session(number) {
      const known = sessions[number - 1];
      if (known) return known;
      const waiting = awaited.get(number) ?? Promise.withResolvers<ScriptedSession>();
      awaited.set(number, waiting);
      return waiting.promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function greetPlainly(session: ScriptedSession): void {
  const model = new URL(session.path, 'http://localhost').searchParams.get('model');
  session.send({
    type: 'session.created',
    event_id: 'event_hello',
    session: { type: 'realtime', object: 'realtime.session', id: 'sess_1', model },
  });
}

function refuse(socket: Duplex, { status, headers = {}, body = {} }: UpgradeReply): void {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
}
