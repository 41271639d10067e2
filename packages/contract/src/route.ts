import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/** A runtime check that yields a `T`. */
export type Schema<T = unknown> = z.ZodType<T>;
/** What a failed check tells: the issues, in the order found. */
export type SchemaError = z.ZodError;

/** The methods that Meridian's routes use. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Who may call: holders of a secret key, everybody, or holders of the metrics token where one is set. */
export type Auth = 'key' | 'none' | 'metrics';

/** The chapters of the reference. */
export type Tag =
  | 'Inference'
  | 'Responses'
  | 'Astrology'
  | 'Accounts'
  | 'Provider keys'
  | 'Configuration'
  | 'Dashboard'
  | 'Usage'
  | 'Service';

/** The request body of a route. */
export interface BodySpec<B = unknown> {
  readonly schema: Schema<B>;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Another form of the same request, such as JSON in the place of an upload. */
  readonly alternative?: { readonly contentType: string; readonly schema: Schema };
  /** An absent body is read as `{}`. */
  readonly isOptional?: boolean;
  /** A body that works as it stands; the curl line of the reference sends it. */
  readonly example?: unknown;
}

/** One successful answer. */
export interface ResponseSpec {
  readonly description: string;
  /** Absent for answers without a body. */
  readonly schema?: Schema;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** A second form of the same answer, such as the event stream of a chat. */
  readonly alternative?: { readonly contentType: string; readonly schema: Schema };
  /** Names of headers from the header list that this answer carries. */
  readonly headers?: readonly string[];
  readonly example?: unknown;
}

/** One route as data: what it binds, who may call it, and everything it can answer. */
export interface Route<P = unknown, Q = unknown, B = unknown> {
  /** Stable and unique, `noun.verb`; the operation id of the OpenAPI document. */
  readonly id: string;
  readonly method: Method;
  /** Parameters in braces, e.g. `/x-users/{identifier}`. */
  readonly path: string;
  /** The last parameter takes the rest of the path, slashes included. */
  readonly hasRestParam?: boolean;
  /** The id of the route that this one repeats under another method or path. */
  readonly aliasOf?: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly auth: Auth;
  readonly params?: Schema<P>;
  readonly query?: Schema<Q>;
  readonly body?: BodySpec<B>;
  /** Names of request headers from the header list that matter here. */
  readonly requestHeaders?: readonly string[];
  /** By status. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** Codes that this route can answer with, besides those that every route can. */
  readonly errors: readonly ErrorCode[];
}

/** Checks a route's types where it is declared and keeps what it binds. */
export function defineRoute<P = unknown, Q = unknown, B = unknown>(
  route: Route<P, Q, B>,
): Route<P, Q, B> {
  return route;
}

/** The same route under another id, method or path. */
export function aliasRoute<P, Q, B>(
  route: Route<P, Q, B>,
  as: { readonly id: string; readonly method?: Method; readonly path?: string },
): Route<P, Q, B> {
  return { ...route, ...as, aliasOf: route.id };
}

/** The names of the parameters in a route's path, in order. */
export function pathParams(path: string): readonly string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? '');
}
