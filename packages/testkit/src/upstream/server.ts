import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerChat } from './chat.ts';
import { createRecorder, type RecordedRequest } from './recorded.ts';
import type { Reply } from './reply.ts';
import { sendReply } from './send.ts';

/** Requests kept before the upstream is taken for misused. */
const REQUESTS_MAX = 100_000;

/** Answers one request; a gate or a promise may delay it. */
export type Handler = (request: RecordedRequest) => Reply | Promise<Reply>;

/** A scripted OpenAI-compatible server on loopback. */
export interface FakeUpstream extends AsyncDisposable {
  /** The origin, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Every request, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Answers for the next requests, one each, before the handler is asked. */
  enqueue(...replies: readonly (Reply | Handler)[]): void;
  /** Answers every request for which nothing is queued; at first `answerChat()`. */
  handle(handler: Handler): void;
  /** Resolves with the n-th request (from 1) as soon as it has arrived. */
  request(number: number): Promise<RecordedRequest>;
  /** Open sockets, idle ones included. */
  readonly openSockets: number;
}

/** Starts a fake upstream on a free port. Disposing it closes every connection. */
export async function createFakeUpstream(): Promise<FakeUpstream> {
  const script = createScript();
  // No time limits: a test says when something ends, however busy the machine is.
  const limits = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 };
  const server = createServer({ ...limits, noDelay: true });
  server.on('request', (message, response) => void script.answer(message, response));
  let openSockets = 0;
  server.on('connection', (socket) => {
    openSockets++;
    socket.on('close', () => openSockets--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests: script.requests,
    enqueue: (...replies) => void script.queue.push(...replies),
    handle: script.handle,
    request: script.request,
    get openSockets() {
      return openSockets;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      script.throwDefects();
    },
  };
}

/** The queue, the handler and the log of one upstream, apart from its sockets. */
function createScript() {
  const requests: RecordedRequest[] = [];
  const queue: (Reply | Handler)[] = [];
  const awaited = new Map<number, PromiseWithResolvers<RecordedRequest>>();
  const defects: unknown[] = [];
  let handler: Handler = answerChat();

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = Buffer.concat(await message.toArray());
      if (requests.length >= REQUESTS_MAX) throw new Error(`More than ${REQUESTS_MAX} requests.`);
      const recorder = createRecorder(requests.length + 1, message, body);
      response.on('finish', () => recorder.finish('complete'));
      response.on('close', () => recorder.finish('aborted'));
      requests.push(recorder.request);
      awaited.get(requests.length)?.resolve(recorder.request);
      const next = queue.shift() ?? handler;
      const reply = typeof next === 'function' ? await next(recorder.request) : next;
      await sendReply(reply, response, recorder);
    } catch (defect) {
      // A client that leaves while sending its body is no defect of the script.
      if (!message.errored) defects.push(defect);
      response.destroy();
    }
  }

  async function request(number: number): Promise<RecordedRequest> {
    const arrived = requests[number - 1];
    if (arrived) return arrived;
    const waiting = awaited.get(number) ?? Promise.withResolvers<RecordedRequest>();
    awaited.set(number, waiting);
    return waiting.promise;
  }

  return {
    requests,
    queue,
    answer,
    request,
    handle(next: Handler): void {
      handler = next;
    },
    throwDefects(): void {
      if (defects.length > 0) throw new AggregateError(defects, 'The scripted upstream failed.');
    },
  };
}
