import type { Route } from '@meridian/contract';
import type { Actor, Principal } from '@meridian/core/accounts';
import { type Bound, bind, type Unbound } from './bind.ts';

/** Who is calling. */
export type Caller = Principal;

/** What the edge knows of a call besides what it carries. */
export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Address of the client behind trusted proxies. */
  readonly address: string;
  /** A header of the request by its lower-case name. */
  header(name: string): string | undefined;
  /** Unique per account and `Idempotency-Key`; absent when the caller sent none. */
  readonly writeKey?: string;
}

/** A checked request of an authenticated caller. */
export type Call<P, Q, B> = Bound<P, Q, B> & CallContext;

/** What a route answers; text, bytes and streams are sent as they are, anything else as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it is not what the contract says of the status. */
  readonly contentType?: string;
}

/** A route of the contract together with the function that answers it. */
export type ServedRoute =
  | {
      readonly kind: 'keyed';
      readonly route: Route;
      /** Checks what the request carries and returns the call that is still to be made. */
      prepare(request: Unbound): (context: CallContext) => Promise<Answer>;
    }
  | {
      readonly kind: 'public';
      readonly route: Route;
      answer(request: Unbound): Promise<Answer>;
    };

/** Serves a route that needs a key. */
export function serve<P, Q, B>(
  route: Route<P, Q, B>,
  handle: (call: Call<P, Q, B>) => Promise<Answer> | Answer,
): ServedRoute {
  return {
    kind: 'keyed',
    route,
    prepare(request) {
      const bound = bind(route, request);
      return async (context) => handle({ ...bound, ...context });
    },
  };
}

/** Serves a route that everybody, or whoever holds the metrics token, may read. */
export function servePublic<P, Q, B>(
  route: Route<P, Q, B>,
  handle: (request: Bound<P, Q, B>) => Promise<Answer> | Answer,
): ServedRoute {
  return { kind: 'public', route, answer: async (request) => handle(bind(route, request)) };
}

/** The caller as the services of the core know it. */
export function actorOf({ caller, address, writeKey }: CallContext): Actor {
  const { policy, isLimited, keyTail } = caller;
  return { policy, isLimited, keyTail, address, ...(writeKey === undefined ? {} : { writeKey }) };
}
