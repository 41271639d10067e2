import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, fixtureNames } from '@meridian/testkit';
import { chatUpstream } from './index.ts';

function read(body: unknown) {
  return chatUpstream.readError(
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  );
}

for (const name of fixtureNames('openai-chat', 'json').filter((each) =>
  each.startsWith('error-'),
)) {
  test(`${name}: message and word for it are read`, () => {
    const body = fixture(`openai-chat/${name}.json`);
    const { error } = JSON.parse(body.toString()) as { error: Record<string, string | null> };
    const read = chatUpstream.readError(body);
    assert.equal(read.message, error.message);
    assert.equal(read.code, error.code ?? error.type);
    assert.equal(read.param, error.param ?? undefined);
  });
}

test('the shapes of other vendors are read', () => {
  const cases: [unknown, object][] = [
    [
      { object: 'error', message: 'Bad', type: 'invalid', code: 1210 },
      { message: 'Bad', code: 'invalid' },
    ],
    [{ error: 'no such model' }, { message: 'no such model' }],
    [{ error: { code: 429, message: 'Slow down' } }, { message: 'Slow down', status: 429 }],
    [{ error: { code: '1301', message: 'Unsafe' } }, { message: 'Unsafe', code: '1301' }],
    [
      [{ error: { code: 400, message: 'Bad key', status: 'INVALID_ARGUMENT' } }],
      { message: 'Bad key', code: 'INVALID_ARGUMENT', status: 400 },
    ],
    [
      { detail: [{ loc: ['body'], msg: 'field required' }, { msg: 'too long' }] },
      { message: 'field required; too long' },
    ],
    [{ detail: 'Not Found' }, { message: 'Not Found' }],
    ['<html>Bad gateway</html>\n', { message: '<html>Bad gateway</html>' }],
    ['', { message: '' }],
    [null, { message: 'null' }],
  ];
  for (const [body, error] of cases) assert.deepEqual(read(body), error, JSON.stringify(body));
});
