import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { Endpoint, ProviderKeyConfig, UpstreamKey } from '../types.ts';
import { parseBaseUrl } from './endpoint.ts';
import { createStandardProvider } from './index.ts';
import { HOST_PRESETS } from './quirks.ts';

const provider = createStandardProvider();

function keyAt(
  url: string,
  config: Partial<ProviderKeyConfig> = {},
  secret = 'sk-123',
): UpstreamKey {
  const { baseUrl, host } = parseBaseUrl(url)!;
  return {
    baseUrl,
    host,
    secret: new Secret(secret),
    config: { providerType: 'standard', ...config },
  };
}

function urlOf(url: string): string {
  const call = { endpoint: 'chat', model: 'm', body: Buffer.from('{}'), stream: false } as const;
  const { origin, path } = provider.request(keyAt(url), call);
  return origin + path;
}

const urls: readonly (readonly [provider: string, chat: string])[] = [
  ['https://api.openai.com', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/v1/', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/v1/chat/completions', 'https://api.openai.com/v1/chat/completions'],
  ['https://API.OpenAI.com', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com:443/v1', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.deepseek.com', 'https://api.deepseek.com/v1/chat/completions'],
  ['https://api.mistral.ai/v1', 'https://api.mistral.ai/v1/chat/completions'],
  ['https://api.x.ai', 'https://api.x.ai/v1/chat/completions'],
  ['https://api.groq.com', 'https://api.groq.com/openai/v1/chat/completions'],
  ['https://api.groq.com/openai', 'https://api.groq.com/openai/v1/chat/completions'],
  ['https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1/chat/completions'],
  ['https://api.groq.com/v1', 'https://api.groq.com/openai/v1/chat/completions'],
  ['https://api.together.xyz/v1', 'https://api.together.xyz/v1/chat/completions'],
  ['https://api.fireworks.ai', 'https://api.fireworks.ai/inference/v1/chat/completions'],
  ['https://openrouter.ai', 'https://openrouter.ai/api/v1/chat/completions'],
  ['https://openrouter.ai/api', 'https://openrouter.ai/api/v1/chat/completions'],
  ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1/chat/completions'],
  ['https://api.perplexity.ai', 'https://api.perplexity.ai/chat/completions'],
  ['https://api.perplexity.ai/v1', 'https://api.perplexity.ai/chat/completions'],
  ['https://api.moonshot.cn/v1', 'https://api.moonshot.cn/v1/chat/completions'],
  [
    'https://dashscope.aliyuncs.com',
    'https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions',
  ],
  [
    'https://dashscope-intl.aliyuncs.com/compatible-mode',
    'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions',
  ],
  ['https://open.bigmodel.cn', 'https://open.bigmodel.cn/api/paas/v4/chat/completions'],
  ['https://api.z.ai/api/coding/paas/v4', 'https://api.z.ai/api/coding/paas/v4/chat/completions'],
  [
    'https://generativelanguage.googleapis.com',
    'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta',
    'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta/openai/',
    'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  ],
  ['https://api.anthropic.com', 'https://api.anthropic.com/v1/chat/completions'],
  ['http://localhost:11434', 'http://localhost:11434/v1/chat/completions'],
  ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1/chat/completions'],
  ['http://[::1]:8080', 'http://[::1]:8080/v1/chat/completions'],
  ['https://llm.example.com', 'https://llm.example.com/v1/chat/completions'],
  ['https://llm.example.com/proxy', 'https://llm.example.com/proxy/v1/chat/completions'],
  ['https://llm.example.com/proxy/v2', 'https://llm.example.com/proxy/v2/chat/completions'],
  ['https://llm.example.com/v1beta1', 'https://llm.example.com/v1beta1/chat/completions'],
  ['https://llm.example.com/x/openai', 'https://llm.example.com/x/openai/chat/completions'],
];

test('a base URL leads to the chat endpoint, with and without its version', async (t) => {
  for (const [base, chat] of urls) await t.test(base, () => assert.equal(urlOf(base), chat));
});

test('the secret is a bearer token, and nothing is sent where there is none', () => {
  const call = { endpoint: 'chat', model: 'm', body: Buffer.from('{}'), stream: true } as const;
  const key = keyAt('https://api.openai.com');
  const { headers } = provider.request(key, call);
  assert.deepEqual(headers, [
    ...['content-type', 'application/json', 'accept', 'text/event-stream'],
    ...['authorization', 'Bearer sk-123'],
  ]);
  assert.equal(provider.request(key, call).headers, headers, 'the list is made once per key');
  const open = provider.request(keyAt('http://localhost:11434', {}, ''), {
    ...call,
    stream: false,
  });
  assert.deepEqual(open.headers, [
    'content-type',
    'application/json',
    'accept',
    'application/json',
  ]);
});

test('URLs that are not http are no base URLs', () => {
  for (const text of ['ftp://x', 'api.openai.com', '', 'file:///etc', 'javascript:1', 'http://']) {
    assert.equal(parseBaseUrl(text), undefined, text);
  }
});

test('every preset is found by its hosts and has what a provider needs', () => {
  for (const preset of HOST_PRESETS) {
    for (const host of preset.hosts) {
      const key = keyAt(
        host.startsWith('*') ? `http://localhost${host.slice(1)}` : `https://${host}`,
      );
      assert.equal(provider.quirks(key).includeUsage, preset.includeUsage, host);
      assert.deepEqual(provider.vendorPatterns(key), preset.patterns ?? [], host);
    }
  }
  const vendors = HOST_PRESETS.map(({ vendor }) => vendor);
  assert.equal(new Set(vendors).size, vendors.length);
});

test('a port alone makes no local server of a public host', () => {
  const { outputBound } = provider.quirks(keyAt('https://llm.example.com:11434'));
  assert.equal(outputBound, 'either');
  assert.equal(provider.quirks(keyAt('http://ollama:11434')).outputBound, 'max_tokens');
});

test('what a key serves comes from its config, else from its host, else is not known', () => {
  assert.deepEqual(provider.served(keyAt('https://api.x.ai')), ['grok*']);
  assert.deepEqual(provider.served(keyAt('https://api.x.ai', { models: ['a'] })), ['a']);
  assert.equal(provider.served(keyAt('https://llm.example.com')), undefined);
  const resold = provider.served(keyAt('https://openrouter.ai'))!;
  assert.ok(resold.includes('*/*') && resold.includes('claude*'));
  assert.deepEqual(provider.vendorPatterns(keyAt('https://openrouter.ai')), ['*/*']);
});

test('include_usage can be set by the key where the host is not known for it', () => {
  assert.equal(provider.quirks(keyAt('https://api.mistral.ai')).includeUsage, false);
  const told = keyAt('https://llm.example.com', { includeUsage: false });
  assert.equal(provider.quirks(told).includeUsage, false);
});

const mapping = new Map([
  ['gpt-4*', 'deployment'],
  ['o1', 'o1-deployment'],
]);

/** [base URL, canonical, spelled, name at the upstream] */
const names: readonly (readonly [url: string, canonical: string, spelled: string, name: string])[] =
  [
    ['https://api.openai.com', 'gpt-4o', 'gpt-4o', 'gpt-4o'],
    ['https://api.openai.com', 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['https://api.openai.com', 'gpt-4o', 'openai/gpt-4o', 'gpt-4o'],
    ['https://api.openai.com', 'gpt-4o', 'openai/gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['https://api.anthropic.com', 'claude-sonnet-4-6', 'claude-sonnet-4.6', 'claude-sonnet-4-6'],
    [
      'https://api.anthropic.com',
      'claude-sonnet-4-6',
      'claude-sonnet-4-6-latest',
      'claude-sonnet-4-6',
    ],
    [
      'https://openrouter.ai',
      'claude-sonnet-4-6',
      'claude-sonnet-4-6',
      'anthropic/claude-sonnet-4.6',
    ],
    ['https://openrouter.ai', 'claude-3-5-haiku', 'claude-3-5-haiku', 'anthropic/claude-3.5-haiku'],
    ['https://openrouter.ai', 'gpt-4o', 'gpt-4o', 'openai/gpt-4o'],
    ['https://openrouter.ai', 'gpt-4o', 'openai/gpt-4o:free', 'openai/gpt-4o:free'],
    ['https://openrouter.ai', 'unheard', 'unheard', 'unheard'],
    [
      'https://api.groq.com',
      'llama-3.3-70b-versatile',
      'llama-3.3-70b-versatile',
      'llama-3.3-70b-versatile',
    ],
    ['https://api.groq.com', 'gpt-oss-120b', 'gpt-oss-120b', 'openai/gpt-oss-120b'],
    ['https://llm.example.com', 'gpt-4o', 'openai/gpt-4o', 'openai/gpt-4o'],
    ['http://localhost:11434', 'qwen3', 'qwen3:8b', 'qwen3:8b'],
  ];

test('a model is called by the name that its upstream knows', async (t) => {
  for (const [url, canonical, spelled, name] of names) {
    await t.test(`${spelled} at ${url}`, () => {
      assert.equal(provider.upstreamModel(keyAt(url), canonical, spelled), name);
    });
  }
  const key = keyAt('https://llm.example.com', { modelMapping: mapping });
  assert.equal(provider.upstreamModel(key, 'gpt-4o', 'gpt-4o'), 'deployment');
  assert.equal(provider.upstreamModel(key, 'o1', 'openai/o1'), 'o1-deployment');
});

function wiresAt(url: string, model: string, config: Partial<ProviderKeyConfig> = {}): string {
  return provider.wires(keyAt(url, config), model).join(' ');
}

test('a model is asked on the wires that its vendor documents, best first', () => {
  const openai = 'https://api.openai.com';
  assert.equal(wiresAt(openai, 'gpt-5'), 'responses chat');
  assert.equal(wiresAt(openai, 'gpt-5-pro'), 'responses');
  assert.equal(wiresAt(openai, 'gpt-5-codex'), 'responses');
  assert.equal(wiresAt(openai, 'gpt-4o-audio-preview'), 'chat');
  assert.equal(wiresAt(openai, 'gpt-4o-search-preview'), 'chat');
  assert.equal(wiresAt('https://llm.example.com', 'gpt-5'), 'chat');
  assert.equal(
    wiresAt('https://llm.example.com', 'x', { providerType: 'openai' }),
    'chat responses',
  );
  assert.equal(wiresAt('https://api.mistral.ai', 'mistral-large'), 'chat');
  assert.equal(wiresAt('https://api.deepseek.com', 'deepseek-chat'), 'chat messages');
  const mapped = { modelMapping: new Map([['deep', 'o3-deep-research']]) };
  assert.equal(wiresAt(openai, 'deep', mapped), 'responses');
});

/** [base URL, endpoint, path] */
const others: readonly (readonly [url: string, endpoint: Endpoint, path: string])[] = [
  ['https://api.openai.com', 'responses', '/v1/responses'],
  ['https://api.openai.com/v1/responses', 'embeddings', '/v1/embeddings'],
  ['https://api.openai.com', 'images.edits', '/v1/images/edits'],
  ['https://api.openai.com', 'audio.transcriptions', '/v1/audio/transcriptions'],
  ['https://api.groq.com', 'audio.translations', '/openai/v1/audio/translations'],
  ['https://api.deepseek.com', 'messages', '/anthropic/v1/messages'],
  ['https://api.deepseek.com/v1', 'completions', '/beta/completions'],
  ['https://api.moonshot.ai/v1', 'messages', '/anthropic/v1/messages'],
  [
    'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    'responses',
    '/api/v2/apps/protocols/compatible-mode/v1/responses',
  ],
  ['https://dashscope.aliyuncs.com', 'messages', '/apps/anthropic/v1/messages'],
  ['https://api.z.ai/api/coding/paas/v4', 'messages', '/api/anthropic/v1/messages'],
  ['https://openrouter.ai', 'messages', '/api/v1/messages'],
  ['https://api.fireworks.ai', 'messages', '/inference/v1/messages'],
  ['http://localhost:11434', 'messages', '/v1/messages'],
  ['http://localhost:8000', 'messages.count_tokens', '/v1/messages/count_tokens'],
  ['http://localhost:8080', 'rerank', '/v1/rerank'],
];

test('every other endpoint is found beside the chat', async (t) => {
  for (const [url, endpoint, path] of others) {
    await t.test(`${endpoint} of ${url}`, () => {
      const key = keyAt(url);
      assert.ok(provider.endpoints(key).includes(endpoint));
      const call = { endpoint, model: 'm', body: Buffer.from('{}'), stream: false };
      assert.equal(provider.request(key, call).path, path);
    });
  }
});

test('a multipart body keeps its boundary, and what answers with bytes accepts them', () => {
  const key = keyAt('https://api.openai.com');
  const call = { model: 'm', body: Buffer.from('x'), stream: false } as const;
  const contentType = 'multipart/form-data; boundary=b';
  const form = provider.request(key, { ...call, endpoint: 'images.edits', contentType });
  assert.deepEqual(form.headers.slice(0, 4), ['content-type', contentType, 'accept', '*/*']);
  const speech = provider.request(key, { ...call, endpoint: 'audio.speech' });
  assert.deepEqual(speech.headers.slice(0, 4), [
    ...['content-type', 'application/json', 'accept', '*/*'],
  ]);
});

test('Anthropic’s API at other vendors gets a version, and the client’s beta flags', () => {
  const call = { endpoint: 'messages', model: 'm', body: Buffer.from('{}'), stream: true } as const;
  const key = keyAt('https://openrouter.ai');
  const clientHeaders = (name: string) => (name === 'anthropic-beta' ? 'flag' : undefined);
  assert.deepEqual(provider.request(key, { ...call, clientHeaders }).headers.slice(-6), [
    ...['authorization', 'Bearer sk-123', 'anthropic-version', '2023-06-01'],
    ...['anthropic-beta', 'flag'],
  ]);
});

test('what a vendor refuses or ignores of a chat request is known', () => {
  assert.ok(provider.quirks(keyAt('https://api.groq.com')).unsupported?.includes('logit_bias'));
  assert.equal(provider.quirks(keyAt('https://api.openai.com')).unsupported, undefined);
});

test('a session is opened with GET, the model in the query and no headers of a body', () => {
  const call = { endpoint: 'realtime', body: Buffer.alloc(0), stream: true } as const;
  const open = (url: string, model: string, headers: Record<string, string> = {}) =>
    provider.request(keyAt(url), { ...call, model, clientHeaders: (name) => headers[name] });
  const request = open('https://api.openai.com', 'gpt-realtime-2');
  assert.equal(request.method, 'GET');
  assert.equal(request.path, '/v1/realtime?model=gpt-realtime-2');
  assert.deepEqual(request.headers, ['authorization', 'Bearer sk-123']);
  assert.equal(
    open('https://llm.example.com/api', 'a/b&c').path,
    '/api/v1/realtime?model=a%2Fb%26c',
  );
  const beta = { 'openai-beta': 'realtime=v1', cookie: 'a=b' };
  const headers = open('https://api.openai.com', 'm', beta).headers;
  assert.deepEqual(headers.slice(2), ['openai-beta', 'realtime=v1']);
  assert.ok(!provider.endpoints(keyAt('https://api.deepseek.com')).includes('realtime'));
});
