const VERSIONED = /\/v\d+[a-z]*\d*$/;

/** How the paths of an API begin. */
export interface ApiRoot {
  /** The version that is added where the URL names none, e.g. `/v1`. */
  readonly version: string;
  /** Ends of paths that people copy along with the base URL, longest first. */
  readonly endings: readonly string[];
}

/** The path in front of an API's endpoints, for a base URL given with or without its version. */
export function apiPath(pathname: string, { version, endings }: ApiRoot): string {
  const trimmed = pathname.replace(/\/+$/, '');
  const ending = endings.find((known) => trimmed.endsWith(known)) ?? '';
  const path = trimmed.slice(0, trimmed.length - ending.length);
  return VERSIONED.test(path) ? path : `${path}${version}`;
}
