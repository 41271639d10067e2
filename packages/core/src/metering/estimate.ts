import { imageTokensMax } from './media-tokens.ts';

/** What is known of a request before it runs; counts are what the body holds. */
export interface RequestSize {
  /** Bytes of the JSON body without base64 media; escapes only make it longer than the text. */
  readonly textBytes: number;
  /** Canonical name of the model; decides what an image costs at most. */
  readonly model?: string;
  readonly images?: number;
  readonly audioSeconds?: number;
  readonly videoSeconds?: number;
  /** Pages of PDF documents. */
  readonly documentPages?: number;
  /** Tool definitions in the request; any makes the provider add a prompt of its own. */
  readonly tools?: number;
  /** Texts that are read apart from each other; 1 where absent. */
  readonly prompts?: number;
  /** The model's context window: no provider accepts more input for one text than that. */
  readonly contextTokens?: number;
}

/** What providers put around a conversation besides its text: default system texts, framing. */
const FRAME_TOKENS_MAX = 256;
/** What providers add once tools are used; the dearest documented sets stay below 1,600. */
const TOOL_PROMPT_TOKENS_MAX = 2_048;
/** Audio: 10 per second at OpenAI, 25–32 at Google, 25 at Alibaba. */
const AUDIO_TOKENS_PER_SECOND_MAX = 32;
/** Video at Google: one frame of 258 tokens and the audio each second, plus time stamps. */
const VIDEO_TOKENS_PER_SECOND_MAX = 300;
/** A PDF page at Anthropic: its text, up to 3,000, and the page as an image. */
const PAGE_TEXT_TOKENS_MAX = 3_000;
/** Bytes per token that rate windows assume; the text of few languages is denser. */
const WINDOW_BYTES_PER_TOKEN = 2;

/**
 * An upper bound of the input tokens, for holds: tokenizers with byte fallback give at most one
 * token per byte, media count with the largest size that providers document.
 */
export function inputTokensMax(size: RequestSize): number {
  const total = size.textBytes + extraTokens(size);
  return Math.min(total, contextsMax(size) ?? total);
}

/** A cautious guess for rate windows, which settlement corrects: half of the bytes, media in full. */
export function inputTokensLikely(size: RequestSize): number {
  const text = Math.ceil(size.textBytes / WINDOW_BYTES_PER_TOKEN);
  const total = text + mediaTokens(size);
  return Math.min(total, contextsMax(size) ?? total);
}

/** What fits into the contexts of all prompts together. */
function contextsMax({ contextTokens, prompts = 1 }: RequestSize): number | undefined {
  return contextTokens === undefined ? undefined : contextTokens * prompts;
}

function extraTokens(size: RequestSize): number {
  const tools = (size.tools ?? 0) > 0 ? TOOL_PROMPT_TOKENS_MAX : 0;
  return FRAME_TOKENS_MAX + tools + mediaTokens(size);
}

function mediaTokens(size: RequestSize): number {
  const { images = 0, audioSeconds = 0, videoSeconds = 0, documentPages = 0, model } = size;
  if (images + audioSeconds + videoSeconds + documentPages === 0) return 0;
  const perImage = imageTokensMax(model ?? '');
  return Math.ceil(
    images * perImage +
      audioSeconds * AUDIO_TOKENS_PER_SECOND_MAX +
      videoSeconds * VIDEO_TOKENS_PER_SECOND_MAX +
      documentPages * (PAGE_TEXT_TOKENS_MAX + perImage),
  );
}
