import type { Failure } from '../kernel/index.ts';
import type { Call, ClientDialect, Relay } from '../protocols/index.ts';
import type { Endpoint, Provider, UpstreamKey } from '../providers/index.ts';

/** How a surface reaches an upstream: the endpoint that is asked, and the way there and back. */
export interface Way {
  readonly endpoint: Endpoint;
  readonly relay: Relay;
}

/** One inference endpoint as clients see it. */
export interface Surface {
  /** The name under which it is recorded and counted. */
  readonly name: string;
  /** How its clients speak. */
  readonly dialect: ClientDialect;
  /** The way to a model at an upstream; undefined where that cannot answer this surface. */
  wayTo(provider: Provider, key: UpstreamKey, canonicalModel: string, call: Call): Way | undefined;
  /** What keeps a silent stream open without saying anything; undefined where clients know none. */
  readonly keepAlive?: Buffer;
  /** An error as its clients expect it; some look for the id of the request in it. */
  errorBody(failure: Failure, requestId?: string): object;
}

/** The text of an error event of a surface. */
export function errorEvent(
  { dialect, errorBody }: Surface,
  failure: Failure,
  requestId: string,
): Buffer {
  return dialect.errorEvent(errorBody(failure, requestId));
}
