import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

/** The connections of a server, so that it can stop without cutting an answer. */
export interface Connections {
  /** Accepts no more; each connection is closed as soon as it owes nothing. Resolves when all are. */
  drain(): Promise<void>;
  /** Cuts what is left. */
  cut(): void;
}

/** Follows the connections of a server from before it listens. */
export function trackConnections(server: HttpServer): Connections {
  /** How many answers each connection owes: begun, or not yet handed over to the system whole. */
  const owed = new Map<Socket, number>();
  let isDraining = false;

  function change(socket: Socket, by: number): void {
    const count = owed.get(socket);
    if (count === undefined) return;
    owed.set(socket, count + by);
    if (isDraining && count + by === 0) socket.destroySoon();
  }

  /** One listener for all responses: a closure for each would outlive many of them. */
  function released(this: ServerResponse): void {
    change(this.req.socket, -1);
  }

  function follow(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    change(socket, 1);
    response.on('close', released);
    if (isDraining) response.shouldKeepAlive = false;
  }

  server.on('connection', (socket) => {
    owed.set(socket, 0);
    socket.once('close', () => owed.delete(socket));
  });
  server.prependListener('request', follow);
  server.prependListener('checkExpectation', follow);
  // What became of an upgraded connection is its session's affair, which ends it.
  server.prependListener('upgrade', ({ socket }: IncomingMessage) => change(socket, 1));

  return {
    drain() {
      isDraining = true;
      // The close of node:http would destroy connections with answers that are ended but not sent.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(server, () => resolve());
      });
      for (const [socket, count] of owed) if (count === 0) socket.destroySoon();
      return closed;
    },
    cut() {
      server.closeAllConnections();
      // Those that were upgraded are not the server's any more.
      for (const socket of [...owed.keys()]) socket.destroy();
    },
  };
}
