import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerEvent } from '../neutral/events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { GeminiEventWriter } from './event-writer.ts';

const SHOWN = { model: 'shown', requestId: 'req_1', createdAt: 1_790_000_000, wantsUsage: false };

// biome-ignore lint/suspicious/noExplicitAny: chunks are looked into freely here.
type Chunk = any;

function chunksOf(text: string): Chunk[] {
  const frames = text.split('\r\n\r\n');
  assert.equal(frames.pop(), '');
  return frames.map((frame) => {
    assert.ok(frame.startsWith('data: '));
    return JSON.parse(frame.slice('data: '.length));
  });
}

function write(...events: AnswerEvent[]) {
  const writer = new GeminiEventWriter(SHOWN);
  const text = events.map((event) => writer.write(event)).join('');
  return { chunks: chunksOf(text), writer };
}

const AT = { choice: 0, block: 0 } as const;
const BEGIN: AnswerEvent = {
  kind: 'begin',
  id: 'up-1',
  model: 'upstream',
  createdAt: 1_790_000_005,
};
const TEXT: AnswerEvent = { kind: 'open', ...AT, head: { type: 'text' } };
const STOP: AnswerEvent = { kind: 'stop', choice: 0, reason: 'end' };
const delta = (text: string, block = 0): AnswerEvent => ({
  kind: 'delta',
  choice: 0,
  block,
  text,
});

test('text goes out as it comes, the end with its usage afterwards', () => {
  const { chunks, writer } = write(
    BEGIN,
    TEXT,
    delta('a'),
    delta('b'),
    { kind: 'close', ...AT },
    STOP,
  );
  const identity = {
    modelVersion: 'shown',
    createTime: '2026-09-21T14:13:25Z',
    responseId: 'up-1',
  };
  const chunk = (text: string) => ({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }],
    ...identity,
  });
  assert.deepEqual(chunks, [chunk('a'), chunk('b')]);
  const usage = { ...NO_USAGE, input: 3, output: 2 };
  assert.deepEqual(chunksOf(writer.finish(usage)), [
    {
      candidates: [
        { content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP', index: 0 },
      ],
      usageMetadata: {
        promptTokenCount: 3,
        candidatesTokenCount: 2,
        totalTokenCount: 5,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }],
        candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 2 }],
        cache_creation_tokens: 0,
        cache_read_tokens: 0,
      },
      ...identity,
    },
  ]);
});

test('an upstream that tells neither id nor time gets ours', () => {
  const { chunks } = write({ kind: 'begin', id: '', model: '', createdAt: 0 }, TEXT, delta('a'));
  assert.equal(chunks[0].responseId, 'req_1');
  assert.equal(chunks[0].createTime, '2026-09-21T14:13:20Z');
});

test('a time that cannot be is told as the nearest that can', () => {
  for (const [createdAt, told] of [
    [1e300, '9999-12-31T23:59:59Z'],
    [-5, '1970-01-01T00:00:00Z'],
  ] as const) {
    const { chunks } = write({ ...BEGIN, createdAt } as AnswerEvent, TEXT, delta('a'));
    assert.equal(chunks[0].createTime, told);
  }
});

describe('calls', () => {
  const open = (block: number, name: string): AnswerEvent => ({
    kind: 'open',
    choice: 0,
    block,
    head: { type: 'toolCall', id: `id${block}`, name },
  });

  test('go out whole, also where several come together', () => {
    const { chunks } = write(
      BEGIN,
      open(0, 'f'),
      open(1, 'g'),
      delta('{"a"', 0),
      delta('{', 1),
      delta(':1}', 0),
      { kind: 'close', choice: 0, block: 0 },
      delta('}', 1),
      { kind: 'close', choice: 0, block: 1 },
    );
    assert.deepEqual(
      chunks.map((chunk) => chunk.candidates[0].content.parts),
      [
        [{ functionCall: { id: 'id0', name: 'f', args: { a: 1 } } }],
        [{ functionCall: { id: 'id1', name: 'g', args: {} } }],
      ],
    );
  });

  test('that were cut stay away', () => {
    const { chunks, writer } = write(BEGIN, open(0, 'f'), delta('{"all":tr'), {
      kind: 'stop',
      choice: 0,
      reason: 'length',
    });
    assert.deepEqual(chunks, []);
    const [last] = chunksOf(writer.finish(undefined));
    assert.equal(last.candidates[0].finishReason, 'MAX_TOKENS');
    assert.deepEqual(last.candidates[0].content.parts, [{ text: '' }]);
    assert.equal(last.usageMetadata, undefined);
  });
});

test('seals of others are wrapped in base64, as clients decode it', () => {
  const { chunks } = write(
    BEGIN,
    { kind: 'open', ...AT, head: { type: 'reasoning' } },
    delta('hm'),
    {
      kind: 'note',
      ...AT,
      note: { seal: { origin: 'messages', data: 'sig' } },
    },
  );
  const parts = chunks.map((chunk) => chunk.candidates[0].content.parts[0]);
  assert.deepEqual(parts[0], { text: 'hm', thought: true });
  assert.equal(parts[1].thought, true);
  const signature = Buffer.from(parts[1].thoughtSignature, 'base64').toString();
  assert.equal(signature, 'meridian:messages::sig');
});

test('the seal of thoughts that are not told has a text, so that no client drops it', () => {
  const sealed = (block: number) => {
    const place = { choice: 0, block };
    const seal = { origin: 'messages', data: `sig${block}` } as const;
    return [
      { kind: 'open', ...place, head: { type: 'reasoning' } },
      { kind: 'note', ...place, note: { seal } },
      { kind: 'close', ...place },
    ] as const;
  };
  const { chunks } = write(BEGIN, ...sealed(0), ...sealed(1));
  const parts = chunks.map((chunk) => chunk.candidates[0].content.parts[0]);
  assert.deepEqual(
    parts.map(({ text, thought }) => [text, thought]),
    [
      ['\n', true],
      // Clients that join thoughts begin anew where there is no text.
      ['', true],
    ],
  );
});

test('audio goes out in pieces that are valid on their own', () => {
  const bytes = Buffer.from('0123456789abcdef');
  const data = bytes.toString('base64');
  const { chunks } = write(
    BEGIN,
    { kind: 'open', ...AT, head: { type: 'audio', mediaType: 'audio/pcm' } },
    delta(data.slice(0, 5)),
    delta(data.slice(5)),
    { kind: 'close', ...AT },
  );
  const pieces = chunks.map((chunk) => chunk.candidates[0].content.parts[0].inlineData);
  assert.ok(pieces.every((piece) => piece.mimeType === 'audio/pcm'));
  const joined = pieces.map((piece) => Buffer.from(piece.data, 'base64'));
  assert.ok(Buffer.concat(joined).equals(bytes));
});

test('what only other APIs understand stays away', () => {
  const head = { type: 'opaque', origin: 'messages', value: { a: 1 } } as const;
  assert.deepEqual(
    write(BEGIN, { kind: 'open', ...AT, head }, { kind: 'close', ...AT }).chunks,
    [],
  );
});

test('an error is Google’s error object', () => {
  const error = { message: 'Overloaded.', code: 'x', status: 503 };
  assert.deepEqual(write(BEGIN, { kind: 'error', error }).chunks, [
    { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } },
  ]);
});

test('a prompt that was blocked ends with its reason', () => {
  const { writer } = write(BEGIN, { kind: 'stop', choice: 0, reason: 'contentFilter' });
  const [last] = chunksOf(writer.finish({ ...NO_USAGE, input: 4 }));
  assert.equal(last.candidates[0].finishReason, 'SAFETY');
  assert.equal(last.usageMetadata.promptTokenCount, 4);
});

test('several answers end in one chunk', () => {
  const { writer } = write(
    BEGIN,
    TEXT,
    { kind: 'open', choice: 1, block: 0, head: { type: 'text' } },
    { kind: 'stop', choice: 1, reason: 'length' },
    STOP,
  );
  const [last] = chunksOf(writer.finish(undefined));
  assert.deepEqual(
    last.candidates.map((each: Chunk) => [each.index, each.finishReason]),
    [
      [0, 'STOP'],
      [1, 'MAX_TOKENS'],
    ],
  );
});
