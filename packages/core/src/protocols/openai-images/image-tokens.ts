/** What of a request decides how many tokens its images have. */
export interface ImageKind {
  /** Lower case; undefined for the model's own choice. */
  readonly quality: string | undefined;
  readonly megapixels: number;
}

/** Pixels of the square image of which prices speak. */
const SQUARE_PIXELS = 1_024 * 1_024;
const SIZE = /^(\d{1,5})x(\d{1,5})$/;

/** Tokens of an image of one megapixel: the most that any model documents, and the usual. */
const TOKENS: readonly (readonly [quality: string, max: number, likely: number])[] = [
  ['low', 600, 300],
  ['medium', 2_400, 1_500],
  ['standard', 2_400, 1_500],
];
const TOKENS_MAX = 8_000;
const TOKENS_LIKELY_HIGH = 6_000;
const TOKENS_LIKELY = 1_500;
/** A preview within a stream. */
const PARTIAL_TOKENS = 100;

/** Megapixels of a size such as `1024x1536`, rounded up; 1 where the model decides. */
export function megapixelsOf(size: string | undefined): number {
  const match = SIZE.exec(size ?? '');
  if (!match) return 1;
  return Math.max(1, Math.ceil((Number(match[1]) * Number(match[2])) / SQUARE_PIXELS));
}

/** No image of the kind has more tokens. */
export function imageTokensMax({ quality, megapixels }: ImageKind, partials: number): number {
  const known = TOKENS.find(([name]) => name === quality);
  return (known?.[1] ?? TOKENS_MAX) * megapixels + partials * PARTIAL_TOKENS;
}

/** What is charged for one image where the price is by the token and nobody tells how many it has. */
export function imageTokensLikely({ quality, megapixels }: ImageKind, partials: number): number {
  const known = TOKENS.find(([name]) => name === quality);
  const high = quality === 'high' || quality === 'hd' ? TOKENS_LIKELY_HIGH : TOKENS_LIKELY;
  return (known?.[2] ?? high) * megapixels + partials * PARTIAL_TOKENS;
}
