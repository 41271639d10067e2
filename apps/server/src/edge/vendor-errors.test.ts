import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@meridian/core/kernel';
import { vendorError } from './vendor-errors.ts';

const FAILURE = new Failure('not_found', { message: 'Nothing.' });
const OURS = FAILURE.toBody();
const ANTHROPIC = {
  type: 'error',
  error: { type: 'not_found_error', message: 'Nothing.', details: { error_code: 'not_found' } },
  request_id: 'our-id',
};
const GOOGLE = {
  error: {
    code: 404,
    message: 'Nothing.',
    status: 'NOT_FOUND',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'NOT_FOUND',
        domain: 'meridian',
      },
    ],
  },
};

const rows: readonly (readonly [url: string, version: string | undefined, body: object])[] = [
  ['/v1/models/none', undefined, OURS],
  ['/v1/models/none', '2023-06-01', ANTHROPIC],
  ['/v1/models?limit=1', '2023-06-01', ANTHROPIC],
  ['/v1/messages/batches', undefined, ANTHROPIC],
  ['/v1/messages', undefined, ANTHROPIC],
  ['/v1/messages-of-mine', undefined, OURS],
  ['/v1beta/models/none', undefined, GOOGLE],
  ['/v1beta/models/none', '2023-06-01', GOOGLE],
  ['/v1beta', undefined, GOOGLE],
  ['/v1betamax', undefined, OURS],
  ['/x-users', '2023-06-01', OURS],
  ['/dashboard/keys', undefined, OURS],
];
for (const [url, version, body] of rows) {
  test(`${url} with version ${version}`, () => {
    const header = (name: string) => (name === 'anthropic-version' ? version : undefined);
    const made = vendorError(FAILURE, { url, header, requestId: 'our-id' });
    assert.deepEqual(made.body, body);
    assert.deepEqual(made.headers, body === ANTHROPIC ? { 'request-id': 'our-id' } : {});
  });
}
