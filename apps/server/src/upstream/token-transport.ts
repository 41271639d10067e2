import type {
  ServiceAccount,
  Transport,
  TransportFault,
  UpstreamExchange,
  UpstreamListener,
  UpstreamRequest,
} from '@meridian/core/providers';
import type { GoogleTokens } from './google-tokens.ts';

const ABORTED: TransportFault = { kind: 'aborted', message: 'given up' };

/** An exchange that begins when its token is there; before that it can be paused and given up. */
class WaitingExchange implements UpstreamExchange {
  readonly #listener: UpstreamListener;
  #running: UpstreamExchange | undefined;
  #isPaused = false;
  #isAborted = false;

  constructor(listener: UpstreamListener) {
    this.#listener = listener;
  }

  pause(): void {
    this.#isPaused = true;
    this.#running?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#running?.resume();
  }

  abort(): void {
    this.#running?.abort();
    if (this.#running || this.#isAborted) return;
    this.#isAborted = true;
    queueMicrotask(() => this.#listener.onFault(ABORTED));
  }

  begin(send: () => UpstreamExchange): void {
    if (this.#isAborted) return;
    this.#running = send();
    if (this.#isPaused) this.#running.pause();
  }

  fail(fault: TransportFault): void {
    if (!this.#isAborted) this.#listener.onFault(fault);
  }
}

/** A transport whose requests of service accounts carry their access token. */
export function withGoogleTokens(transport: Transport, tokens: GoogleTokens): Transport {
  function sendWith(token: string, parts: WaitingRequest): UpstreamExchange {
    const { request, account, listener } = parts;
    const headers = [...request.headers, 'authorization', `Bearer ${token}`];
    return transport.send(
      { ...request, headers },
      watching(listener, () => tokens.forget(account, token)),
    );
  }

  return {
    send(request, listener) {
      const account = request.serviceAccount;
      if (account === undefined) return transport.send(request, listener);
      const parts = { request, account, listener };
      const token = tokens.current(account, request.reach);
      if (token !== undefined) return sendWith(token, parts);
      const exchange = new WaitingExchange(listener);
      void tokens.fetch(account, request.reach).then((fetched) => {
        if (typeof fetched === 'string') exchange.begin(() => sendWith(fetched, parts));
        else exchange.fail(fetched);
      });
      return exchange;
    },
  };
}

interface WaitingRequest {
  readonly request: UpstreamRequest;
  readonly account: ServiceAccount;
  readonly listener: UpstreamListener;
}

/** Hears whether the token was refused. */
function watching(listener: UpstreamListener, onRefused: () => void): UpstreamListener {
  return {
    onHead(status, headers) {
      if (status === 401) onRefused();
      listener.onHead(status, headers);
    },
    onData: (chunk) => listener.onData(chunk),
    onEnd: () => listener.onEnd(),
    onFault: (fault) => listener.onFault(fault),
  };
}
