import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import type { WireTarget } from '../wire.ts';
import { decodeChat } from './decode.ts';
import { chatPassage } from './passage.ts';

const HEAD = '"model":"m","messages":[{"role":"user","content":"Hi"}]';
const UNSUPPORTED = ['seed', 'logit_bias', 'user', 'max_completion_tokens'];

function sent(fields: string, target: Partial<WireTarget> = {}) {
  const call = decodeChat(Buffer.from(`{${HEAD}${fields}}`));
  const { body, losses } = chatPassage.writeRequest(call, {
    model: 'm',
    canonical: 'm',
    includeUsage: false,
    outputField: 'max_tokens',
    unsupported: UNSUPPORTED,
    ...target,
  });
  return { text: body.toString(), dropped: losses.map(({ field }) => field) };
}

describe('a chat request that passes', () => {
  test('keeps what the upstream does not take, which is the upstream’s to judge', () => {
    const fields = ', "seed": 1 , "user":"u","max_completion_tokens":5';
    assert.deepEqual(sent(fields), { text: `{${HEAD}${fields}}`, dropped: [] });
  });

  test('loses it where the client lets go of it, and nothing else', () => {
    const { text, dropped } = sent(',"seed":1,"id":12345678901234567890,"user":"u"', {
      mayDrop: true,
    });
    assert.equal(text, `{${HEAD},"id":12345678901234567890}`);
    assert.deepEqual(dropped, ['seed', 'user']);
  });

  test('stays the same bytes where there is nothing to lose', () => {
    const fields = ' , "temperature" : 1.0 ';
    assert.deepEqual(sent(fields, { mayDrop: true }), { text: `{${HEAD}${fields}}`, dropped: [] });
    const all = ',"seed":1';
    const call = { mayDrop: true, unsupported: [] };
    assert.deepEqual(sent(all, call), { text: `{${HEAD}${all}}`, dropped: [] });
  });

  test('names no field that said nothing', () => {
    assert.deepEqual(sent(',"seed":null', { mayDrop: true }), { text: `{${HEAD}}`, dropped: [] });
  });

  test('keeps its bound under the name that the upstream has for it', () => {
    const renamed = sent(',"max_completion_tokens":5', { mayDrop: true });
    assert.deepEqual(renamed, { text: `{${HEAD},"max_tokens":5}`, dropped: [] });
    const both = sent(',"max_completion_tokens":5,"max_tokens":7', { mayDrop: true });
    assert.deepEqual(both, { text: `{${HEAD},"max_tokens":7}`, dropped: [] });
  });

  test('has no field twice, however it was written', () => {
    const { text } = sent(',"seed":1,"se\\u0065d":2,"seed":3', { mayDrop: true });
    assert.equal(text, `{${HEAD}}`);
  });

  test('that is no JSON within its strings is the caller’s fault', () => {
    assert.throws(
      () => sent(',"seed":1,"x":"\\q"', { mayDrop: true }),
      (error) => isFailure(error) && error.code === 'invalid_json',
    );
  });
});
