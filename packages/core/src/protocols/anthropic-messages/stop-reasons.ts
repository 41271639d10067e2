import { type Fields, stringOf } from '../json/values.ts';
import type { StopReason } from '../neutral/answer.ts';
import type { RefusalPart } from '../neutral/parts.ts';
import { objectIn } from './fields.ts';

const READ: ReadonlyMap<unknown, StopReason> = new Map([
  ['end_turn', 'end'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stopSequence'],
  ['tool_use', 'toolCalls'],
  ['pause_turn', 'pause'],
  // The context was summed up and the client may go on from there.
  ['compaction', 'pause'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'contextLength'],
]);

const WRITTEN: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  stopSequence: 'stop_sequence',
  length: 'max_tokens',
  toolCalls: 'tool_use',
  contentFilter: 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  contextLength: 'model_context_window_exceeded',
  malformedCall: 'end_turn',
  error: 'end_turn',
};

/** Why an answer ended; an unknown reason is taken for a usual end. */
export function readStopReason(value: unknown): StopReason {
  return READ.get(value) ?? 'end';
}

/** What the upstream says about a refusal; undefined when it says nothing. */
export function readRefusal(details: unknown): RefusalPart | undefined {
  const text = stringOf(objectIn(details)?.explanation);
  return text === undefined || text === '' ? undefined : { type: 'refusal', text };
}

/** The end of an answer as far as a writer knows it. */
export interface Ending {
  readonly stop: StopReason;
  readonly stopSequence?: string | undefined;
  /** What the model said instead of answering. */
  readonly refusal?: string | undefined;
}

/** The fields that tell why an answer ended. */
export function writeEnding({ stop, stopSequence, refusal }: Ending): Fields {
  const reason = WRITTEN[stop];
  const isRefused = reason === 'refusal';
  return {
    stop_reason: reason,
    stop_sequence: stop === 'stopSequence' ? (stopSequence ?? null) : null,
    stop_details: isRefused
      ? { type: 'refusal', category: null, explanation: refusal ?? null }
      : null,
  };
}
