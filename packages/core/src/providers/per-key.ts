import type { UpstreamKey } from './types.ts';

/** Remembers what is derived from a provider key as long as the key exists. */
export function createPerKey<T>(derive: (key: UpstreamKey) => T): (key: UpstreamKey) => T {
  const known = new WeakMap<UpstreamKey, { readonly value: T }>();
  return (key) => {
    let found = known.get(key);
    if (!found) {
      found = { value: derive(key) };
      known.set(key, found);
    }
    return found.value;
  };
}
