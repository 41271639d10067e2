import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { ProviderKeyConfig, UpstreamCall, UpstreamKey } from '../types.ts';
import { createAnthropicProvider } from './index.ts';

const provider = createAnthropicProvider();

function keyAt(url: string, config: Partial<ProviderKeyConfig> = {}): UpstreamKey {
  return {
    baseUrl: url,
    host: new URL(url).host,
    secret: new Secret('sk-ant-123'),
    config: { providerType: 'anthropic', ...config },
  };
}

function call(more: Partial<UpstreamCall> = {}): UpstreamCall {
  return { endpoint: 'messages', model: 'm', body: Buffer.from('{}'), stream: false, ...more };
}

const urls: readonly (readonly [base: string, endpoint: UpstreamCall['endpoint'], url: string])[] =
  [
    ['https://api.anthropic.com', 'messages', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1', 'messages', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/messages', 'messages', 'https://api.anthropic.com/v1/messages'],
    [
      'https://api.anthropic.com',
      'messages.count_tokens',
      'https://api.anthropic.com/v1/messages/count_tokens',
    ],
    [
      'https://api.deepseek.com/anthropic',
      'messages',
      'https://api.deepseek.com/anthropic/v1/messages',
    ],
    ['https://proxy.example.com/a/v2', 'messages', 'https://proxy.example.com/a/v2/messages'],
  ];

test('a base URL leads to the endpoints, with and without its version', async (t) => {
  for (const [base, endpoint, url] of urls) {
    await t.test(`${endpoint} of ${base}`, () => {
      const { origin, path } = provider.request(keyAt(base), call({ endpoint }));
      assert.equal(origin + path, url);
    });
  }
});

const JSON_HEADERS = ['content-type', 'application/json', 'accept', 'application/json'];

test('the vendor gets the key as x-api-key with the usual version, the list made once', () => {
  const key = keyAt('https://api.anthropic.com');
  const { headers } = provider.request(key, call());
  assert.deepEqual(headers, [
    ...JSON_HEADERS,
    ...['x-api-key', 'sk-ant-123', 'anthropic-version', '2023-06-01'],
  ]);
  assert.equal(provider.request(key, call({ stream: true })).headers, headers);
});

test('other hosts get it as a bearer token besides, because they read one of the two', () => {
  const { headers } = provider.request(keyAt('https://api.z.ai/api/anthropic'), call());
  assert.deepEqual(headers.slice(JSON_HEADERS.length), [
    ...['x-api-key', 'sk-ant-123', 'authorization', 'Bearer sk-ant-123'],
    ...['anthropic-version', '2023-06-01'],
  ]);
  const open = { ...keyAt('http://localhost:11434'), secret: new Secret('') };
  assert.deepEqual(provider.request(open, call()).headers.slice(JSON_HEADERS.length), [
    ...['anthropic-version', '2023-06-01'],
  ]);
});

test('version and beta flags of the client are passed on, its key and odd values are not', () => {
  const given: Record<string, string> = {
    'anthropic-version': '2024-01-01',
    'anthropic-beta': 'context-1m-2025-08-07,files-api-2025-04-14',
    'x-api-key': 'of-the-client',
  };
  const key = keyAt('https://api.anthropic.com');
  const { headers } = provider.request(key, call({ clientHeaders: (name) => given[name] }));
  assert.deepEqual(headers.slice(JSON_HEADERS.length), [
    ...['x-api-key', 'sk-ant-123', 'anthropic-version', '2024-01-01'],
    ...['anthropic-beta', 'context-1m-2025-08-07,files-api-2025-04-14'],
  ]);
  for (const odd of ['a\r\nb: c', 'x'.repeat(2_000), '\u00fc']) {
    const clientHeaders = (name: string) => (name === 'anthropic-beta' ? odd : undefined);
    assert.ok(!provider.request(key, call({ clientHeaders })).headers.includes('anthropic-beta'));
  }
});

test('the vendor serves Claude under its maker’s names, others what they were given', () => {
  const own = keyAt('https://api.anthropic.com');
  const proxy = keyAt('https://proxy.example.com');
  assert.deepEqual(provider.served(own), ['claude*']);
  assert.deepEqual(provider.vendorPatterns(own), ['claude*']);
  assert.equal(provider.served(proxy), undefined);
  assert.deepEqual(provider.vendorPatterns(proxy), []);
  assert.deepEqual(provider.wires(own, 'claude-sonnet-4-6'), ['messages']);
  const names = (key: UpstreamKey, spelled: string) =>
    provider.upstreamModel(key, 'claude-sonnet-4-6', spelled);
  assert.equal(names(own, 'anthropic/claude-sonnet-4.6'), 'claude-sonnet-4-6');
  assert.equal(names(own, 'claude-sonnet-4-6-20260101'), 'claude-sonnet-4-6-20260101');
  assert.equal(names(proxy, 'anthropic/claude-sonnet-4.6'), 'anthropic/claude-sonnet-4.6');
  const mapped = keyAt('https://proxy.example.com', { modelMapping: new Map([['claude*', 'x']]) });
  assert.equal(names(mapped, 'claude-sonnet-4-6'), 'x');
});
