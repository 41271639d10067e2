import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorCatalog } from '@meridian/contract';
import { fixture, fixtureNames } from '@meridian/testkit';
import { Failure, invalid } from '../../kernel/index.ts';
import { geminiErrorBody, readGeminiError } from './errors.ts';

const RPC = {
  invalid_request: 'INVALID_ARGUMENT',
  invalid_json: 'INVALID_ARGUMENT',
  model_not_priced: 'INVALID_ARGUMENT',
  unsupported_parameter: 'INVALID_ARGUMENT',
  previous_response_not_found: 'INVALID_ARGUMENT',
  invalid_api_key: 'UNAUTHENTICATED',
  insufficient_balance: 'FAILED_PRECONDITION',
  spending_cap_reached: 'FAILED_PRECONDITION',
  permission_denied: 'PERMISSION_DENIED',
  model_not_found: 'NOT_FOUND',
  conflict: 'ABORTED',
  request_too_large: 'INVALID_ARGUMENT',
  rate_limit_exceeded: 'RESOURCE_EXHAUSTED',
  client_closed_request: 'CANCELLED',
  server_error: 'INTERNAL',
  upstream_error: 'UNAVAILABLE',
  upstream_unavailable: 'UNAVAILABLE',
  upstream_timeout: 'DEADLINE_EXCEEDED',
} as const;

describe('errors for clients', () => {
  for (const [code, status] of Object.entries(RPC)) {
    test(`${code} is ${status}`, () => {
      const failure = new Failure(code as keyof typeof RPC, { message: 'So it is.' });
      assert.deepEqual(geminiErrorBody(failure), {
        error: {
          code: errorCatalog[code as keyof typeof RPC].status,
          message: 'So it is.',
          status,
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: code.toUpperCase(),
              domain: 'meridian',
            },
          ],
        },
      });
    });
  }

  test('the field at fault and when to come again are told in Google’s details', () => {
    const failure = new Failure('rate_limit_exceeded', {
      message: 'Too many.',
      param: 'contents',
      retryAfterSeconds: 7,
    });
    const read = readGeminiError(Buffer.from(JSON.stringify(geminiErrorBody(failure))));
    assert.deepEqual(read, {
      message: 'Too many.',
      code: 'RATE_LIMIT_EXCEEDED',
      param: 'contents',
      status: 429,
      retryAfterSeconds: 7,
    });
  });

  test('a long message is cut', () => {
    const body = JSON.stringify(geminiErrorBody(invalid('a', 'x'.repeat(9_000))));
    assert.ok(body.length < 2_000);
  });
});

describe('errors of upstreams', () => {
  const expected: Readonly<Record<string, object>> = {
    'error-400-invalid-argument': {
      code: 'INVALID_ARGUMENT',
      param: 'generation_config.temperature',
      status: 400,
    },
    'error-400-api-key': { code: 'API_KEY_INVALID', status: 400 },
    'error-400-precondition': { code: 'FAILED_PRECONDITION', status: 400 },
    'error-401-token': { code: 'ACCESS_TOKEN_EXPIRED', status: 401 },
    'error-403-permission': { code: 'PERMISSION_DENIED', status: 403 },
    'error-404-model': { code: 'NOT_FOUND', status: 404 },
    'error-429-quota': { code: 'RESOURCE_EXHAUSTED', status: 429, retryAfterSeconds: 44 },
    'error-429-array': { code: 'RESOURCE_EXHAUSTED', status: 429 },
    'error-500-internal': { code: 'INTERNAL', status: 500 },
    'error-503-overloaded': { code: 'UNAVAILABLE', status: 503 },
    'error-504-deadline': { code: 'DEADLINE_EXCEEDED', status: 504 },
  };
  const names = fixtureNames('gemini', 'json').filter((name) => name.startsWith('error-'));

  test('each fixture is expected', () => {
    assert.deepEqual(names, Object.keys(expected).sort());
  });

  for (const name of names) {
    test(name, () => {
      const { message, ...rest } = readGeminiError(fixture(`gemini/${name}.json`));
      assert.notEqual(message, '');
      assert.deepEqual(rest, expected[name]);
    });
  }

  const odd: readonly (readonly [string, object])[] = [
    ['', { message: '' }],
    ['<html>', { message: '' }],
    ['null', { message: '' }],
    ['[]', { message: '' }],
    ['{"error":"no"}', { message: 'no' }],
    ['{"message":"no"}', { message: 'no' }],
    ['{"error":{"status":"UNAVAILABLE"}}', { message: '', code: 'UNAVAILABLE', status: 503 }],
    [
      '{"error":{"message":7,"details":[null,{"@type":"x.RetryInfo","retryDelay":"soon"}]}}',
      { message: '' },
    ],
  ];
  for (const [body, error] of odd) {
    test(`${JSON.stringify(body)} is read without an error`, () => {
      assert.deepEqual(readGeminiError(Buffer.from(body)), error);
    });
  }
});
