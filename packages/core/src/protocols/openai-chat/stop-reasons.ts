import type { StopReason } from '../neutral/answer.ts';

/** The vendors' words for why an answer ended. */
const READ: ReadonlyMap<string, StopReason> = new Map([
  ['stop', 'end'],
  ['eos', 'end'],
  ['end_turn', 'end'],
  ['complete', 'end'],
  ['COMPLETE', 'end'],
  ['STOP', 'end'],
  ['stop_sequence', 'stopSequence'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['MAX_TOKENS', 'length'],
  ['max_output_tokens', 'length'],
  ['model_length', 'contextLength'],
  ['model_context_window_exceeded', 'contextLength'],
  ['tool_calls', 'toolCalls'],
  ['tool_use', 'toolCalls'],
  ['tool_call', 'toolCalls'],
  ['function_call', 'toolCalls'],
  ['content_filter', 'contentFilter'],
  ['content_filtered', 'contentFilter'],
  ['safety', 'contentFilter'],
  ['SAFETY', 'contentFilter'],
  ['sensitive', 'contentFilter'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['malformed_function_call', 'malformedCall'],
  ['MALFORMED_FUNCTION_CALL', 'malformedCall'],
  ['error', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
]);

/** Reasons of other vendors that the field of this wire can only roughly say. */
const FINE: ReadonlySet<StopReason> = new Set<StopReason>([
  'stopSequence',
  'contextLength',
  'refusal',
  'pause',
  'malformedCall',
]);

/** What decides about a reason besides the vendor's word for it. */
export interface StopContext {
  /** `native_finish_reason`, which OpenRouter gives beside its own word. */
  readonly native?: unknown;
  /** `stop_reason`, where vLLM tells the stop sequence that came up. */
  readonly sequence?: unknown;
  readonly hasCalls: boolean;
  readonly hasRefusal: boolean;
}

/** Why an answer ended. Vendors differ in how they end answers with calls and refusals. */
export function readStop(finish: unknown, context: StopContext): StopReason {
  const reason = READ.get(String(finish ?? '')) ?? 'end';
  const native = READ.get(String(context.native ?? ''));
  if (native !== undefined && FINE.has(native)) return native;
  if (reason !== 'end') return reason;
  if (context.hasCalls) return 'toolCalls';
  if (context.hasRefusal) return 'refusal';
  return typeof context.sequence === 'string' ? 'stopSequence' : 'end';
}

/** OpenAI's words, and OpenRouter's for an answer that failed. */
const WRITTEN: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  stopSequence: 'stop',
  length: 'length',
  contextLength: 'length',
  toolCalls: 'tool_calls',
  contentFilter: 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  malformedCall: 'stop',
  error: 'error',
};

/** The more exact words for what `finish_reason` can only roughly say. */
const NATIVE: Partial<Record<StopReason, string>> = {
  contextLength: 'model_context_window_exceeded',
  refusal: 'refusal',
  pause: 'pause_turn',
  malformedCall: 'malformed_function_call',
};

/** How a choice ended, as fields of a choice. */
export interface WrittenStop {
  readonly finish_reason: string;
  readonly native_finish_reason?: string;
  readonly stop_reason?: string;
}

/** A reason in the words of this wire. */
export function writeStop(
  reason: StopReason,
  context: { readonly sequence: string | undefined; readonly hasRefusal: boolean },
): WrittenStop {
  // OpenAI ends a refusal that it words itself like any other answer.
  const isWorded = reason === 'refusal' && context.hasRefusal;
  const native = isWorded ? undefined : NATIVE[reason];
  return {
    finish_reason: isWorded ? 'stop' : WRITTEN[reason],
    ...(native !== undefined && { native_finish_reason: native }),
    ...(reason === 'stopSequence' && { stop_reason: context.sequence ?? '' }),
  };
}
