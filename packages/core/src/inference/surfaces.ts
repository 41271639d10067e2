import type { Failure } from '../kernel/index.ts';
import {
  type ClientWire,
  createPassage,
  createTranslation,
  type Dialect,
  type Relay,
  type UpstreamWire,
  type WireName,
} from '../protocols/index.ts';
import type { Endpoint } from '../providers/index.ts';
import type { Surface, Way } from './surface.ts';

/** What a surface for models that chat is made of. */
export interface ChatSurfaceParts {
  readonly name: string;
  readonly client: ClientWire;
  /** The client's wire on both sides. */
  readonly dialect: Dialect;
  /** The way where the upstream speaks it too; the bytes as they are unless it says otherwise. */
  readonly passage?: Relay;
  /** Every wire that an upstream may speak. */
  readonly upstreams: readonly UpstreamWire[];
  /** What keeps a silent stream open. */
  readonly keepAlive?: string;
}

/**
 * A surface for models that chat: bytes pass where the upstream speaks the client's wire; any other
 * wire is translated, the provider's best first.
 */
export function createChatSurface(parts: ChatSurfaceParts): Surface {
  const { name, client, dialect, upstreams, keepAlive } = parts;
  const { passage = createPassage(dialect) } = parts;
  const ways = new Map<WireName, Way>();
  for (const upstream of upstreams) {
    const isSame = upstream.name === client.name;
    const relay = isSame ? passage : createTranslation(client, upstream);
    ways.set(upstream.name, { endpoint: upstream.name, relay });
  }
  return {
    name,
    dialect,
    ...(keepAlive === undefined ? {} : { keepAlive: Buffer.from(keepAlive) }),
    errorBody: (failure, requestId) => client.errorBody(failure, requestId),
    wayTo(provider, key, canonicalModel) {
      const wires = provider.wires(key, canonicalModel);
      const wire = wires.includes(client.name) ? client.name : wires.find((w) => ways.has(w));
      return wire && ways.get(wire);
    },
  };
}

/** What a surface without translation is made of. */
export interface PassSurfaceParts {
  readonly name: string;
  readonly dialect: Dialect;
  /** The one endpoint that answers it. */
  readonly endpoint: Endpoint;
}

/** A surface that only upstreams with the same endpoint can answer. */
export function createPassSurface({ name, dialect, endpoint }: PassSurfaceParts): Surface {
  const way = { endpoint, relay: createPassage(dialect) };
  return {
    name,
    dialect,
    errorBody: (failure: Failure) => failure.toBody(),
    wayTo: (provider, key) => (provider.endpoints(key).includes(endpoint) ? way : undefined),
  };
}
