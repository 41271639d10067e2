// An upstream that writes bytes as they are given, for the tests of the transport.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { HeaderLookup, UpstreamListener } from '@meridian/core/providers';
import { createUndiciTransport } from './undici-transport.ts';

/** What became of an exchange. */
export interface Heard {
  readonly listener: UpstreamListener;
  /** What has come so far. */
  readonly text: string;
  readonly statuses: readonly number[];
  readonly headers: HeaderLookup;
  /** Resolves when so many characters have come. */
  has(characters: number): Promise<void>;
  /** `end`, or kind and text of the fault. */
  readonly ended: Promise<string>;
}

/** A listener that remembers everything. */
export function listen(): Heard {
  const ended = Promise.withResolvers<string>();
  const statuses: number[] = [];
  let waiting: { readonly length: number; readonly resolve: () => void } | undefined;
  let text = '';
  let lookup: HeaderLookup = () => undefined;
  return {
    statuses,
    ended: ended.promise,
    get text() {
      return text;
    },
    headers: (name) => lookup(name),
    has(length) {
      if (text.length >= length) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { length, resolve };
      return promise;
    },
    listener: {
      onHead(status, headers) {
        statuses.push(status);
        lookup = headers;
      },
      onData(chunk) {
        text += chunk.toString('latin1');
        if (waiting && text.length >= waiting.length) waiting.resolve();
      },
      onEnd: () => ended.resolve('end'),
      onFault: ({ kind, message }) => ended.resolve(`${kind}: ${message}`),
    },
  };
}

/** An upstream on loopback, and a transport with one connection to it. */
export async function openRawLine(answer: (socket: Socket, request: string) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createUndiciTransport({
    connectTimeoutMs: 5_000,
    headersTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    connectionsPerOriginMax: 1,
    originsMax: 10,
    isSelf: () => false,
  });
  return {
    /** Connections that were made. */
    get connections() {
      return sockets.size;
    },
    send({ listener }: Heard, silence?: { readonly headMs: number; readonly bodyMs: number }) {
      const body = Buffer.from('{}');
      const request = {
        origin,
        reach: 'any',
        path: '/',
        method: 'POST',
        headers: [],
        body,
      } as const;
      return transport.send({ ...request, ...(silence && { silence }) }, listener);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await transport[Symbol.asyncDispose]();
    },
  };
}

/** A body as one chunk of the chunked coding. */
export function chunk(body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

/** The end of a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n';
