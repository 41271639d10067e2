import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, fixtureNames, frameOf } from '@meridian/testkit';
import { readConverseError } from './errors.ts';
import { converseUpstream } from './index.ts';

test('every error body has a message', () => {
  const names = fixtureNames('bedrock-converse', 'json').filter((name) =>
    name.startsWith('error-'),
  );
  assert.ok(names.length >= 8);
  for (const name of names) {
    const error = readConverseError(fixture(`bedrock-converse/${name}.json`));
    assert.ok(error.message.length > 10, name);
  }
});

test('the type is the vendor’s word, without the paths around it', () => {
  const body = (type: string) => Buffer.from(JSON.stringify({ __type: type, message: 'm' }));
  assert.deepEqual(readConverseError(body('com.amazon.coral.service#AccessDeniedException')), {
    message: 'm',
    code: 'AccessDeniedException',
    status: 403,
  });
  assert.deepEqual(readConverseError(body('ThrottlingException:http://internal/')), {
    message: 'm',
    code: 'ThrottlingException',
    status: 429,
  });
});

test('a body of any bytes has a message, if an empty one', () => {
  for (const text of ['', '{', 'null', '[]', '<html>', '{"message":5}', '\u0000']) {
    assert.equal(readConverseError(Buffer.from(text)).message, '', text);
  }
});

test('a frame of the type error says it in its headers', () => {
  const headers = [
    [':message-type', 'error'],
    [':error-code', 'InternalServerException'],
    [':error-message', 'try again'],
  ] as const;
  const [event] = converseUpstream.openReader().push(frameOf(headers, Buffer.alloc(0)));
  assert.deepEqual(event, {
    kind: 'error',
    error: { message: 'try again', code: 'InternalServerException', status: 500 },
  });
});
