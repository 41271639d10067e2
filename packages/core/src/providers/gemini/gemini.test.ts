import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { UpstreamCall, UpstreamKey } from '../types.ts';
import { createGeminiProvider } from './index.ts';

const provider = createGeminiProvider();
const HOST = 'https://generativelanguage.googleapis.com';

function keyAt(url: string): UpstreamKey {
  return {
    baseUrl: url,
    host: new URL(url).host,
    secret: new Secret('AIza-123'),
    config: { providerType: 'gemini' },
  };
}

function requestOf(base: string, more: Partial<UpstreamCall>) {
  const call = { endpoint: 'gemini', model: 'gemini-2.5-pro', stream: false } as const;
  return provider.request(keyAt(base), { ...call, body: Buffer.from('{}'), ...more });
}

const paths: readonly (readonly [base: string, call: Partial<UpstreamCall>, path: string])[] = [
  [HOST, {}, '/v1beta/models/gemini-2.5-pro:generateContent'],
  [HOST, { stream: true }, '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
  [HOST, { endpoint: 'gemini.countTokens' }, '/v1beta/models/gemini-2.5-pro:countTokens'],
  [
    HOST,
    { endpoint: 'gemini.embedContent', model: 'gemini-embedding-001' },
    '/v1beta/models/gemini-embedding-001:embedContent',
  ],
  [
    HOST,
    { endpoint: 'gemini.batchEmbedContents', model: 'gemini-embedding-001' },
    '/v1beta/models/gemini-embedding-001:batchEmbedContents',
  ],
  [HOST, { model: 'models/gemini-2.5-pro' }, '/v1beta/models/gemini-2.5-pro:generateContent'],
  [HOST, { model: 'tunedModels/mine-1' }, '/v1beta/tunedModels/mine-1:generateContent'],
  [HOST, { model: 'a/b:c' }, '/v1beta/models/a%2Fb%3Ac:generateContent'],
  [HOST, { endpoint: 'embeddings' }, '/v1beta/openai/embeddings'],
  [`${HOST}/v1`, {}, '/v1beta/models/gemini-2.5-pro:generateContent'],
  [`${HOST}/v1beta`, {}, '/v1beta/models/gemini-2.5-pro:generateContent'],
  [`${HOST}/v1beta/models`, {}, '/v1beta/models/gemini-2.5-pro:generateContent'],
  [`${HOST}/v1alpha`, {}, '/v1alpha/models/gemini-2.5-pro:generateContent'],
  [`${HOST}/v1beta/openai`, {}, '/v1beta/models/gemini-2.5-pro:generateContent'],
  ['https://proxy.example.com/g', {}, '/g/v1beta/models/gemini-2.5-pro:generateContent'],
];

test('a base URL and a call lead to a path', async (t) => {
  for (const [base, call, path] of paths) {
    await t.test(path, () => assert.equal(requestOf(base, call).path, path));
  }
});

test('the key stands in a header of Google’s, for OpenAI’s paths in the usual one', () => {
  assert.deepEqual(requestOf(HOST, {}).headers, [
    ...['content-type', 'application/json', 'x-goog-api-key', 'AIza-123'],
  ]);
  assert.deepEqual(requestOf(HOST, { endpoint: 'embeddings' }).headers, [
    ...['content-type', 'application/json', 'authorization', 'Bearer AIza-123'],
  ]);
});

test('the vendor’s models are served at its host', () => {
  const key = keyAt(HOST);
  assert.ok(provider.served(key)?.includes('gemini*'));
  assert.equal(provider.served(keyAt('https://proxy.example.com')), undefined);
  assert.deepEqual(provider.wires(key, 'gemini-2.5-pro'), ['gemini']);
  const name = provider.upstreamModel(key, 'gemini-2.5-pro', 'google/gemini-2.5-pro-preview-06-05');
  assert.equal(name, 'gemini-2.5-pro-preview-06-05');
});
