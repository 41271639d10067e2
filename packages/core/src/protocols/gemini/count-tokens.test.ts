import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '@meridian/testkit';
import {
  decodeGeminiCountTokens,
  encodeGeminiCountTokens,
  readGeminiTokenCount,
  writeGeminiTokenCount,
} from './count-tokens.ts';
import { readGeminiRequest } from './read-request.ts';

const CONTENTS = [{ role: 'user', parts: [{ text: 'Hi' }] }];
const PATH = { model: 'gemini-3.8-flash' };

function decode(body: object) {
  return decodeGeminiCountTokens(Buffer.from(JSON.stringify(body)), PATH);
}

test('what is counted stands alone or as a whole request', () => {
  const alone = readGeminiRequest(decode({ contents: CONTENTS }));
  assert.equal(alone.messages.length, 1);
  for (const name of ['generateContentRequest', 'generate_content_request']) {
    const whole = decode({
      [name]: {
        model: 'models/other',
        contents: CONTENTS,
        systemInstruction: { parts: [{ text: 'Be kind.' }] },
        tools: [{ functionDeclarations: [{ name: 'f' }] }],
      },
    });
    assert.equal(whole.model, 'gemini-3.8-flash');
    assert.equal(whole.size.tools, 1);
    assert.equal(readGeminiRequest(whole).messages.length, 2);
  }
});

test('an upstream is asked in its own way', () => {
  const request = readGeminiRequest(decode({ contents: CONTENTS }));
  const target = { ...PATH, canonical: PATH.model, includeUsage: true };
  const ask = (more: object) =>
    JSON.parse(encodeGeminiCountTokens(request, { ...target, ...more }).body.toString());
  assert.deepEqual(ask({}), {
    generateContentRequest: { model: 'models/gemini-3.8-flash', contents: CONTENTS },
  });
  assert.deepEqual(ask({ isVertex: true }), { contents: CONTENTS });
});

test('the count', () => {
  assert.equal(readGeminiTokenCount(fixture('gemini/count-tokens.json')), 31);
  assert.equal(readGeminiTokenCount(Buffer.from('{}')), undefined);
  assert.deepEqual(
    writeGeminiTokenCount(31),
    JSON.parse(fixture('gemini/count-tokens.json').toString()),
  );
});
