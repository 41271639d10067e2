import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Dialed } from '@meridian/core/inference';
import type { Reach, Reply, TransportFault, UpstreamRequest } from '@meridian/core/providers';
import { WebSocket } from 'ws';
import { createGuardedConnector, isPublicAddress } from './guarded-connector.ts';
import { faultOf } from './undici-transport.ts';

/** As much of a refusal's body as is read; the rest says nothing new. */
const REFUSAL_BYTES_MAX = 256 * 1024;

export interface DialOptions {
  /** For the connection and the upgrade together. */
  readonly timeoutMs: number;
  /** Longest event that an upstream may send. */
  readonly messageBytesMax: number;
  /** Whether an address at a port is this server itself, which nothing is sent to. */
  readonly isSelf: (address: string, port: number) => boolean;
}

/** Opens WebSockets to upstreams, which are paused; the signal gives up. Never rejects. */
export type DialWebSocket = (
  request: UpstreamRequest,
  signal: AbortSignal,
) => Promise<Dialed<WebSocket>>;

const ABORTED: TransportFault = { kind: 'aborted', message: 'given up' };
const TIMED_OUT: TransportFault = { kind: 'timeout', message: 'The upgrade takes too long.' };
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Opens WebSockets under the same guard as requests: every connection is checked with the address that
 * it is made to. It follows no redirects, which would lead past that check.
 */
export function createDialWebSocket(options: DialOptions): DialWebSocket {
  const { timeoutMs, messageBytesMax, isSelf } = options;

  function connectionTo(url: URL, reach: Reach) {
    const { protocol, hostname, host } = url;
    const port = Number(url.port === '' ? DEFAULT_PORTS[protocol] : url.port);
    const connect = createGuardedConnector(
      { timeout: timeoutMs },
      (address) => (reach === 'any' || isPublicAddress(address)) && !isSelf(address, port),
    );
    return (_: unknown, made: (error: Error | null, socket?: Socket) => void): undefined => {
      connect({ protocol, hostname, host, port: String(port) }, (error, socket) => {
        if (socket) made(null, socket);
        else made(error ?? new Error('no connection'));
      });
    };
  }

  function open({ origin, path, headers, reach }: UpstreamRequest): WebSocket {
    const url = new URL(origin);
    return new WebSocket(`${url.protocol === 'http:' ? 'ws' : 'wss'}://${url.host}${path}`, {
      headers: pairsOf(headers),
      maxPayload: messageBytesMax,
      perMessageDeflate: false,
      followRedirects: false,
      // The types know only connections that are there at once; the callback is Node's own way.
      createConnection: connectionTo(url, reach) as never,
    });
  }

  return (request, signal) =>
    new Promise((resolve) => {
      const socket = open(request);
      let cause: TransportFault | undefined;
      const giveUp = (fault: TransportFault): void => {
        cause ??= fault;
        socket.terminate();
      };
      const abort = (): void => giveUp(ABORTED);
      const late = setTimeout(() => giveUp(TIMED_OUT), timeoutMs);
      const end = (dialed: Dialed<WebSocket>): void => {
        clearTimeout(late);
        signal.removeEventListener('abort', abort);
        resolve(dialed);
      };
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      socket.on('open', () => {
        // Nothing is lost until somebody listens, who resumes it.
        socket.pause();
        end({ socket });
      });
      // Stays for the life of the socket: errors are told by its close, but would end the process.
      socket.on('error', (error) => end({ failed: { fault: cause ?? faultOf(error) } }));
      socket.on('unexpected-response', (_request, response) => {
        void readRefusal(response).then((failed) =>
          end({ failed: cause ? { fault: cause } : failed }),
        );
      });
    });
}

function pairsOf(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) headers[flat[i] ?? ''] = flat[i + 1] ?? '';
  return headers;
}

/** An answer that is no upgrade: a refusal where its status says so, else a broken protocol. */
async function readRefusal(response: IncomingMessage): Promise<Reply> {
  const { statusCode: status = 0, headers } = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= REFUSAL_BYTES_MAX) break;
    }
  } catch {
    // What came of the body until then is enough to judge by.
  }
  if (status < 400) {
    return { fault: { kind: 'protocol', message: `Status ${status} instead of an upgrade.` } };
  }
  const lookup = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { status, headers: lookup, body: Buffer.concat(chunks) };
}
