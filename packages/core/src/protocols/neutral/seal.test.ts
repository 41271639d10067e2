import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seal } from './parts.ts';
import { unwrapSeal, wrapSeal, wrapSealBase64 } from './seal.ts';

const SEALS: readonly Seal[] = [
  { origin: 'messages', data: 'EqoBCkgIARABGAIiQL+/=' },
  { origin: 'responses', data: 'gAAAA:with:colons', id: 'rs_1' },
  { origin: 'gemini', data: '', id: 'id:with%colons and spaces' },
  { origin: 'converse', data: 'ünïcode' },
];

test('a wrapped seal comes back out of any wire as it was', () => {
  for (const seal of SEALS) {
    assert.deepEqual(unwrapSeal(wrapSeal(seal), 'chat'), seal);
    assert.deepEqual(unwrapSeal(wrapSealBase64(seal), 'gemini'), seal);
  }
});

test('the wrapped form is meridian:<origin>:<id or empty>:<data>', () => {
  assert.equal(wrapSeal({ origin: 'messages', data: 'abc=' }), 'meridian:messages::abc=');
  assert.equal(
    wrapSeal({ origin: 'responses', data: 'x', id: 'rs_1' }),
    'meridian:responses:rs_1:x',
  );
});

test('the base64 form is base64 without anything around it', () => {
  assert.match(wrapSealBase64({ origin: 'messages', data: 'abc' }), /^[A-Za-z0-9+/]+=*$/);
});

test('what is not wrapped, or no longer readable, is the own seal of the wire', () => {
  const texts = ['EqoBCkgI', '', 'meridian:', 'meridian:chat', 'meridian:chat:', 'meridian:x::y'];
  for (const text of [...texts, 'meridian:chat:%E0%A4%A:data', 'bWVyaWRpYW46!!!']) {
    assert.deepEqual(unwrapSeal(text, 'messages'), { origin: 'messages', data: text });
  }
});
