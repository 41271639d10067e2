import { matchesGlob } from '../kernel/index.ts';

/** Input tokens of the largest image; the first matching row counts, so the last is for the rest. */
const IMAGE_TOKENS_MAX: readonly (readonly [pattern: string, tokens: number])[] = [
  // Tiles of 512 px, 8 at most: base + 8 × tile.
  ['gpt-4o-mini*', 2_833 + 8 * 5_667],
  ['gpt-4o*', 85 + 8 * 170],
  // Patches of 32 px × the model's multiplier; how many depends on the detail that may be asked for.
  ['gpt-4.1*', Math.ceil(1_536 * 2.46)],
  ['gpt-6*', 30_000 * 1.2],
  ['gpt-5.6*', 30_000 * 1.2],
  ['gpt-5*', 10_000 * 1.2],
  // Tiles of 768 px, and fixed sizes since Gemini 3.
  ['gemini-2*', 16 * 258],
  ['gemini-*', 2_240],
  // 2,576 px on the long edge since Opus 4.7.
  ['claude-*', 4_784],
  // Qwen's largest, above Mistral's and Llama's.
  ['*', 16_384],
];

/** The most input tokens that one image can cost on a model. */
export function imageTokensMax(model: string): number {
  for (const [pattern, tokens] of IMAGE_TOKENS_MAX) {
    if (matchesGlob(pattern, model)) return tokens;
  }
  return 0;
}
