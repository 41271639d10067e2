import { clampUsage, type Price, type TokenCounter } from '../metering/index.ts';
import {
  type Call,
  type Dialect,
  inputTokens,
  NO_USAGE,
  outputTokens,
  type Pieces,
  type ReadUsage,
  type StreamTap,
  type Usage,
  type UsageSource,
  type WholeAnswer,
} from '../protocols/index.ts';
import type { Flight } from './flight.ts';
import { countFor, metersTokens, piecesLikely } from './pieces.ts';

/** What a request used, and where the figures come from. */
export interface CountedUsage {
  readonly usage: Usage;
  readonly source: UsageSource;
  /** The provider's figures had to be corrected. */
  readonly isSuspicious: boolean;
  /** What was delivered, where the price decides which of it counts. */
  readonly pieces?: Pieces | undefined;
}

/** What counting needs. */
export interface CountDeps {
  readonly dialect: Pick<Dialect, 'textOfAnswer' | 'textOfRequest'>;
  readonly tokens: Pick<TokenCounter, 'count'>;
}

/** The provider's figures, made possible where they were not. */
export function fromProvider(read: ReadUsage, source: UsageSource): CountedUsage {
  const { usage, flagged } = clampUsage(read.usage);
  const isSuspicious = read.isSuspicious || flagged.length > 0;
  return { usage, source, isSuspicious, pieces: read.pieces };
}

/**
 * Whether the provider's figures are what the price meters: a search that costs by the token is not
 * free because its provider counts searches.
 */
export function isMetered(read: ReadUsage, { pieces }: Call, price: Price): boolean {
  if (pieces === undefined) return true;
  return !metersTokens(price) || hasTokens(read.usage);
}

function hasTokens(usage: Usage): boolean {
  return inputTokens(usage) + outputTokens(usage) > 0;
}

/**
 * The pieces where the price is by the piece: as delivered, else as asked for. A price by both is for
 * models of which it is not known what they report: their tokens count where there are any.
 */
export function withPieces(counted: CountedUsage, { pieces }: Call, price: Price): CountedUsage {
  if (pieces === undefined || price.unit === undefined || counted.usage.units > 0) return counted;
  const { usage } = counted;
  if (pieces.by && metersTokens(price) && counted.source !== 'estimate' && hasTokens(usage)) {
    return counted;
  }
  const told = countFor(counted.pieces, price);
  if (told !== undefined) return inPieces(counted, told, 'provider');
  return inPieces(counted, piecesLikely(pieces, price), 'estimate');
}

function inPieces(counted: CountedUsage, units: number, source: UsageSource): CountedUsage {
  const { usage } = counted;
  // Estimated tokens are for prices by the token only: they were not what is charged here.
  const tokens = counted.source === 'estimate' ? NO_USAGE : usage;
  return { ...counted, usage: { ...tokens, units }, source };
}

/** The usage of a whole answer whose provider does not report what is charged: counted. */
export async function countWhole(
  flight: Flight,
  answer: WholeAnswer,
  deps: CountDeps,
): Promise<CountedUsage> {
  const model = flight.plan.resolved;
  const output = await deps.tokens.count(deps.dialect.textOfAnswer(answer.body), model);
  const counted = estimate(flight, await countInput(flight, deps), output);
  const units = answer.usage?.usage.units ?? 0;
  return { ...counted, usage: { ...counted.usage, units }, pieces: answer.usage?.pieces };
}

/** A stream that is over. */
export interface StreamToCount {
  readonly tap: StreamTap;
  /** Whether the upstream ended it itself. */
  readonly isComplete: boolean;
  /** Of the target that answered. */
  readonly price: Price;
}

/**
 * The usage of a stream: the provider's where it came. What a cut stream reported is a floor, since
 * the answer may have gone on after it.
 */
export async function countStream(
  flight: Flight,
  { tap, isComplete, price }: StreamToCount,
  deps: CountDeps,
): Promise<CountedUsage> {
  const isTold = tap.usage !== undefined && isMetered(tap.usage, flight.call, price);
  if (tap.usage && isTold && isComplete) return fromProvider(tap.usage, 'provider');
  const { text, factor } = tap.generated();
  const seen = Math.ceil((await deps.tokens.count(text, flight.plan.resolved)) * factor);
  if (!tap.usage || !isTold) {
    const counted = estimate(flight, await countInput(flight, deps), seen);
    return { ...counted, pieces: tap.usage?.pieces };
  }
  const partial = fromProvider(tap.usage, 'partial');
  const missing = Math.max(0, seen - outputTokens(partial.usage));
  const usage = { ...partial.usage, output: partial.usage.output + missing };
  return { ...partial, usage };
}

async function countInput({ call, plan }: Flight, deps: CountDeps): Promise<number> {
  return deps.tokens.count(deps.dialect.textOfRequest(call), plan.resolved);
}

function estimate({ call }: Flight, input: number, output: number): CountedUsage {
  const usage = { ...NO_USAGE, input, output, ...call.mediaTokens };
  return { usage, source: 'estimate', isSuspicious: false };
}
