import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySplit } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import { DataReader } from './data-reader.ts';
import { EVENT_BYTES_MAX } from './events.ts';

function read(pieces: Iterable<Uint8Array>): [string, string][] {
  const seen: [string, string][] = [];
  const reader = new DataReader((data, name) => seen.push([data, name]));
  for (const piece of pieces) reader.push(Buffer.from(piece));
  reader.end();
  return seen;
}

const STREAM =
  ': a comment\n\ndata: {"a":"ü🌍"}\n\nevent: ping\r\ndata: {}\r\n\r\nid: 7\n\n' +
  'event:named\ndata:one\ndata: two\ndata:  three\n\ndata: [DONE]';

const EVENTS: [string, string][] = [
  ['{"a":"ü🌍"}', ''],
  ['{}', 'ping'],
  ['one\ntwo\n three', 'named'],
  ['[DONE]', ''],
];

test('events come out the same however the bytes are cut', () => {
  for (const pieces of everySplit(STREAM)) assert.deepEqual(read(pieces), EVENTS);
});

test('an unterminated last event counts, also when only its line is ended', () => {
  assert.deepEqual(read([Buffer.from('data: x')]), [['x', '']]);
  assert.deepEqual(read([Buffer.from('data: x\n')]), [['x', '']]);
  assert.deepEqual(read([Buffer.from('')]), []);
});

test('an event beyond the limit breaks the stream', () => {
  const reader = new DataReader(() => assert.fail('no event is whole'));
  const piece = Buffer.alloc(EVENT_BYTES_MAX / 4, 'x');
  for (let n = 0; n < 4; n++) reader.push(piece);
  assert.throws(() => reader.push(Buffer.from('x')), BrokenStream);
});
