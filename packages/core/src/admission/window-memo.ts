import { type ModelNames, type RatePolicy, windowsFor } from './limits.ts';
import type { WindowSpec } from './windows/types.ts';

/** API keys remembered per policy; a named key is one of at most a few hundred of its account. */
const KEYS_PER_POLICY_MAX = 64;

/** The windows of a request, remembered by the objects that stand for its policy and its model. */
export type WindowPlanner = (
  policy: RatePolicy,
  names: ModelNames,
  keyId: string,
) => readonly WindowSpec[];

/** `windowsFor`, remembered: policies and names are objects that are replaced on every change. */
export function createWindowPlanner(): WindowPlanner {
  const known = new WeakMap<RatePolicy, Map<string, WeakMap<ModelNames, readonly WindowSpec[]>>>();
  return (policy, names, keyId) => {
    let byKey = known.get(policy);
    if (!byKey) {
      byKey = new Map();
      known.set(policy, byKey);
    }
    let byNames = byKey.get(keyId);
    if (!byNames) {
      if (byKey.size >= KEYS_PER_POLICY_MAX) byKey.clear();
      byNames = new WeakMap();
      byKey.set(keyId, byNames);
    }
    let windows = byNames.get(names);
    if (!windows) {
      windows = windowsFor(policy, { ...names, keyId });
      byNames.set(names, windows);
    }
    return windows;
  };
}
