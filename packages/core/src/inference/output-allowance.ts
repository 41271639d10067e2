/** Output tokens added to a hold at a time while an answer runs. */
const STEP_TOKENS = 1_024;

/** How a running answer that has no bound of its own grows its hold. */
export interface OutputAllowance {
  /** Whether the hold covers so many output tokens; grows it in steps, asking the ledger if needed. */
  cover(tokens: number): boolean | Promise<boolean>;
}

/** `grow` adds the price of so many output tokens to the hold; false when the balance cannot. */
export function createOutputAllowance(
  heldTokens: number,
  grow: (tokens: number) => boolean | Promise<boolean>,
): OutputAllowance {
  let covered = heldTokens;
  return {
    cover(tokens) {
      if (tokens <= covered) return true;
      const missing = Math.ceil((tokens - covered) / STEP_TOKENS) * STEP_TOKENS;
      const granted = grow(missing);
      if (granted === false) return false;
      if (granted === true) {
        covered += missing;
        return true;
      }
      return granted.then((isGranted) => {
        if (isGranted) covered += missing;
        return isGranted;
      });
    },
  };
}
