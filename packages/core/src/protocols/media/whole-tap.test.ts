import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenStream } from '../dialect.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { TapByType } from './tap-by-type.ts';
import { WholeTap } from './whole-tap.ts';

function open(): WholeTap {
  return new WholeTap('text/plain', (body) =>
    body.length === 0
      ? undefined
      : { bytes: body, usage: { usage: { ...NO_USAGE, input: 2 }, isSuspicious: false } },
  );
}

test('a whole answer leaves at its end', () => {
  const tap = open();
  for (const piece of ['Ebbe ', '& ', 'Flut'])
    assert.equal(tap.push(Buffer.from(piece)), undefined);
  assert.ok(!tap.isComplete && !tap.isCommitted);
  assert.equal(tap.takeTail().length, 0);
  tap.end();
  assert.ok(tap.isComplete && tap.isDone);
  assert.equal(tap.takeTail().toString(), 'Ebbe & Flut');
  assert.equal(tap.usage?.usage.input, 2);
});

test('what is no answer, or too large, breaks', () => {
  assert.throws(() => open().end(), BrokenStream);
  const tap = open();
  const megabytes = Buffer.alloc(8 * 1024 * 1024);
  for (let n = 0; n < 8; n++) tap.push(megabytes);
  assert.throws(() => tap.push(megabytes), BrokenStream);
});

test('a tap is chosen by what the answer claims to be', () => {
  const tap = new TapByType((type) => (type === 'text/plain' ? open() : undefined));
  assert.ok(!tap.isComplete && tap.usage === undefined && tap.takeTail().length === 0);
  assert.throws(() => tap.push(Buffer.from('x')), /before its head/);
  assert.ok(!tap.accepts('text/html'));
  assert.ok(tap.accepts('TEXT/plain'));
  tap.push(Buffer.from('x'));
  tap.end();
  assert.ok(tap.isComplete && tap.isDone);
  assert.equal(tap.contentType, 'text/plain');
  assert.equal(tap.takeTail().toString(), 'x');
});
