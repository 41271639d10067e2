import {
  type Failure,
  type Millionths,
  type Nanodollars,
  nanodollars,
} from '../../kernel/index.ts';
import type { Hold, Ledger, Payer } from '../../ledger/index.ts';
import {
  affordableOutput,
  holdAmount,
  type Price,
  type TokenBucket,
} from '../../metering/index.ts';
import { isRefusal, OUTPUT_TOKENS_WORTHWHILE, refusalFailure } from '../place-hold.ts';
import type { InputTokens } from './conversation.ts';

/** What a response may use at most. */
export interface ResponseBounds {
  readonly price: Price;
  readonly factor: Millionths;
  readonly input: InputTokens;
  readonly outputTokens: number;
  /** Whether its output may be spoken, which costs more. */
  readonly isSpoken: boolean;
}

/** A hold with the output that it covers. */
export interface PlacedHold {
  readonly hold: Hold;
  readonly outputTokens: number;
}

const READ: readonly TokenBucket[] = ['input', 'cacheRead', 'inputImage'];
const HEARD: readonly TokenBucket[] = ['inputAudio', 'cacheRead'];
const WRITTEN: readonly TokenBucket[] = ['output', 'reasoning'];

/**
 * Base nanodollars that no response within its bounds exceeds. Text and audio are held at their own
 * rates: audio costs eight times as much, and most of a conversation may be text.
 */
export function responseHold(bounds: ResponseBounds): Nanodollars {
  return nanodollars(holdAmount(withoutAudio(bounds)) + heardHold(bounds));
}

function heardHold({ price, factor, input }: ResponseBounds): Nanodollars {
  const { call: _, ...byTokens } = price;
  const tokens = { inputTokensMax: input.audio, outputTokensMax: 0 };
  return holdAmount({ ...tokens, price: byTokens, factor, buckets: HEARD });
}

function withoutAudio({ price, factor, input, outputTokens, isSpoken }: ResponseBounds) {
  const buckets = [...READ, ...WRITTEN, ...(isSpoken ? (['outputAudio'] as const) : [])];
  return { price, factor, inputTokensMax: input.text, outputTokensMax: outputTokens, buckets };
}

/**
 * Sets credit aside for a response. Where the balance affords only a shorter one, that is held, unless
 * the client has bounded it. Throws `insufficient_balance`, `spending_cap_reached` or
 * `service_unavailable`.
 */
export async function placeResponseHold(
  payer: Payer,
  bounds: ResponseBounds & { readonly isBounded: boolean },
  ledger: Ledger,
): Promise<PlacedHold> {
  const { outputTokens } = bounds;
  const refused = (refusal: Parameters<typeof refusalFailure>[0]): Failure =>
    refusalFailure(refusal, { outputTokensMax: outputTokens });
  const first = await ledger.hold(payer, responseHold(bounds));
  if (!isRefusal(first)) return { hold: first, outputTokens };
  if (bounds.isBounded || first.refused === 'unavailable') throw refused(first);
  const free = nanodollars(first.free - heardHold(bounds));
  const affordable = affordableOutput({ ...withoutAudio(bounds), free });
  if (affordable < OUTPUT_TOKENS_WORTHWHILE || affordable >= outputTokens) throw refused(first);
  const second = await ledger.hold(payer, responseHold({ ...bounds, outputTokens: affordable }));
  if (isRefusal(second)) throw refused(second);
  return { hold: second, outputTokens: affordable };
}
