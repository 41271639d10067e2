import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import { EventTap, errorOf } from './event-tap.ts';
import { readMediaUsage } from './token-usage.ts';

function open(finals = 1): EventTap {
  return new EventTap({
    finals,
    read(event) {
      const error = errorOf(event);
      if (error !== undefined) return { error };
      if (event.type !== 'done') return { text: String(event.text ?? '') };
      return { isFinal: true, usage: readMediaUsage(event.usage, 'text', {}) };
    },
  });
}

const piece = (text: string): string => `data: ${JSON.stringify({ type: 'delta', text })}\n\n`;
const done = `event: done\r\ndata: ${JSON.stringify({ type: 'done', usage: { input_tokens: 3, output_tokens: 4 } })}\r\n\r\n`;
const CLOSING = 'data: [DONE]\n\n';

interface Passed {
  readonly tap: EventTap;
  /** What went out before the commit. */
  readonly passed: string;
}

function pass(pieces: Iterable<Uint8Array | string>, tap = open()): Passed {
  const out: Buffer[] = [];
  for (const bytes of pieces) out.push(tap.push(Buffer.from(bytes)) ?? Buffer.alloc(0));
  out.push(tap.end() ?? Buffer.alloc(0));
  return { tap, passed: Buffer.concat(out).toString('utf8') };
}

describe('a stream of events', () => {
  test('passes however it is cut, but for its end', () => {
    const body = `${piece('Ebbe 🌊')}${piece('& Flut')}`;
    for (const pieces of everySplit(`: hello\n\n${body}${done}${CLOSING}`)) {
      const { tap, passed } = pass(pieces);
      assert.equal(passed, body);
      assert.equal(tap.takeTail().toString('utf8'), done + CLOSING);
      assert.ok(tap.isComplete && tap.isDone && tap.isCommitted);
      assert.equal(tap.generated().text, 'Ebbe 🌊& Flut');
      assert.deepEqual([tap.usage?.usage.input, tap.usage?.usage.output], [3, 4]);
      assert.equal(tap.takeTail().length, 0);
    }
  });

  test('is whole without a mark at its end, and without a last blank line', () => {
    const { tap, passed } = pass([piece('a'), done.trimEnd()]);
    assert.equal(passed, piece('a'));
    assert.ok(tap.isComplete);
    assert.equal(tap.takeTail().toString(), `${done.trimEnd()}\n\n`);
  });

  test('gives a final event on that another one follows', () => {
    const { tap, passed } = pass([done, piece('b'), done], open(2));
    assert.equal(passed, done + piece('b'));
    assert.equal(tap.takeTail().toString(), done);
    assert.ok(tap.isComplete);
  });

  test('is cut without its final event', () => {
    const { tap, passed } = pass([piece('a')]);
    assert.equal(passed, piece('a'));
    assert.ok(!tap.isComplete && !tap.isDone);
    const early = open();
    assert.equal(early.push(Buffer.from(': only a comment\n\n')), undefined);
    assert.ok(!early.isCommitted, 'another upstream can still answer');
  });

  test('with an error is not complete, and the error stays in', () => {
    const { tap, passed } = pass([piece('a'), 'data: {"error":{"message":"no"}}\n\n']);
    assert.equal(passed, piece('a'));
    assert.deepEqual(tap.error, { message: 'no' });
    assert.ok(!tap.isComplete);
  });

  test('that is none breaks', () => {
    for (const data of ['data: {oops\n\n', 'data: 5\n\n']) {
      assert.throws(() => open().push(Buffer.from(data)), BrokenStream);
    }
  });
});

test('errors are told in two ways', () => {
  assert.deepEqual(errorOf({ error: 'no' }), 'no');
  assert.deepEqual(errorOf({ type: 'error', code: 1 }), { type: 'error', code: 1 });
  assert.equal(errorOf({ type: 'delta', error: null }), undefined);
});

describe('tokens of media', () => {
  const tokensOf = (wire: unknown, generated: 'audio' | 'image' | 'text') => {
    const { usage } = readMediaUsage(wire, generated, {});
    return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== 0));
  };

  test('are what the endpoint generates, unless they are broken down', () => {
    const wire = {
      input_tokens: 50,
      input_tokens_details: { text_tokens: 20, image_tokens: 30 },
      output_tokens: 7,
    };
    assert.deepEqual(tokensOf(wire, 'image'), { input: 20, inputImage: 30, outputImage: 7 });
    assert.deepEqual(tokensOf(wire, 'audio'), { input: 20, inputImage: 30, outputAudio: 7 });
    const mixed = { ...wire, output_tokens_details: { text_tokens: 3, image_tokens: 4 } };
    assert.deepEqual(tokensOf(mixed, 'image'), {
      input: 20,
      inputImage: 30,
      output: 3,
      outputImage: 4,
    });
  });

  test('of transcripts have another name for their parts', () => {
    const wire = {
      type: 'tokens',
      input_tokens: 40,
      input_token_details: { text_tokens: 10, audio_tokens: 30 },
      output_tokens: 8,
    };
    assert.deepEqual(tokensOf(wire, 'text'), { input: 10, inputAudio: 30, output: 8 });
  });

  test('are none where none are told', () => {
    assert.deepEqual(tokensOf(undefined, 'text'), {});
    assert.deepEqual(readMediaUsage(null, 'text', { second: 3 }).pieces, { second: 3 });
  });
});
