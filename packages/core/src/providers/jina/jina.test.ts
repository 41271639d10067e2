import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { Endpoint, UpstreamKey } from '../types.ts';
import { createJinaProvider } from './index.ts';

const provider = createJinaProvider();

function keyAt(url: string): UpstreamKey {
  const config = { providerType: 'jina' } as const;
  return { baseUrl: url, host: new URL(url).host, secret: new Secret('jina_123'), config };
}

const paths: readonly (readonly [base: string, endpoint: Endpoint, path: string])[] = [
  ['https://api.jina.ai', 'rerank', '/v1/rerank'],
  ['https://api.jina.ai/v1', 'rerank', '/v1/rerank'],
  ['https://api.jina.ai/v1/rerank', 'embeddings', '/v1/embeddings'],
  ['http://localhost:8000', 'rerank', '/v1/rerank'],
  ['https://proxy.example.com/j', 'rerank', '/j/v1/rerank'],
];

test('a base URL leads to the endpoints, with and without its version', async (t) => {
  for (const [base, endpoint, path] of paths) {
    await t.test(`${endpoint} of ${base}`, () => {
      const call = { endpoint, model: 'm', body: Buffer.from('{}'), stream: false };
      const request = provider.request(keyAt(base), call);
      assert.equal(request.path, path);
      assert.deepEqual(request.headers.slice(-2), ['authorization', 'Bearer jina_123']);
    });
  }
});

test('nothing of it chats, and its models are known at its host', () => {
  const key = keyAt('https://api.jina.ai');
  assert.deepEqual(provider.wires(key, 'jina-reranker-v3'), []);
  assert.deepEqual(provider.served(key), ['jina-*']);
  assert.equal(provider.served(keyAt('http://localhost:8000')), undefined);
});
