import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArrayFraming } from './array-framing.ts';

test('events become the elements of one array', () => {
  const framing = createArrayFraming();
  const out = [
    framing.write(Buffer.from('data: {"a":"ü"}\n\n')),
    framing.write(Buffer.from(': keep-alive\n\n')),
    framing.write(Buffer.from('data: {"b":1}\r\n\r\ndata: {"c":[]}\n\n')),
    framing.end(Buffer.from('data: {"d":null}\n\n')),
  ];
  assert.equal(out[1]?.length, 0);
  const text = Buffer.concat(out).toString();
  assert.deepEqual(JSON.parse(text), [{ a: 'ü' }, { b: 1 }, { c: [] }, { d: null }]);
});

test('a stream without events is an empty array', () => {
  assert.equal(createArrayFraming().end(Buffer.alloc(0)).toString(), '[]');
});
