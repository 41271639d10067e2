import type { Route } from '@meridian/contract';

/** The methods that a path knows, as an `Allow` header; undefined for an unknown path. */
export type AllowedMethods = (path: string) => string | undefined;

/** Reads the table once; a look-up compares the path with each route. */
export function createAllowedMethods(table: readonly Route[]): AllowedMethods {
  const patterns = table.map((route) => ({ route, matches: pathMatcher(route) }));
  return (path) => {
    const methods = new Set<string>();
    for (const { route, matches } of patterns) if (matches(path)) methods.add(route.method);
    if (methods.size === 0) return undefined;
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods, 'OPTIONS'].sort().join(', ');
  };
}

function pathMatcher(route: Route): (path: string) => boolean {
  const expected = segments(route.path);
  return (path) => {
    const actual = segments(path);
    const isLongEnough = route.hasRestParam
      ? actual.length >= expected.length
      : actual.length === expected.length;
    return isLongEnough && expected.every((part, i) => matchesSegment(part, actual[i] ?? ''));
  };
}

/** A parameter takes any segment, or with a suffix (`{model}:countTokens`) those that end so. */
function matchesSegment(expected: string, actual: string): boolean {
  const suffix = /^\{\w+\}(.*)$/.exec(expected)?.[1];
  if (suffix === undefined) return expected === actual;
  return actual.length > suffix.length && actual.endsWith(suffix);
}

function segments(path: string): readonly string[] {
  return path.replace(/\/$/, '').split('/').slice(1);
}
