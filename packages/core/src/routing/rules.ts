import { bestMatch } from '../kernel/index.ts';

/** A routing rule that matched. */
export type Match<T> = readonly [pattern: string, value: T];

/**
 * The rule for a model under any of its names: an exact rule (for the earlier name first) wins over
 * a pattern, a longer pattern over a shorter one.
 */
export function matchRule<T>(
  rules: ReadonlyMap<string, T>,
  names: readonly string[],
): Match<T> | undefined {
  for (const name of names) {
    const exact = rules.get(name);
    if (exact !== undefined) return [name, exact];
  }
  let best: Match<T> | undefined;
  for (const name of names) {
    const match = bestMatch(rules, name);
    if (match && (!best || match[0].length > best[0].length)) best = match;
  }
  return best;
}

/** The names of a model without repetition. */
export function namesOf(spelled: string, canonical: string): readonly string[] {
  return spelled === canonical ? [spelled] : [spelled, canonical];
}
