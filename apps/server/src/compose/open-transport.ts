import { systemClock } from '@meridian/core/kernel';
import { createSandboxTransport, SANDBOX_ORIGIN, type Transport } from '@meridian/core/providers';
import { isListenPlace, type ListenPlace } from '@meridian/core/routing';
import { createGoogleTokens } from '../upstream/google-tokens.ts';
import { createTokenExchange, openTokenFetch } from '../upstream/token-exchange.ts';
import { withGoogleTokens } from '../upstream/token-transport.ts';
import { createUndiciTransport } from '../upstream/undici-transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Providers think long before they answer whole; the request's own deadline is shorter still. */
const UPSTREAM_SILENCE_MS = 600_000;
const CONNECTIONS_PER_UPSTREAM_MAX = 10_000;
const UPSTREAMS_MAX = 1_000;

/** Sends to upstreams over the network, with the access tokens that some need, and to the sandbox. */
export function openTransport(
  listenPlace: () => ListenPlace,
  open: AsyncDisposableStack,
): Transport {
  const sandbox = createSandboxTransport({ clock: systemClock, soon: setImmediate });
  const network = open.use(
    createUndiciTransport({
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      headersTimeoutMs: UPSTREAM_SILENCE_MS,
      idleTimeoutMs: UPSTREAM_SILENCE_MS,
      connectionsPerOriginMax: CONNECTIONS_PER_UPSTREAM_MAX,
      originsMax: UPSTREAMS_MAX,
      isSelf: (address, port) => isListenPlace(address, port, listenPlace()),
    }),
  );
  const exchange = createTokenExchange(open.use(openTokenFetch()).send);
  const tokens = createGoogleTokens({ clock: systemClock, exchange });
  const upstreams = withGoogleTokens(network, tokens);
  return {
    send: (request, listener) =>
      (request.origin === SANDBOX_ORIGIN ? sandbox : upstreams).send(request, listener),
  };
}
