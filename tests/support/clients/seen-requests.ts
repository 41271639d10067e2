import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** The ids of the requests that clients of this process have sent to a server. */
export interface SeenRequests extends Disposable {
  /** The `x-request-id` of the latest answer. */
  readonly latestId: string | undefined;
  readonly count: number;
}

interface HeadersMessage {
  readonly request: { readonly origin: unknown };
  readonly response: { readonly headers: readonly Buffer[] };
}

const CHANNEL = 'undici:request:headers';

/**
 * Looks on at every answer that the process's `fetch` gets from an origin: clients that hide the id of
 * a request need no other `fetch`, and so stay as users have them.
 */
export function watchRequests(origin: () => string): SeenRequests {
  let latestId: string | undefined;
  let count = 0;
  const look = (message: unknown): void => {
    const { request, response } = message as HeadersMessage;
    if (String(request.origin) !== origin()) return;
    const id = headerOf('x-request-id', response.headers);
    if (id === undefined) return;
    latestId = id;
    count++;
  };
  subscribe(CHANNEL, look);
  return {
    get latestId() {
      return latestId;
    },
    get count() {
      return count;
    },
    [Symbol.dispose]: () => void unsubscribe(CHANNEL, look),
  };
}

function headerOf(name: string, headers: readonly Buffer[]): string | undefined {
  const at = headers.findIndex(
    (header, index) => index % 2 === 0 && header.toString('latin1').toLowerCase() === name,
  );
  return at < 0 ? undefined : headers[at + 1]?.toString('latin1');
}
