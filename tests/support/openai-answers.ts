import assert from 'node:assert/strict';
import type { ApiAnswer, OpenAiAnswer, OpenAiJudge } from '@meridian/testkit';

/** What an endpoint answers: whole, as the events of a stream, and what ends a stream. */
export interface AnswerKinds {
  readonly whole: OpenAiAnswer;
  readonly event: OpenAiAnswer;
  /** The text behind the last event, where there is one. */
  readonly end?: string;
}

/** The data of the events of a stream, in order; comments are left out. */
export function eventData(stream: string): readonly string[] {
  return stream
    .split('\n\n')
    .map((event) => event.split('\n').filter((line) => line.startsWith('data: ')))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.slice('data: '.length)).join('\n'));
}

/** Proves that an answer is as OpenAI publishes it: whole, streamed or an error. */
export function assertPublished(judge: OpenAiJudge, kinds: AnswerKinds, answer: ApiAnswer): void {
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    assertStream(judge, kinds, answer.text);
    return;
  }
  const kind = answer.status === 200 ? kinds.whole : 'error';
  assert.deepEqual(judge.faultsOf(kind, answer.json()), [], answer.text);
}

function assertStream(judge: OpenAiJudge, { event, end }: AnswerKinds, text: string): void {
  const events = eventData(text);
  assert.ok(events.length > 0, 'the stream is empty');
  const parsed = events.filter((data) => data !== end).map((data) => JSON.parse(data) as object);
  for (const value of parsed) {
    const kind = 'error' in value && value.error !== null ? 'error' : event;
    assert.deepEqual(judge.faultsOf(kind, value), [], JSON.stringify(value));
  }
  const isFailed = parsed.some((value) => 'error' in value && value.error !== null);
  if (end !== undefined) assert.equal(events.at(-1) === end, !isFailed, text.slice(-300));
}
