import type { Endpoint, ProviderKind } from './types.ts';

/** What a provider has paths for. */
export type Paths = Readonly<Partial<Record<Endpoint, string>>>;

/** The endpoints of a table of paths. */
export function endpointsOf(...tables: readonly Paths[]): readonly Endpoint[] {
  return tables.flatMap((table) => Object.keys(table) as Endpoint[]);
}

/** The path of an endpoint. Throws where there is none: routing asks for what exists only. */
export function pathOf(kind: ProviderKind, paths: Paths, endpoint: Endpoint): string {
  const path = paths[endpoint];
  if (path === undefined) throw new Error(`a key of the kind ${kind} has no ${endpoint}`);
  return path;
}
