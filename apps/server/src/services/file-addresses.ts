import type { HeaderLookup } from '@meridian/core/providers';

/** The address of a kept file for a client whose request had these headers. */
export type FileAddresses = (name: string, headers: HeaderLookup) => string;

/** A host as it may stand in an address. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Addresses under the configured public one, else under the one that the client itself has used: only
 * its own answer depends on what it writes there.
 */
export function createFileAddresses({
  publicUrl,
}: {
  readonly publicUrl: string | undefined;
}): FileAddresses {
  return (name, headers) => `${publicUrl ?? originOf(headers)}/files/${name}`;
}

function originOf(headers: HeaderLookup): string {
  const host = headers('host') ?? '';
  const isSecure = headers('x-forwarded-proto')?.split(',', 1)[0]?.trim() === 'https';
  // Without a sound host the path alone is right, wherever the client came from.
  return HOST.test(host) ? `${isSecure ? 'https' : 'http'}://${host}` : '';
}
