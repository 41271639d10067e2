import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountRoutes, chatRoutes, providerKeyRoutes, type Route } from '@meridian/contract';
import type { Failure } from '@meridian/core/kernel';
import { bind } from './bind.ts';

function refusal(route: Route, request: { body?: unknown; params?: unknown; query?: unknown }) {
  try {
    bind(route, { body: request.body, params: request.params ?? {}, query: request.query ?? {} });
  } catch (error) {
    const { code, detail } = error as Failure;
    return { code, param: detail.param, message: detail.message };
  }
  return undefined;
}

const account = { Name: 'acme', Email: 'a@b.example', CreditGranted: 5 };
const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

describe('bind', () => {
  it('gives route files checked values, numbers as numbers', () => {
    const bound = bind(providerKeyRoutes.listProviderKeys, {
      params: {},
      query: { level: '2', page: '3' },
      body: undefined,
    });
    assert.deepEqual(bound.query, { level: 2, page: 3 });
  });

  it('names the field at fault as the caller wrote it', () => {
    const { createAccount } = accountRoutes;
    const { createChatCompletion } = chatRoutes;
    const cases: [Route, object, string][] = [
      [createAccount, { ...account, RPM: -1 }, 'RPM'],
      [createAccount, { ...account, Rates: {} }, 'Rates'],
      [
        createAccount,
        { ...account, ModelLimits: { 'gpt-4o': { rpm: 'x' } } },
        'ModelLimits.gpt-4o.rpm',
      ],
      [createAccount, { ...account, HardLimt: 1 }, 'HardLimt'],
      [createChatCompletion, { ...chat, messages: [{ role: 'nobody' }] }, 'messages.0.role'],
      [
        createChatCompletion,
        { ...chat, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
        'messages.0.content.0.text',
      ],
    ];
    for (const [route, body, param] of cases) {
      const refused = refusal(route, { body });
      assert.equal(refused?.code, 'invalid_request');
      assert.equal(refused?.param, param);
      assert.ok(refused?.message.startsWith(`${param}: `), refused?.message);
    }
  });

  it('does not repeat values in its messages', () => {
    const refused = refusal(providerKeyRoutes.createProviderKey, {
      body: { SecretKey: 'canary', Level: 1, Provider: 'https://a.example' },
    });
    assert.equal(refused?.param, 'SecretKey');
    assert.ok(!refused?.message.includes('canary'));
  });

  it('refuses a query that repeats a parameter', () => {
    const refused = refusal(providerKeyRoutes.listProviderKeys, { query: { level: ['1', '2'] } });
    assert.equal(refused?.param, 'level');
  });

  it('reads an absent body as an empty one only where that is declared', () => {
    const optional: Route = {
      ...accountRoutes.createAccount,
      body: { ...accountRoutes.createAccount.body!, isOptional: true },
    };
    assert.equal(
      refusal(accountRoutes.createAccount, {})?.message,
      'The request needs a JSON body.',
    );
    assert.equal(refusal(optional, {})?.param, 'Name');
  });

  it('refuses texts that no database keeps, wherever they stand', () => {
    const { createAccount } = accountRoutes;
    const { findProviderKeys } = providerKeyRoutes;
    for (const bad of ['a\0', '\ud800', '\udc00x']) {
      const body = { ...account, ModelMapper: { a: bad } };
      assert.equal(refusal(createAccount, { body })?.param, 'ModelMapper.a');
      const named = { ...account, ModelMapper: { [bad]: 'a' } };
      assert.equal(refusal(createAccount, { body: named })?.param, 'ModelMapper');
      assert.equal(refusal(findProviderKeys, { params: { id: bad } })?.param, 'id');
    }
    assert.equal(refusal(createAccount, { body: { ...account, Alias: '🌍' } }), undefined);
  });
});
