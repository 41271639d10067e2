import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGate, errorReply, fixture, jsonReply } from '@meridian/testkit';
import type OpenAI from 'openai';
import {
  APIConnectionTimeoutError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { type Service, startService } from './support/service.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

type ErrorClass = abstract new (...args: never[]) => APIError;

interface Expected {
  readonly kind: ErrorClass;
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly param?: string;
}

/** Proves the class and every field of an error, and that the request can be found again by it. */
async function refuses(asked: Promise<unknown>, expected: Expected): Promise<APIError> {
  const error = await asked.then(
    () => assert.fail('It was answered.'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof APIError, String(error));
  assert.ok(error instanceof expected.kind, `${error.constructor.name}: ${error.message}`);
  const { status, code, type, param, requestID } = error;
  const { kind: _, ...fields } = expected;
  assert.deepEqual({ status, code, type, param }, { param: null, ...fields });
  assert.match(requestID ?? '', /^[0-9a-f-]{36}$/);
  assert.deepEqual(Object.keys(error.error as object).sort(), [
    'code',
    'message',
    'param',
    'status',
    'type',
  ]);
  return error;
}

const chat = (client: OpenAI, options: object = {}) =>
  client.chat.completions.create({ model: 'nothing', messages: MESSAGES, ...options });

describe('an error of Meridian is the class that the client has for it', () => {
  test('AuthenticationError', async () => {
    for (const apiKey of ['sk-unknown', `sk-Xvs${'a'.repeat(45)}`, `xln_live_${'b'.repeat(43)}`]) {
      await refuses(chat(service.openai({ apiKey })), {
        kind: AuthenticationError,
        status: 401,
        code: 'invalid_api_key',
        type: 'authentication_error',
      });
      await refuses(service.openai({ apiKey }).models.list().then(), {
        kind: AuthenticationError,
        status: 401,
        code: 'invalid_api_key',
        type: 'authentication_error',
      });
    }
  });

  test('BadRequestError, naming the field', async () => {
    await using model = await service.addModel();
    const wrong = [
      ['messages', { messages: [] }],
      ['messages', { messages: 'Hello' }],
      ['max_tokens', { max_tokens: 0 }],
      ['max_completion_tokens', { max_completion_tokens: 1.5 }],
      ['n', { n: 1000 }],
      ['stream', { stream: 'yes' }],
      ['stream_options', { stream_options: { include_usage: true } }],
      ['model', { model: 7 }],
    ] as const;
    for (const [param, options] of wrong) {
      const asked = chat(service.openai(), { model: model.name, ...options });
      const error = await refuses(asked, {
        kind: BadRequestError,
        status: 400,
        code: 'invalid_request',
        type: 'invalid_request',
        param,
      });
      assert.match(error.message, new RegExp(`'?${param}'?`));
    }
    assert.equal(model.upstream.requests.length, 0);
  });

  test('NotFoundError', async () => {
    const asked = chat(service.openai(), { model: 'no-such-model' });
    await refuses(asked, {
      kind: NotFoundError,
      status: 404,
      code: 'model_not_found',
      type: 'not_found',
      param: 'model',
    });
    await refuses(service.openai().models.retrieve('no-such-model'), {
      kind: NotFoundError,
      status: 404,
      code: 'model_not_found',
      type: 'not_found',
      param: 'model',
    });
  });

  test('PermissionDeniedError', async () => {
    await using model = await service.addModel();
    const account = await service.world.addAccount({ AllowModels: 'something-else' });
    await refuses(chat(service.openai({ apiKey: account.api.key }), { model: model.name }), {
      kind: PermissionDeniedError,
      status: 403,
      code: 'model_not_allowed',
      type: 'permission_denied',
      param: 'model',
    });
    await service.world.root.call('PUT', `/x-users/${account.id}`, { Status: false });
    await refuses(chat(service.openai({ apiKey: account.api.key }), { model: model.name }), {
      kind: PermissionDeniedError,
      status: 403,
      code: 'account_disabled',
      type: 'permission_denied',
    });
  });

  test('402 without credit', async () => {
    await using model = await service.addModel();
    const poor = await service.world.addAccount({ CreditGranted: 2 });
    const client = service.openai({ apiKey: poor.api.key });
    const asked = chat(client, { model: model.name, max_tokens: 5_000_000 });
    await refuses(asked, {
      kind: APIError,
      status: 402,
      code: 'insufficient_balance',
      type: 'insufficient_balance',
    });
    assert.equal(model.upstream.requests.length, 0);
  });

  test('413 for what is too large, however often: never a broken connection', async () => {
    await using model = await service.addModel();
    for (let n = 0; n < 4; n++) {
      const messages = [{ role: 'user', content: 'x'.repeat(40 * 1024 * 1024) }];
      await refuses(chat(service.openai(), { model: model.name, messages }), {
        kind: APIError,
        status: 413,
        code: 'request_too_large',
        type: 'request_too_large',
      });
    }
  });

  test('RateLimitError, with a Retry-After that is true', async () => {
    await using model = await service.addModel();
    const slow = await service.world.addAccount({ RPM: 2 });
    const client = service.openai({ apiKey: slow.api.key });
    await chat(client, { model: model.name });
    await chat(client, { model: model.name });
    const error = await refuses(chat(client, { model: model.name }), {
      kind: RateLimitError,
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'rate_limit_exceeded',
    });
    const seconds = Number(error.headers?.get('retry-after'));
    assert.ok(seconds > 0 && seconds <= 61, `${seconds}`);
    assert.equal(error.headers?.get('x-ratelimit-limit-requests'), '2');
    assert.equal(error.headers?.get('x-ratelimit-remaining-requests'), '0');
    assert.equal(model.upstream.requests.length, 2);
  });

  test('InternalServerError when no upstream can answer', async () => {
    await using model = await service.addModel();
    model.upstream.enqueue(errorReply(500));
    const error = await refuses(chat(service.openai(), { model: model.name }), {
      kind: InternalServerError,
      status: 503,
      code: 'upstream_unavailable',
      type: 'service_unavailable',
    });
    assert.ok(Number(error.headers?.get('retry-after')) >= 1);
    assert.equal(error.headers?.get('x-request-id'), error.requestID);
  });

  test('the client’s own timeout', async () => {
    await using model = await service.addModel();
    const gate = createGate();
    model.upstream.enqueue(jsonReply({}, { headersGate: gate }));
    const asked = chat(service.openai({ timeout: 300 }), { model: model.name });
    await assert.rejects(asked, APIConnectionTimeoutError);
  });
});

describe('an error of the upstream', () => {
  const passed = [
    ['400-context-length', 400, BadRequestError],
    ['400-invalid-value', 400, BadRequestError],
    ['404-model', 404, NotFoundError],
  ] as const;
  for (const [name, status, kind] of passed) {
    test(`${name} is the caller’s: it passes in the upstream’s words and costs nothing`, async () => {
      await using model = await service.addModel();
      const body = fixture(`openai-chat/error-${name}.json`);
      const { error: sent } = JSON.parse(body.toString());
      for (const stream of [false, true]) {
        model.upstream.enqueue({ status, parts: [body] });
        const before = (await service.world.account.view()).Balance;
        const asked = chat(service.openai(), { model: model.name, stream });
        await assert.rejects(asked, (error: unknown) => {
          assert.ok(error instanceof kind);
          const { code, param, type } = error;
          assert.deepEqual(
            { code, param, type },
            { code: sent.code, param: sent.param, type: sent.type },
          );
          assert.ok(error.message.includes(sent.message), error.message);
          assert.match(error.requestID ?? '', /^[0-9a-f-]{36}$/);
          return true;
        });
        assert.equal((await service.world.account.view()).Balance, before);
      }
      assert.equal(model.upstream.requests.length, 2);
    });
  }

  const keyFaults = [
    ['401-invalid-key', 401],
    ['403-region', 403],
    ['429-quota', 429],
    ['429-rate-limit', 429],
    ['500-server', 500],
    ['503-overloaded', 503],
  ] as const;
  for (const [name, status] of keyFaults) {
    test(`${name} is not the caller’s: 503, nothing of the provider’s account is told`, async () => {
      for (const stream of [false, true]) {
        await using model = await service.addModel();
        const body = fixture(`openai-chat/error-${name}.json`);
        model.upstream.enqueue({ status, parts: [body] });
        const error = await refuses(chat(service.openai(), { model: model.name, stream }), {
          kind: InternalServerError,
          status: 503,
          code: 'upstream_unavailable',
          type: 'service_unavailable',
        });
        const { error: sent } = JSON.parse(body.toString());
        assert.ok(!JSON.stringify(error.error).includes(sent.message));
      }
    });
  }
});
