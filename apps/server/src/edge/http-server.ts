import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure } from '@meridian/core/kernel';
import type { FindTarget, InferenceTarget } from './hot/inference-target.ts';
import type { InferenceServer } from './hot/serve-inference.ts';
import type { RealtimeServer } from './realtime/realtime-server.ts';
import { isRealtimeUpgrade } from './realtime/upgrade-request.ts';

/** What the server serves: the inference endpoints directly, everything else by the application. */
export interface HttpDeps {
  readonly inference: InferenceServer;
  /** `POST` paths that go straight to the pipeline; the framework's share is spared. */
  readonly findTarget: FindTarget;
  readonly application: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes the connections of realtime sessions. */
  readonly realtime: Pick<RealtimeServer, 'upgrade'>;
}

const HEADERS_MAX_BYTES = 32 * 1024;
const HEADERS_TIMEOUT_MS = 30_000;
/** A client may take this long to send its whole request. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Longer than usual load balancers keep idle connections, so that they close first. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server; not listening yet. */
export function createHttpServer(deps: HttpDeps): Server {
  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      const body = JSON.stringify(WITHOUT_HOST.toBody());
      const headers = { connection: 'close', 'content-type': 'application/json' };
      response.writeHead(WITHOUT_HOST.status, { ...headers, 'content-length': body.length });
      response.end(body);
      return;
    }
    const url = originForm(request);
    const target = request.method === 'POST' ? findTarget(url) : undefined;
    if (target) deps.inference.serve(target, request, response);
    else deps.application(request, response);
  }

  function findTarget(url: string): InferenceTarget | undefined {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    return deps.findTarget(plain, mark < 0 ? '' : url.slice(mark + 1));
  }

  const server = createServer(
    {
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node's own refusal has no body; ours says what is missing.
      requireHostHeader: false,
      // Any other request for an upgrade is answered as if it asked for none.
      shouldUpgradeCallback: isRealtimeUpgrade,
    },
    answer,
  );
  server.on('upgrade', (request, socket, head) => deps.realtime.upgrade(request, socket, head));
  // Expectations that are not known may be ignored; Node would refuse them without a word.
  server.on('checkExpectation', answer);
  server.on('connect', (_request, socket) => refuse(socket, TUNNEL));
  server.on('clientError', answerClientError);
  return server;
}

/** The path and query of a request; proxies may send the whole address, which means the same. */
function originForm(request: IncomingMessage): string {
  const { url = '/' } = request;
  if (url.startsWith('/')) return url;
  const absolute = ABSOLUTE_FORM.exec(url);
  if (absolute) request.url = absolute[1]?.startsWith('/') ? absolute[1] : `/${absolute[1] ?? ''}`;
  return request.url ?? '/';
}

const ABSOLUTE_FORM = /^https?:\/\/[^/?]*(.*)$/i;

const WITHOUT_HOST = new Failure('invalid_request', { message: 'The Host header is missing.' });
const TUNNEL = new Failure('method_not_allowed', { message: 'This server opens no tunnels.' });
const NOT_HTTP = new Failure('invalid_request', { message: 'The request is not valid HTTP.' });
const CLIENT_ERRORS: Readonly<Record<string, Failure>> = {
  HPE_HEADER_OVERFLOW: new Failure('headers_too_large', {
    message: 'The address or the headers of the request are too large.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Failure('request_timeout', {
    message: 'The request was not sent in time.',
  }),
};

/** Bytes that are no HTTP request still get an answer that says so. */
function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  refuse(socket, CLIENT_ERRORS[error.code ?? ''] ?? NOT_HTTP);
}

/** Answers past the parser and closes; a connection that has answered before is only closed. */
function refuse(socket: Duplex & { readonly bytesWritten?: number }, failure: Failure): void {
  if (!socket.writable || (socket.bytesWritten ?? 0) > 0) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(failure.toBody());
  socket.end(
    `HTTP/1.1 ${failure.status} Error\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
