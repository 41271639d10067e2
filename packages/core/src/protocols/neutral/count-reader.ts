/** Larger counts than any model can process are a provider's error, not usage. */
export const TOKENS_MAX = 1_000_000_000;

/** Reads the counts of a usage object, clamping what cannot be and remembering that it did. */
export class CountReader {
  isSuspicious = false;

  /** A count of at most `within`; absent and null are zero, because another count is there. */
  read(value: unknown, within: number = TOKENS_MAX): number {
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'number' || !(value >= 0)) {
      this.isSuspicious = true;
      return 0;
    }
    if (value > within) this.isSuspicious = true;
    return Math.min(Math.floor(value), within);
  }
}

/**
 * Some providers (xAI, Gemini's compatible endpoint) count reasoning beside the output instead of in
 * it; what the total has beyond input and output is billed as reasoning.
 */
export function tokensApart(total: unknown, input: number, output: number): number {
  if (typeof total !== 'number' || !(total <= TOKENS_MAX)) return 0;
  return Math.max(0, Math.floor(total) - input - output);
}
