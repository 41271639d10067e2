import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type {
  ApiFamily,
  Endpoint,
  ProviderKeyConfig,
  UpstreamCall,
  UpstreamKey,
} from '../types.ts';
import { createAzureProvider } from './index.ts';

const provider = createAzureProvider();
const RESOURCE = 'https://my-resource.openai.azure.com';

function keyAt(
  url: string,
  config: Partial<ProviderKeyConfig> = {},
  secret = '0123456789abcdef0123456789abcdef',
): UpstreamKey {
  return {
    baseUrl: url.replace(/\/+$/, ''),
    host: new URL(url).host,
    secret: new Secret(secret),
    config: { providerType: 'azure', ...config },
  };
}

function requestOf(key: UpstreamKey, more: Partial<UpstreamCall> = {}) {
  const call = { endpoint: 'chat', model: 'gpt-4-deployment', stream: false } as const;
  return provider.request(key, { ...call, body: Buffer.from('{}'), ...more });
}

const versions = (pairs: Partial<Record<ApiFamily, string>>) => ({
  apiVersions: new Map(Object.entries(pairs) as [ApiFamily, string][]),
});

/** The versions of the owners' example. */
const DATED = versions({
  chat: '2025-01-01-preview',
  embeddings: '2024-02-01',
  responses: '2025-04-01-preview',
  audio: '2025-03-01-preview',
  images: '2025-04-01-preview',
});

const DEPLOYMENT = '/openai/deployments/gpt-4-deployment';

/** [endpoint, path of v1, path of the dated versions] */
const paths: readonly (readonly [Endpoint, string, string])[] = [
  [
    ...(['chat', '/openai/v1/chat/completions'] as const),
    `${DEPLOYMENT}/chat/completions?api-version=2025-01-01-preview`,
  ],
  [
    ...(['responses', '/openai/v1/responses'] as const),
    '/openai/responses?api-version=2025-04-01-preview',
  ],
  [
    ...(['embeddings', '/openai/v1/embeddings'] as const),
    `${DEPLOYMENT}/embeddings?api-version=2024-02-01`,
  ],
  ['completions', '/openai/v1/completions', '/openai/v1/completions'],
  [
    ...(['images.generations', '/openai/v1/images/generations'] as const),
    `${DEPLOYMENT}/images/generations?api-version=2025-04-01-preview`,
  ],
  [
    ...(['images.edits', '/openai/v1/images/edits'] as const),
    `${DEPLOYMENT}/images/edits?api-version=2025-04-01-preview`,
  ],
  [
    ...(['audio.speech', '/openai/v1/audio/speech'] as const),
    `${DEPLOYMENT}/audio/speech?api-version=2025-03-01-preview`,
  ],
  [
    ...(['audio.transcriptions', '/openai/v1/audio/transcriptions'] as const),
    `${DEPLOYMENT}/audio/transcriptions?api-version=2025-03-01-preview`,
  ],
  ['messages', '/anthropic/v1/messages', '/anthropic/v1/messages'],
];

test('each endpoint has its path at v1 and at the deployment of a dated version', async (t) => {
  for (const [endpoint, current, dated] of paths) {
    await t.test(endpoint, () => {
      assert.equal(requestOf(keyAt(RESOURCE), { endpoint }).path, current);
      assert.equal(requestOf(keyAt(RESOURCE, DATED), { endpoint }).path, dated);
    });
  }
});

test('versions without a date are those of v1', () => {
  const pathAt = (chat: string) => requestOf(keyAt(RESOURCE, versions({ chat }))).path;
  assert.equal(pathAt('v1'), '/openai/v1/chat/completions');
  assert.equal(pathAt('preview'), '/openai/v1/chat/completions?api-version=preview');
});

test('a base URL may be copied from anywhere', async (t) => {
  for (const [base, url] of [
    [`${RESOURCE}/`, `${RESOURCE}/openai/v1/chat/completions`],
    [`${RESOURCE}/openai`, `${RESOURCE}/openai/v1/chat/completions`],
    [`${RESOURCE}/openai/v1/`, `${RESOURCE}/openai/v1/chat/completions`],
    [`${RESOURCE}/openai/deployments/a/chat/completions`, `${RESOURCE}/openai/v1/chat/completions`],
    [
      'https://my-resource.services.ai.azure.com/anthropic/v1/messages',
      'https://my-resource.services.ai.azure.com/openai/v1/chat/completions',
    ],
    [
      'https://apim.example.com/team-a/openai',
      'https://apim.example.com/team-a/openai/v1/chat/completions',
    ],
    [
      'https://apim.example.com/team-a',
      'https://apim.example.com/team-a/openai/v1/chat/completions',
    ],
  ] as const) {
    await t.test(base, () => {
      const { origin, path } = requestOf(keyAt(base));
      assert.equal(origin + path, url);
    });
  }
});

test('the name of a deployment is one segment of the path', () => {
  const { path } = requestOf(keyAt(RESOURCE, DATED), { model: 'a/b c?d' });
  assert.ok(path.startsWith('/openai/deployments/a%2Fb%20c%3Fd/chat/completions?'));
});

test('a key goes into the header api-key, an access token of Entra ID is a bearer', () => {
  const key = keyAt(RESOURCE);
  assert.deepEqual(requestOf(key, { stream: true }).headers, [
    ...['content-type', 'application/json', 'accept', 'text/event-stream'],
    ...['api-key', '0123456789abcdef0123456789abcdef'],
  ]);
  assert.equal(requestOf(key).headers, requestOf(key).headers, 'the list is made once per key');
  const token = 'eyJhbGciOi.eyJhdWQiOi.c2lnbmF0dXJl';
  assert.deepEqual(requestOf(keyAt(RESOURCE, {}, token)).headers.slice(-2), [
    'authorization',
    `Bearer ${token}`,
  ]);
  assert.ok(!requestOf(keyAt('http://localhost:9', {}, '')).headers.includes('api-key'));
});

test('forms and speech have types of their own', () => {
  const contentType = 'multipart/form-data; boundary=x';
  const form = requestOf(keyAt(RESOURCE), { endpoint: 'audio.transcriptions', contentType });
  assert.deepEqual(form.headers.slice(0, 4), ['content-type', contentType, 'accept', '*/*']);
  const speech = requestOf(keyAt(RESOURCE), { endpoint: 'audio.speech' });
  assert.deepEqual(speech.headers.slice(2, 4), ['accept', '*/*']);
});

test('Claude is asked at Anthropic’s paths, on the host that has them', () => {
  const clientHeaders = (name: string) => (name === 'anthropic-beta' ? 'context-1m' : undefined);
  const request = requestOf(keyAt(RESOURCE), { endpoint: 'messages', clientHeaders });
  assert.equal(request.origin, 'https://my-resource.services.ai.azure.com');
  assert.deepEqual(request.headers.slice(-4), [
    ...['anthropic-version', '2023-06-01', 'anthropic-beta', 'context-1m'],
  ]);
});

test('a model is asked on the wires that it knows', () => {
  const wires = (model: string, config = {}) => provider.wires(keyAt(RESOURCE, config), model);
  assert.deepEqual(wires('gpt-4o'), ['chat', 'responses']);
  assert.deepEqual(wires('gpt-4o', DATED), ['responses', 'chat']);
  assert.deepEqual(wires('gpt-5-codex'), ['responses']);
  assert.deepEqual(wires('o3-pro'), ['responses']);
  assert.deepEqual(wires('claude-opus-5'), ['messages']);
  assert.deepEqual(wires('deepseek-v3.1'), ['chat']);
});

const modelMapping = new Map([
  ['gpt-4o', 'gpt-4-deployment'],
  ['gpt-3.5*', 'gpt35-turbo'],
  ['*', 'default-deployment'],
]);

test('deployments are found by the mapping, the exact name before patterns', () => {
  const name = (canonical: string, spelled: string, key = keyAt(RESOURCE, { modelMapping })) =>
    provider.upstreamModel(key, canonical, spelled);
  assert.equal(name('gpt-4o', 'gpt-4o'), 'gpt-4-deployment');
  assert.equal(name('gpt-4o', 'openai/gpt-4o-2024-08-06'), 'gpt-4-deployment');
  assert.equal(name('gpt-3.5-turbo', 'gpt-3.5-turbo'), 'gpt35-turbo');
  assert.equal(name('o1', 'o1'), 'default-deployment');
  assert.equal(name('gpt-4o', 'gpt-4o-2024-08-06', keyAt(RESOURCE)), 'gpt-4o');
  const inUrl = keyAt(`${RESOURCE}/openai/deployments/mine`);
  assert.equal(name('gpt-4o', 'gpt-4o', inUrl), 'mine');
});

test('a key serves what its mapping names; without one nothing is known', () => {
  const mapped = keyAt(RESOURCE, { modelMapping });
  assert.deepEqual(provider.served(mapped), ['gpt-4o', 'gpt-3.5*', '*']);
  assert.deepEqual(provider.served(keyAt(RESOURCE, { models: ['a'], modelMapping })), ['a']);
  assert.equal(provider.served(keyAt(RESOURCE)), undefined);
  assert.ok(provider.vendorPatterns(keyAt(RESOURCE)).includes('gpt*'));
  assert.deepEqual(provider.vendorPatterns(keyAt('https://apim.example.com')), []);
});

test('old versions of chat know neither the usage of streams nor the new bound', () => {
  const quirks = (chat?: string, config = {}) =>
    provider.quirks(keyAt(RESOURCE, { ...(chat ? versions({ chat }) : {}), ...config }));
  const old = { includeUsage: false, outputBound: 'max_tokens' };
  const current = { includeUsage: true, outputBound: 'max_completion_tokens' };
  for (const version of ['2023-05-15', '2024-06-01', '2024-08-01-preview']) {
    assert.deepEqual(quirks(version), old, version);
  }
  for (const version of ['2024-09-01-preview', '2024-10-21', '2025-01-01-preview', 'preview']) {
    assert.deepEqual(quirks(version), current, version);
  }
  assert.deepEqual(quirks(), current);
  assert.equal(quirks('2024-06-01', { includeUsage: true }).includeUsage, true);
});

test('a session names its deployment in the query, at v1 or at a dated version', () => {
  const open = (config = {}) =>
    requestOf(keyAt(RESOURCE, config), { endpoint: 'realtime', model: 'voice 1', stream: true });
  assert.equal(open().method, 'GET');
  assert.equal(open().path, '/openai/v1/realtime?model=voice%201');
  assert.deepEqual(open().headers, ['api-key', '0123456789abcdef0123456789abcdef']);
  const dated = open(versions({ realtime: '2025-04-01-preview' }));
  assert.equal(dated.path, '/openai/realtime?api-version=2025-04-01-preview&deployment=voice%201');
  const preview = open(versions({ realtime: 'preview' })).path;
  assert.equal(preview, '/openai/v1/realtime?api-version=preview&model=voice%201');
  assert.ok(provider.endpoints(keyAt(RESOURCE)).includes('realtime'));
});
