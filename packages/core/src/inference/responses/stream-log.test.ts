import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventsBehind, StreamLog } from './stream-log.ts';

const event = (number: number): string =>
  `event: x\ndata: {"type":"x","sequence_number":${number},"é":1}\n\n`;
const events = (...numbers: number[]): Buffer => Buffer.from(numbers.map(event).join(''));

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece.toString();
  return text;
}

describe('a stream that runs', () => {
  test('is read from its first event on, before, while and after it comes', async () => {
    const log = new StreamLog();
    const early = textOf(log.read());
    log.add(events(0, 1));
    const reader = log.read();
    assert.equal((await reader.next()).value?.toString(), event(0) + event(1));
    const waiting = reader.next();
    log.add(events(2));
    assert.equal((await waiting).value?.toString(), event(2));
    log.end();
    log.add(events(3));
    assert.equal((await reader.next()).done, true);
    assert.equal(await early, event(0) + event(1) + event(2));
    assert.equal(await textOf(log.read()), await early);
  });

  test('is read behind the event that was seen last', async () => {
    const log = new StreamLog();
    log.add(events(0, 1));
    log.add(events(2, 3));
    log.end();
    assert.equal(await textOf(eventsBehind(log.read(), 1)), event(2) + event(3));
    assert.equal(await textOf(eventsBehind(log.read(), 2)), event(3));
    assert.equal(await textOf(eventsBehind(log.read(), -1)), events(0, 1, 2, 3).toString());
    assert.equal(await textOf(eventsBehind(log.read(), 9)), '');
  });

  test('that is too long to keep is no longer there, and lets its readers go', async () => {
    const log = new StreamLog();
    const reading = textOf(log.read());
    const piece = Buffer.alloc(4 * 1024 * 1024, 'x');
    for (let at = 0; at < 5; at++) log.add(piece);
    assert.equal(log.isWhole, false);
    assert.ok((await reading).length <= 4 * piece.length);
  });
});
