/**
 * A pattern with `*` anywhere, each matching any run of characters (also none). Matching is linear
 * in pattern × text without regular expressions, so that no pattern can be made to hang.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The rule for `text`: the exact one, else the longest matching pattern; undefined when none. */
export function bestMatch<T>(
  rules: ReadonlyMap<string, T>,
  text: string,
): readonly [pattern: string, value: T] | undefined {
  const exact = rules.get(text);
  if (exact !== undefined) return [text, exact];
  let best: readonly [string, T] | undefined;
  for (const [pattern, value] of rules) {
    if (best && pattern.length <= best[0].length) continue;
    if (pattern.includes('*') && matchesGlob(pattern, text)) best = [pattern, value];
  }
  return best;
}
