import type { Route, Schema, SchemaError } from '@meridian/contract';
import { Failure } from '@meridian/core/kernel';
import { findUnstorable } from './storable-text.ts';

/** A field path in an error is cut at this many characters. */
const PARAM_MAX_CHARS = 200;

/** What a request carries, before it is checked. */
export interface Unbound {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** What a route declared, checked. */
export interface Bound<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** Checks a request against its route; the first thing wrong is thrown as a 400 that names it. */
export function bind<P, Q, B>(route: Route<P, Q, B>, request: Unbound): Bound<P, Q, B> {
  const { params, query, body } = request;
  for (const part of [params, query, body]) requireStorable(part);
  return {
    params: parse(route.params, params),
    query: parse(route.query, query),
    body: bindBody(route, body),
  };
}

function requireStorable(part: unknown): void {
  const path = findUnstorable(part);
  if (path === undefined) return;
  const param = path.join('.').slice(0, PARAM_MAX_CHARS);
  throw new Failure('invalid_request', {
    message: 'Texts must not hold zero characters or half of a surrogate pair.',
    ...(param === '' ? {} : { param }),
  });
}

function bindBody<P, Q, B>(route: Route<P, Q, B>, body: unknown): B {
  const { body: expected } = route;
  if (expected === undefined) return undefined as B;
  if (body === undefined && expected.isOptional !== true) {
    throw new Failure('invalid_request', { message: 'The request needs a JSON body.' });
  }
  return parse(expected.schema, body === undefined ? {} : body);
}

function parse<T>(schema: Schema<T> | undefined, value: unknown): T {
  if (schema === undefined) return undefined as T;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw toFailure(result.error);
}

function toFailure(error: SchemaError): Failure {
  const issue = error.issues[0];
  if (issue === undefined) return new Failure('invalid_request', { message: 'Invalid request.' });
  const { path, message } = describe(issue);
  if (path.length === 0) return new Failure('invalid_request', { message });
  const param = path.map(String).join('.').slice(0, PARAM_MAX_CHARS);
  return new Failure('invalid_request', { message: `${param}: ${message}`, param });
}

type Issue = SchemaError['issues'][number];

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where and what: the unknown field itself, and of alternatives the one that came furthest. */
function describe(issue: Issue): Fault {
  if (issue.code === 'unrecognized_keys') {
    return { path: [...issue.path, issue.keys[0] ?? ''], message: 'Unknown field.' };
  }
  if (issue.code !== 'invalid_union') return issue;
  const faults = likelyBranches(issue.errors).flatMap((branch) => branch.slice(0, 1).map(describe));
  const depth = Math.max(0, ...faults.map(({ path }) => path.length));
  const deepest = faults.filter(({ path }) => path.length === depth);
  const messages = [...new Set(deepest.map(({ message }) => message))];
  return {
    path: [...issue.path, ...(deepest[0]?.path ?? [])],
    message: messages.length === 0 ? issue.message : messages.join(' Or: '),
  };
}

/** The alternatives whose fixed fields (`type`, `role` …) all matched; all of them if none did. */
function likelyBranches(branches: readonly (readonly Issue[])[]): readonly (readonly Issue[])[] {
  const matching = branches.filter((branch) =>
    branch.every(({ code }) => code !== 'invalid_value' && code !== 'custom'),
  );
  return matching.length > 0 ? matching : branches;
}
