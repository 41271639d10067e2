import type { ResponseHeaders } from './ports.ts';

/** The headers of an answer of another type than the surface's usual one; else as they are. */
export function withContentType(
  headers: ResponseHeaders,
  contentType: string | undefined,
): ResponseHeaders {
  if (contentType === undefined) return headers;
  const changed = [...headers];
  const name = changed.indexOf('content-type');
  if (name < 0) return ['content-type', contentType, ...headers];
  changed[name + 1] = contentType;
  return changed;
}
