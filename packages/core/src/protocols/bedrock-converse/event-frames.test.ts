import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { eventFrame, eventStream, everySplit, frameOf } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import { createFrameReader, FRAME_BYTES_MAX } from './event-frames.ts';

const messages = [
  { event: 'messageStart', data: { role: 'assistant' } },
  { event: 'contentBlockDelta', data: { delta: { text: '港 🚢' }, contentBlockIndex: 0 } },
  { exception: 'throttlingException', data: { message: 'slow down' } },
];

function read(pieces: Iterable<Uint8Array>): unknown[] {
  const reader = createFrameReader();
  return [...pieces].flatMap((piece) =>
    reader
      .push(Buffer.from(piece))
      .map(({ headers, payload }) => [
        headers.get(':message-type'),
        headers.get(':event-type') ?? headers.get(':exception-type'),
        JSON.parse(payload.toString('utf8')),
      ]),
  );
}

const expected = [
  ['event', 'messageStart', messages[0]?.data],
  ['event', 'contentBlockDelta', messages[1]?.data],
  ['exception', 'throttlingException', messages[2]?.data],
];

test('frames are the same however their bytes are cut', () => {
  for (const pieces of everySplit(eventStream(messages))) assert.deepEqual(read(pieces), expected);
});

test('every changed byte is noticed, wherever it stands', () => {
  const frame = eventFrame({ event: 'messageStop', data: { stopReason: 'end_turn' } });
  for (let at = 0; at < frame.length; at++) {
    const broken = Buffer.from(frame);
    broken[at] = (broken[at] ?? 0) ^ 0x01;
    assert.throws(() => read([broken]), BrokenStream, `byte ${at}`);
  }
});

/** A prelude with a right checksum, and as many bytes behind it. */
function prelude(length: number, headersLength: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(headersLength, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

test('lengths that cannot be are refused before anything is kept', () => {
  for (const [length, headersLength] of [
    [FRAME_BYTES_MAX + 1, 0],
    [0xffff_ffff, 0],
    [200_000, 131_073],
    [15, 0],
    [40, 25],
    [0, 0],
  ] as const) {
    assert.throws(() => read([prelude(length, headersLength)]), BrokenStream, `${length}`);
  }
  assert.deepEqual(read([prelude(FRAME_BYTES_MAX, 0)]), []);
});

test('headers of every type are passed over, and strings are read', () => {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const headers = Buffer.from([
    ...[...name('yes'), 0, ...name('no'), 1, ...name('byte'), 2, 9],
    ...[...name('short'), 3, 0, 9, ...name('int'), 4, 0, 0, 0, 9],
    ...[...name('long'), 5, 0, 0, 0, 0, 0, 0, 0, 9, ...name('bytes'), 6, 0, 2, 7, 7],
    ...[...name('time'), 8, 0, 0, 0, 0, 0, 0, 0, 9, ...name('uuid'), 9, ...Array(16).fill(1)],
    ...[...name(':event-type'), 7, 0, 4, ...Buffer.from('ping')],
  ]);
  const [frame] = createFrameReader().push(withHeaders(headers));
  assert.deepEqual([...(frame?.headers ?? [])], [[':event-type', 'ping']]);
  assert.equal(frame?.payload.toString(), '{}');
});

test('headers that end too early, or are of no type, break the stream', () => {
  for (const bytes of [
    [5, 0x61],
    [1, 0x61, 7, 0, 9, 0x62],
    [1, 0x61, 10, 0],
    [1, 0x61],
  ]) {
    const frame = withHeaders(Buffer.from(bytes));
    assert.throws(() => createFrameReader().push(frame), BrokenStream, bytes.join());
  }
});

function withHeaders(headers: Buffer): Buffer {
  const payload = Buffer.from('{}');
  const length = 12 + headers.length + payload.length + 4;
  const bytes = Buffer.concat([prelude(length, headers.length), headers, payload]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes), 0);
  return Buffer.concat([bytes, checksum]);
}

test('a frame may be as long as AWS allows', () => {
  const payload = Buffer.alloc(16 * 1024 * 1024, 0x20);
  const frame = frameOf([[':event-type', 'big']], payload);
  const reader = createFrameReader();
  const half = frame.length >> 1;
  assert.deepEqual(reader.push(frame.subarray(0, half)), []);
  assert.equal(reader.push(frame.subarray(half))[0]?.payload.length, payload.length);
});
