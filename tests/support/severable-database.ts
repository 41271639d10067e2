import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a PostgreSQL server that a test can cut and mend. */
export interface SeverableDatabase extends AsyncDisposable {
  /** The database's address by this way. */
  readonly url: string;
  /** Ends all connections and refuses new ones. */
  sever(): Promise<void>;
  mend(): Promise<void>;
}

/** Opens a way to the database of the URL. */
export async function severableDatabase(target: string): Promise<SeverableDatabase> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const listen = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  const sever = async (): Promise<void> => {
    const closed = new Promise<unknown>((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const url = new URL(target);
  url.host = `127.0.0.1:${own}`;
  return { url: url.href, sever, mend: () => listen(own), [Symbol.asyncDispose]: sever };
}
