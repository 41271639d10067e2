import type { StopReason } from '../neutral/answer.ts';

const STOPS: ReadonlyMap<unknown, StopReason> = new Map<string, StopReason>([
  ['STOP', 'end'],
  ['MAX_TOKENS', 'length'],
  // The answer reached what one request may generate; a token in it lets the client go on.
  ['CONTINUATION', 'length'],
  ['SAFETY', 'contentFilter'],
  ['RECITATION', 'contentFilter'],
  ['LANGUAGE', 'contentFilter'],
  ['BLOCKLIST', 'contentFilter'],
  ['PROHIBITED_CONTENT', 'contentFilter'],
  ['SPII', 'contentFilter'],
  ['MODEL_ARMOR', 'contentFilter'],
  ['IMAGE_SAFETY', 'contentFilter'],
  ['IMAGE_PROHIBITED_CONTENT', 'contentFilter'],
  ['IMAGE_RECITATION', 'contentFilter'],
  ['MALFORMED_FUNCTION_CALL', 'malformedCall'],
  ['MALFORMED_RESPONSE', 'malformedCall'],
  ['UNEXPECTED_TOOL_CALL', 'malformedCall'],
  ['MISSING_THOUGHT_SIGNATURE', 'malformedCall'],
]);

/** Why an answer ended. Google says `STOP` of calls too; what has no name here is an error. */
export function readFinish(finishReason: unknown, hasCalls: boolean): StopReason {
  const stop = STOPS.get(finishReason) ?? 'error';
  return stop === 'end' && hasCalls ? 'toolCalls' : stop;
}

const FINISHES: Readonly<Record<StopReason, string>> = {
  end: 'STOP',
  stopSequence: 'STOP',
  toolCalls: 'STOP',
  length: 'MAX_TOKENS',
  contextLength: 'MAX_TOKENS',
  contentFilter: 'SAFETY',
  refusal: 'SAFETY',
  malformedCall: 'MALFORMED_FUNCTION_CALL',
  pause: 'OTHER',
  error: 'OTHER',
};

/** The same in Google's words. */
export function writeFinish(stop: StopReason): string {
  return FINISHES[stop];
}
