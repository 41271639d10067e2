import type { HeaderLookup } from './transport.ts';

/** Longest value of a client's header that is passed on, in characters. */
const VALUE_CHARS_MAX = 1_024;
const VISIBLE = /^[\x20-\x7e]+$/;

/** A client's headers of these names as a flat list, for the upstream; odd values are left out. */
export function passedOn(names: readonly string[], client: HeaderLookup | undefined): string[] {
  if (client === undefined) return [];
  return names.flatMap((name) => {
    const value = client(name);
    const isUsable = value !== undefined && value.length <= VALUE_CHARS_MAX && VISIBLE.test(value);
    return isUsable ? [name, value] : [];
  });
}
