import { Readable } from 'node:stream';
import { type BodySource, writeForm } from '@meridian/core/protocols';
import type {
  HeaderLookup,
  Reach,
  Transport,
  TransportFault,
  UpstreamExchange,
  UpstreamListener,
  UpstreamRequest,
} from '@meridian/core/providers';
import { type Dispatcher, Pool } from 'undici';
import { type CompressedBody, isCompressed, openCompressedBody } from './compressed-body.ts';
import {
  ADDRESS_NOT_ALLOWED,
  createGuardedConnector,
  isPublicAddress,
} from './guarded-connector.ts';

/** Limits of the connections to upstreams. */
export interface TransportOptions {
  readonly connectTimeoutMs: number;
  /** Longest silence before the head of a reply. */
  readonly headersTimeoutMs: number;
  /** Longest silence between two chunks of a reply. */
  readonly idleTimeoutMs: number;
  readonly connectionsPerOriginMax: number;
  /** Upstream hosts with a pool of their own; the one used longest ago is closed beyond that. */
  readonly originsMax: number;
  /** Whether an address at a port is this server itself, which nothing is sent to. */
  readonly isSelf: (address: string, port: number) => boolean;
}

/** A transport with one connection pool per upstream and reach; closing it waits for running exchanges. */
export interface UndiciTransport extends Transport, AsyncDisposable {}

const FAULT_KINDS: Readonly<Record<string, TransportFault['kind']>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  ECONNREFUSED: 'connect',
  ENOTFOUND: 'connect',
  EAI_AGAIN: 'connect',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_SOCKET: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_ABORTED: 'aborted',
  [ADDRESS_NOT_ALLOWED]: 'refused_address',
};

/** What an error of a connection means. */
export function faultOf(error: Error & { code?: unknown }): TransportFault {
  const code = typeof error.code === 'string' ? error.code : '';
  return {
    kind: FAULT_KINDS[code] ?? 'protocol',
    message: `${code || error.name}: ${error.message}`,
  };
}

/** Carries one exchange between the pool and its listener. */
class Exchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  readonly #listener: UpstreamListener;
  #controller: Dispatcher.DispatchController | undefined;
  #compressed: CompressedBody | undefined;
  #isAborted = false;
  /** The connection serves others already, while what was compressed may still come out. */
  #isReceived = false;
  #isOver = false;

  constructor(listener: UpstreamListener) {
    this.#listener = listener;
  }

  pause(): void {
    if (this.#isOver) return;
    if (this.#compressed) this.#compressed.pause();
    else this.#controller?.pause();
  }

  resume(): void {
    if (this.#isOver) return;
    if (this.#compressed) this.#compressed.resume();
    else this.#controller?.resume();
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    if (this.#isOver) return;
    if (this.#isReceived) queueMicrotask(() => this.#fail(ABORTED));
    else this.#controller?.abort(new Error('given up'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection; sending it now would tie the connection up for good.
    if (this.#isAborted) controller.abort(new Error('given up'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    const lookup: HeaderLookup = (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const encoding = lookup('content-encoding');
    if (isCompressed(encoding) && !this.#openCompressed(encoding, controller)) return;
    this.#listener.onHead(status, lookup);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#compressed) this.#compressed.push(chunk);
    else this.#listener.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isReceived = true;
    if (this.#compressed) this.#compressed.end();
    else this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#isAborted ? ABORTED : faultOf(error));
  }

  /** Some upstreams, and proxies before them, compress although they are asked not to. */
  #openCompressed(encoding: string, controller: Dispatcher.DispatchController): boolean {
    this.#compressed = openCompressedBody(encoding, {
      onData: (chunk) => {
        if (!this.#isOver) this.#listener.onData(chunk);
      },
      onEnd: () => this.#finish(),
      onError: (error) => {
        this.#fail({ kind: 'protocol', message: `content-encoding: ${error.message}` });
        if (!this.#isReceived) controller.abort(error);
      },
      onFull: () => controller.pause(),
      onDrain: () => {
        if (!this.#isReceived) controller.resume();
      },
    });
    if (this.#compressed) return true;
    controller.abort(new Error('The answer has an unknown content-encoding.'));
    return false;
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onEnd();
  }

  #fail(fault: TransportFault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#compressed?.destroy();
    this.#listener.onFault(fault);
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The headers as they are sent: without a word about it, a server may compress. Servers that take forms
 * often refuse those whose length they are not told.
 */
function headersOf({ headers }: UpstreamRequest, source: BodySource | undefined): string[] {
  const sent = [...headers, 'accept-encoding', 'identity'];
  if (source) sent.push('content-length', String(source.length));
  return sent;
}

const ABORTED: TransportFault = { kind: 'aborted', message: 'given up' };

/**
 * HTTP/1.1 to upstreams over pooled connections (undici's dispatch, its cheapest interface). It
 * follows no redirects: they would lead past the check of the address that `reach` asks for.
 */
export function createUndiciTransport(options: TransportOptions): UndiciTransport {
  // A connection made for one reach never serves the other.
  const poolsOf: Readonly<Record<Reach, Map<string, Pool>>> = { any: new Map(), public: new Map() };
  const settings = { timeout: options.connectTimeoutMs };

  /** Every connection is checked with the address that it is made to, for its origin's port. */
  function connectorTo(origin: string, reach: Reach) {
    const { protocol, port } = new URL(origin);
    const portNumber = Number(port === '' ? DEFAULT_PORTS[protocol] : port);
    return createGuardedConnector(
      settings,
      (address) =>
        (reach === 'any' || isPublicAddress(address)) && !options.isSelf(address, portNumber),
    );
  }

  function openPool(origin: string, reach: Reach): Pool {
    const pools = poolsOf[reach];
    const [oldest] = pools.keys();
    if (pools.size >= options.originsMax && oldest !== undefined) {
      const closing = pools.get(oldest);
      pools.delete(oldest);
      closing?.close().catch(() => undefined);
    }
    const pool = new Pool(origin, {
      connections: options.connectionsPerOriginMax,
      pipelining: 1,
      allowH2: false,
      connect: connectorTo(origin, reach),
    });
    pools.set(origin, pool);
    return pool;
  }

  return {
    send(request: UpstreamRequest, listener: UpstreamListener): UpstreamExchange {
      const exchange = new Exchange(listener);
      const { origin, reach } = request;
      const pool = poolsOf[reach].get(origin) ?? openPool(origin, reach);
      const { path, method, form, silence } = request;
      const source = form && writeForm(form);
      const body = source ? Readable.from(source.open(), { objectMode: false }) : request.body;
      const headersTimeout = silence?.headMs ?? options.headersTimeoutMs;
      const bodyTimeout = silence?.bodyMs ?? options.idleTimeoutMs;
      const headers = headersOf(request, source);
      pool.dispatch({ path, method, body, headers, headersTimeout, bodyTimeout }, exchange);
      return exchange;
    },
    async [Symbol.asyncDispose]() {
      const pools = [...poolsOf.any.values(), ...poolsOf.public.values()];
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}
