/**
 * What one request used, in disjoint buckets: no token is counted in two. A later snapshot of the
 * same request replaces an earlier one, never adds to it.
 */
export interface Usage {
  /** Input tokens that were neither read from nor written to a cache, text. */
  readonly input: number;
  readonly cacheRead: number;
  /** Tokens written to the provider's short-lived cache (5 minutes where it names a time). */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly inputAudio: number;
  readonly inputImage: number;
  /** Output text tokens without reasoning. */
  readonly output: number;
  readonly reasoning: number;
  readonly outputAudio: number;
  readonly outputImage: number;
  /** Things priced by the piece: calls, images, characters, seconds of audio, searches. */
  readonly units: number;
}

/** The names of the buckets, in the order in which records keep them. */
export const USAGE_BUCKETS = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
  'units',
] as const satisfies readonly (keyof Usage)[];

export const NO_USAGE: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  inputAudio: 0,
  inputImage: 0,
  output: 0,
  reasoning: 0,
  outputAudio: 0,
  outputImage: 0,
  units: 0,
};

/**
 * Where the numbers come from: the provider's own final figures; the provider's figures of an answer
 * that was cut; or our count with a tokenizer because the provider gave none.
 */
export type UsageSource = 'provider' | 'partial' | 'estimate';

/** All input tokens, cached or not. */
export function inputTokens(usage: Usage): number {
  return (
    usage.input +
    usage.cacheRead +
    usage.cacheWrite5m +
    usage.cacheWrite1h +
    usage.inputAudio +
    usage.inputImage
  );
}

/** All output tokens, reasoning included. */
export function outputTokens(usage: Usage): number {
  return usage.output + usage.reasoning + usage.outputAudio + usage.outputImage;
}
