import { connect } from 'node:net';

/** A client's connection that reads only when it is told to. */
export interface RawConnection extends Disposable {
  send(text: string): void;
  /** Reads on until the text so far contains `part`; throws when the connection ends before. */
  readUntil(part: string): Promise<string>;
  /** Reads until the server closes: everything that came, as bytes in latin1. */
  readAll(): Promise<string>;
}

/** Opens a connection to the server of the URL. */
export async function openConnection(url: string): Promise<RawConnection> {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname });
  socket.setEncoding('latin1');
  // Reading by iteration pauses between the pieces: what is not asked for stays with the server.
  const pieces = socket[Symbol.asyncIterator]() as AsyncIterator<string>;
  let text = '';
  return {
    send: (request) => void socket.write(request),
    async readUntil(part) {
      while (!text.includes(part)) {
        const { done, value } = await pieces.next();
        if (done) throw new Error(`The connection ended without ${part}: ${text.slice(-500)}`);
        text += value;
      }
      return text;
    },
    async readAll() {
      for (;;) {
        const { done, value } = await pieces.next();
        if (done) return text;
        text += value;
      }
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** True when nobody accepts connections there. */
export function isRefusing(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
