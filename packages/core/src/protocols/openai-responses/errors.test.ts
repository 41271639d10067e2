import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, fixtureNames } from '@meridian/testkit';
import { Failure } from '../../kernel/index.ts';
import { errorEvent, failureCodeOf } from './errors.ts';
import { responsesClient, responsesUpstream } from './index.ts';

const readError = (text: string | Buffer) => responsesUpstream.readError(Buffer.from(text));

describe('what an upstream says about a request that it refused', () => {
  const names = fixtureNames('openai-responses', 'json').filter((name) => /^error-/.test(name));
  for (const name of names) {
    test(name, () => {
      const bytes = fixture(`openai-responses/${name}.json`);
      const { error } = JSON.parse(bytes.toString()) as {
        error: { message: string; code: string; param: string | null };
      };
      const read = readError(bytes);
      assert.equal(read.message, error.message);
      assert.equal(read.code, error.code);
      assert.equal(read.param ?? null, error.param);
    });
  }

  const OTHERS: readonly (readonly [body: string, message: string, code?: string])[] = [
    ['{"error":"Nope"}', 'Nope'],
    ['{"message":"Nope","type":"bad"}', 'Nope', 'bad'],
    ['{"detail":"Not here"}', 'Not here'],
    ['{"error":{"code":"x"}}', '', 'x'],
    ['Service unavailable', 'Service unavailable'],
    ['<html><body>502</body></html>', ''],
    ['', ''],
    ['[]', '[]'],
  ];
  for (const [body, message, code] of OTHERS) {
    test(`in another form: ${body}`, () => {
      const read = readError(body);
      assert.equal(read.message, message);
      assert.equal(read.code, code);
    });
  }
});

test('an error of ours as an event has both forms that clients look for', () => {
  const failure = new Failure('upstream_error', { message: 'It broke.' });
  const body = responsesClient.errorBody(failure);
  assert.deepEqual(body, failure.toBody());
  const [name, data] = errorEvent(body).split('\n');
  assert.equal(name, 'event: error');
  const event = JSON.parse((data ?? '').slice(6));
  assert.equal(event.type, 'error');
  assert.equal(event.message, 'It broke.');
  assert.equal(event.code, 'upstream_error');
  assert.equal(event.param, null);
  assert.equal(event.error.message, 'It broke.');
  assert.equal(typeof event.sequence_number, 'number');
});

test('what an upstream cannot do is told by the client’s own field', () => {
  assert.equal(responsesClient.fieldOf('output'), 'text.format');
  assert.equal(responsesClient.fieldOf('maxOutputTokens'), 'max_output_tokens');
  assert.equal(responsesClient.fieldOf('toolChoice'), 'tool_choice');
});

test('a failed response has the vendor’s code where this wire knows it, else the nearest', () => {
  const rows: readonly (readonly [object, string])[] = [
    [{}, 'server_error'],
    [{ code: 'rate_limit_exceeded' }, 'rate_limit_exceeded'],
    [{ code: 'invalid_image_url', status: 400 }, 'invalid_image_url'],
    [{ code: 'RESOURCE_EXHAUSTED', status: 429 }, 'rate_limit_exceeded'],
    [{ code: 'invalid_request_error', status: 400 }, 'invalid_prompt'],
    [{ code: 'overloaded_error', status: 529 }, 'server_error'],
  ];
  for (const [error, code] of rows) {
    assert.equal(failureCodeOf({ message: 'm', ...error }), code, JSON.stringify(error));
  }
});
