// The process of the target bare-node: what Node costs when it only moves bytes. node:http takes
// the request, undici's Pool.dispatch sends it on, and the answer is written as it comes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

const CONNECTIONS_MAX = 10_000;
const BACKLOG = 4096;
const NOT_FORWARDED = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'trailer', 'transfer-encoding']);

function requestHeaders(request: IncomingMessage): string[] {
  const headers: string[] = [];
  const raw = request.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    if (!NOT_FORWARDED.has(name)) headers.push(name, raw[i + 1] ?? '');
  }
  return headers;
}

function responseHeaders(controller: Dispatcher.DispatchController): string[] {
  const headers: string[] = [];
  const raw = controller.rawHeaders;
  if (!Array.isArray(raw)) return headers;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase();
    if (!NOT_RETURNED.has(name)) headers.push(name, String(raw[i + 1]));
  }
  return headers;
}

class Forwarding implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('close', () => {
      if (!response.writableFinished) this.#controller?.abort(new Error('the client is gone'));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A request may wait for a connection longer than its client does.
    if (this.#response.destroyed) controller.abort(new Error('the client is gone'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#response.writeHead(status, responseHeaders(controller));
    this.#response.on('drain', () => controller.resume());
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (!this.#response.write(bytes) && !this.#response.destroyed) controller.pause();
  }

  onResponseEnd(): void {
    this.#controller = undefined;
    this.#response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#controller = undefined;
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end(error.message);
  }
}

function main(): void {
  const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
  });
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const [first] = pieces;
      const body = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
      const headers = requestHeaders(request);
      pool.dispatch(
        { path: request.url ?? '/', method: 'POST', headers, body },
        new Forwarding(response),
      );
    });
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
    const { port } = server.address() as AddressInfo;
    console.log(`listening on http://127.0.0.1:${port}`);
  });
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    pool.destroy().catch(console.error);
  });
}

main();
