import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type EventStreamMessage, eventStream } from '@meridian/testkit';
import { eventsOf, gather } from './answer-world.ts';
import { converseUpstream } from './index.ts';

const ANSWERS = 300;
const BLOCKS_MAX = 6;
const SIGNS = ['a', 'é', '港', '🚢', '"', '\\', '\n', '{', ' ', '0'];

/** Whole answers and their streams, drawn at random. */
function createAnswers(seed: number) {
  const random = createSeededRandom(seed);
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  const words = (max: number) =>
    Array.from({ length: 1 + below(max) }, () => SIGNS[below(SIGNS.length)]).join('');

  /** A text in pieces of whole characters. */
  function pieces(text: string): string[] {
    const signs = [...text];
    const cut: string[] = [];
    while (signs.length > 0) cut.push(signs.splice(0, 1 + below(4)).join(''));
    return cut;
  }

  function block(index: number): { whole: object; messages: EventStreamMessage[] } {
    const start = (data: object) => ({ event: 'contentBlockStart', data: at({ start: data }) });
    const delta = (data: object) => ({ event: 'contentBlockDelta', data: at({ delta: data }) });
    const at = (data: object) => ({ contentBlockIndex: index, ...data });
    const stop = { event: 'contentBlockStop', data: at({}) };
    switch (below(3)) {
      case 0: {
        const text = words(20);
        return {
          whole: { text },
          messages: [...pieces(text).map((piece) => delta({ text: piece })), stop],
        };
      }
      case 1: {
        const [text, signature] = [words(20), words(9)];
        const told = pieces(text).map((piece) => delta({ reasoningContent: { text: piece } }));
        const signed = pieces(signature).map((piece) =>
          delta({ reasoningContent: { signature: piece } }),
        );
        return {
          whole: { reasoningContent: { reasoningText: { text, signature } } },
          messages: [...told, ...signed, stop],
        };
      }
      default: {
        const call = { toolUseId: `t${index}`, name: 'look' };
        const input = { for: words(8), at: below(1e6) };
        const told = pieces(JSON.stringify(input)).map((piece) =>
          delta({ toolUse: { input: piece } }),
        );
        return {
          whole: { toolUse: { ...call, input } },
          messages: [start({ toolUse: call }), ...told, stop],
        };
      }
    }
  }

  return function next() {
    const blocks = Array.from({ length: 1 + below(BLOCKS_MAX) }, (_, index) => block(index));
    const usage = { inputTokens: below(1e5), outputTokens: below(1e5) };
    const cached = { cacheReadInputTokens: below(1e5), cacheWriteInputTokens: below(1e5) };
    const stopReason = 'max_tokens';
    const content = blocks.map(({ whole }) => whole);
    return {
      whole: Buffer.from(
        JSON.stringify({
          output: { message: { role: 'assistant', content } },
          ...{ stopReason, usage: { ...usage, ...cached } },
        }),
      ),
      stream: eventStream([
        { event: 'messageStart', data: { role: 'assistant' } },
        ...blocks.flatMap(({ messages }) => messages),
        { event: 'messageStop', data: { stopReason } },
        { event: 'metadata', data: { usage: { ...usage, ...cached } } },
      ]),
      cutAt: (length: number) => below(length),
    };
  };
}

test('whatever an answer holds, its stream says the same', () => {
  const next = createAnswers(7);
  for (let n = 0; n < ANSWERS; n++) {
    const { whole, stream, cutAt } = next();
    const answer = converseUpstream.decodeAnswer(whole)!;
    const at = cutAt(stream.length);
    const gathered = gather(eventsOf([stream.subarray(0, at), stream.subarray(at)]));
    assert.deepEqual(gathered.parts, answer.choices[0]?.parts);
    assert.deepEqual(gathered.usage, answer.usage);
    assert.equal(gathered.stop, 'length');
  }
});
