import { fieldsOf, stringOf } from '../json/values.ts';
import type { StopReason } from '../neutral/answer.ts';

const REASONS: ReadonlyMap<unknown, StopReason> = new Map<string, StopReason>([
  ['end_turn', 'end'],
  ['stop_sequence', 'stopSequence'],
  ['max_tokens', 'length'],
  ['tool_use', 'toolCalls'],
  ['content_filtered', 'contentFilter'],
  ['guardrail_intervened', 'contentFilter'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['model_context_window_exceeded', 'contextLength'],
  ['malformed_tool_use', 'malformedCall'],
  ['malformed_model_output', 'error'],
]);

/** Why an answer ended; a reason that is not known counts as a natural end. */
export function readStopReason(reason: unknown): StopReason {
  return REASONS.get(reason) ?? 'end';
}

/** The places where models tell which stop sequence came up; asked for with the request. */
export const STOP_SEQUENCE_PATHS = ['/stop_sequence', '/delta/stop_sequence'] as const;

/** The stop sequence out of `additionalModelResponseFields`; undefined when it is not told. */
export function readStopSequence(additional: unknown): string | undefined {
  const fields = fieldsOf(additional);
  return stringOf(fields.stop_sequence) ?? stringOf(fieldsOf(fields.delta).stop_sequence);
}
