import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { Endpoint, UpstreamKey } from '../types.ts';
import { createCohereProvider } from './index.ts';

const provider = createCohereProvider();

function keyAt(url: string): UpstreamKey {
  const config = { providerType: 'cohere' } as const;
  return { baseUrl: url, host: new URL(url).host, secret: new Secret('co-123'), config };
}

const paths: readonly (readonly [base: string, endpoint: Endpoint, path: string])[] = [
  ['https://api.cohere.com', 'rerank', '/v2/rerank'],
  ['https://api.cohere.com/v1', 'rerank', '/v2/rerank'],
  ['https://api.cohere.com/v2', 'rerank', '/v2/rerank'],
  ['https://api.cohere.com/v2/rerank', 'rerank', '/v2/rerank'],
  ['https://api.cohere.ai/compatibility/v1', 'rerank', '/v2/rerank'],
  ['https://api.cohere.ai/compatibility/v1', 'chat', '/compatibility/v1/chat/completions'],
  ['https://api.cohere.com', 'embeddings', '/compatibility/v1/embeddings'],
  ['https://api.cohere.com/v2', 'cohere.embed', '/v2/embed'],
  ['https://proxy.example.com/cohere', 'rerank', '/cohere/v2/rerank'],
];

test('a base URL leads to the vendor’s own API and to the compatible one', async (t) => {
  for (const [base, endpoint, path] of paths) {
    await t.test(`${endpoint} of ${base}`, () => {
      const call = { endpoint, model: 'm', body: Buffer.from('{}'), stream: false };
      const request = provider.request(keyAt(base), call);
      assert.equal(request.path, path);
      assert.deepEqual(request.headers.slice(-2), ['authorization', 'Bearer co-123']);
    });
  }
});

test('the vendor’s models are known by their beginnings', () => {
  const key = keyAt('https://api.cohere.com');
  assert.ok(provider.served(key)?.includes('rerank-*'));
  assert.equal(provider.served(keyAt('https://proxy.example.com')), undefined);
  assert.ok(provider.quirks(key).unsupported?.includes('n'));
});
