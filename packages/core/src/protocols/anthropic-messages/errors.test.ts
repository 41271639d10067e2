import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, errorCatalog } from '@meridian/contract';
import { fixture, fixtureNames } from '@meridian/testkit';
import { Failure, invalid } from '../../kernel/index.ts';
import { errorEvent, writeUpstreamError } from './errors.ts';
import { messagesClient, messagesUpstream } from './index.ts';

/** The types by status that the vendor documents. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
  431: 'request_too_large',
  499: 'invalid_request_error',
  500: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

describe('a failure in the words of the vendor', () => {
  for (const [code, { status }] of Object.entries(errorCatalog)) {
    test(code, () => {
      const failure = new Failure(code as ErrorCode, { message: 'Why.' });
      const type = TYPES[status];
      const error = { type, message: 'Why.', details: { error_code: code } };
      assert.deepEqual(messagesClient.errorBody(failure), { type: 'error', error });
      assert.deepEqual(messagesClient.errorBody(failure, 'our-id'), {
        type: 'error',
        error,
        request_id: 'our-id',
      });
    });
  }

  test('tells the field at fault', () => {
    assert.deepEqual(messagesClient.errorBody(invalid('max_tokens', 'Too many.')), {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Too many.',
        details: { error_code: 'invalid_request', param: 'max_tokens' },
      },
    });
  });

  test('is an event in a stream', () => {
    assert.equal(errorEvent({ a: 1 }), 'event: error\ndata: {"a":1}\n\n');
  });
});

describe('an error body of the upstream', () => {
  for (const name of fixtureNames('anthropic-messages', 'json')) {
    const [, status] = /^error-(\d+)/.exec(name) ?? [];
    if (status === undefined) continue;
    test(name, () => {
      const body = fixture(`anthropic-messages/${name}.json`);
      const given = JSON.parse(body.toString()).error;
      const error = messagesUpstream.readError(body);
      assert.equal(error.message, given.message);
      assert.equal(error.code, given.type);
      assert.equal(error.status, Number(status));
    });
  }

  test('names the field that it blames', () => {
    const body = fixture('anthropic-messages/error-400-invalid-request.json');
    assert.equal(messagesUpstream.readError(body).param, 'max_tokens');
    const nested = Buffer.from('{"error":{"message":"messages.0.content: Field required"}}');
    assert.equal(messagesUpstream.readError(nested).param, 'messages.0.content');
  });

  const others: readonly (readonly [string, object])[] = [
    ['{"message":"denied by the cloud"}', { message: 'denied by the cloud' }],
    ['{"error":"no"}', { message: 'no' }],
    ['{"error":{"type":"new_error","message":"x"}}', { message: 'x', code: 'new_error' }],
    ['<html>', { message: '' }],
    ['', { message: '' }],
    ['[]', { message: '' }],
    ['null', { message: '' }],
  ];
  for (const [body, expected] of others) {
    test(`may be ${body}`, () => {
      assert.deepEqual(messagesUpstream.readError(Buffer.from(body)), expected);
    });
  }
});

describe("another wire's error in a stream", () => {
  const rows: readonly (readonly [object, string])[] = [
    [{ code: 'overloaded_error', status: 529 }, 'overloaded_error'],
    [{ code: 'server_error', status: 500 }, 'api_error'],
    [{ code: 'rate_limit_exceeded', status: 429 }, 'rate_limit_error'],
    [{ status: 503 }, 'overloaded_error'],
    [{ status: 422 }, 'invalid_request_error'],
    [{ status: 502 }, 'api_error'],
    [{}, 'api_error'],
  ];
  for (const [error, type] of rows) {
    test(`${JSON.stringify(error)} is ${type}`, () => {
      const body = writeUpstreamError({ message: 'm', ...error }, 'our-id');
      assert.deepEqual(body, {
        type: 'error',
        error: { type, message: 'm' },
        request_id: 'our-id',
      });
    });
  }
});
