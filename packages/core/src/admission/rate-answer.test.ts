import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateLimitFailure, rateLimitHeaders } from './rate-answer.ts';
import type { Refusal, WindowScope, WindowSpec, WindowStanding } from './windows/types.ts';

function standing(more: Partial<WindowSpec>, used: number, resetMs: number): WindowStanding {
  const scope: WindowScope = { kind: 'account', accountId: 9 };
  const window = {
    id: '',
    ownerId: 1,
    unit: 'requests',
    span: 'minute',
    limit: 60,
    scope,
  } as const;
  return { window: { ...window, ...more }, used, resetMs };
}

test('the headers tell the tightest window of each unit', () => {
  const headers = rateLimitHeaders([
    standing({ limit: 60 }, 10, 30_001),
    standing({ limit: 1_000, span: 'hour' }, 990, 3_000_000),
    standing({ unit: 'tokens', limit: 500 }, 600, 1),
  ]);
  assert.deepEqual(headers, {
    'x-ratelimit-limit-requests': '1000',
    'x-ratelimit-remaining-requests': '10',
    'x-ratelimit-reset-requests': '3000',
    'x-ratelimit-limit-tokens': '500',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '1',
  });
});

test('no limit, no headers', () => {
  assert.deepEqual(rateLimitHeaders([]), {});
  const [only] = [standing({ unit: 'tokens' }, 0, 0)];
  assert.ok(!Object.keys(rateLimitHeaders([only!])).some((name) => name.endsWith('requests')));
});

function refusal(more: Partial<Refusal>): Refusal {
  return {
    refused: true,
    reason: 'full',
    standing: standing({}, 60, 59_000),
    retryAfterMs: 11_001,
    ...more,
  };
}

test('a refusal names limit, whose it is, what is used and when it fits again', () => {
  const failure = rateLimitFailure(refusal({}));
  assert.equal(failure.status, 429);
  assert.equal(failure.detail.retryAfterSeconds, 12);
  assert.match(failure.message, /RPM limit of 60 requests per minute of account 9: 60 used.* 12 s/);
  assert.equal(failure.detail.headers?.['x-ratelimit-remaining-requests'], '0');
});

test('a refused slot says how many may run at once', () => {
  const slots = standing({ unit: 'slots', span: 'running', limit: 2 }, 2, 0);
  const failure = rateLimitFailure(refusal({ standing: slots, retryAfterMs: 1_000 }));
  assert.match(failure.message, /CONCURRENCY limit of 2 requests at once of account 9: 2 used/);
  assert.equal(failure.detail.retryAfterSeconds, 1);
  assert.deepEqual(failure.detail.headers, {}, 'it is no rate');
});

test('the scope of a limit is told', () => {
  const said = (scope: WindowScope, more: Partial<WindowSpec> = {}): string =>
    rateLimitFailure(refusal({ standing: standing({ scope, ...more }, 1, 1) })).message;
  assert.match(
    said({ kind: 'model', accountId: 4, model: 'gpt*' }),
    /for the model gpt\* of account 4/,
  );
  assert.match(said({ kind: 'plan', accountId: 4 }), /of your plan/);
  assert.match(said({ kind: 'key', accountId: 4 }), /of this key/);
  assert.match(
    said({ kind: 'account', accountId: 4 }, { unit: 'tokens', span: 'day' }),
    /TPD limit/,
  );
});

test('what can never fit tells clients not to try again', () => {
  const failure = rateLimitFailure(refusal({ reason: 'too_large', retryAfterMs: undefined }));
  assert.equal(failure.status, 429);
  assert.equal(failure.detail.retryAfterSeconds, undefined);
  assert.equal(failure.detail.headers?.['x-should-retry'], 'false');
});

test('a wait is at least a second', () => {
  assert.equal(rateLimitFailure(refusal({ retryAfterMs: 0 })).detail.retryAfterSeconds, 1);
});

test('counters that cannot be asked are a 503', () => {
  const failure = rateLimitFailure(
    refusal({ reason: 'unavailable', standing: undefined, retryAfterMs: undefined }),
  );
  assert.equal(failure.code, 'service_unavailable');
  assert.equal(failure.detail.retryAfterSeconds, 1);
});
