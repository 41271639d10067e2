import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { ProviderKeyConfig, UpstreamCall, UpstreamKey } from '../types.ts';
import { createVertexProvider } from './index.ts';

const provider = createVertexProvider();
const serviceAccount = {
  projectId: 'my-project',
  clientEmail: 'a@my-project.iam.gserviceaccount.com',
  privateKey: new Secret('-----BEGIN PRIVATE KEY-----'),
};
const REGIONAL = 'https://us-central1-aiplatform.googleapis.com';
const GLOBAL = 'https://aiplatform.googleapis.com';
const TEMPLATE = `${REGIONAL}/v1/projects/{project}/locations/{location}`;

function keyAt(url: string, config: Partial<ProviderKeyConfig> = {}): UpstreamKey {
  return {
    baseUrl: url,
    host: new URL(url).host,
    secret: new Secret('sk-placeholder'),
    config: { providerType: 'vertex', serviceAccount, ...config },
  };
}

function requestOf(key: UpstreamKey, more: Partial<UpstreamCall> = {}) {
  const call = { endpoint: 'gemini', model: 'gemini-2.5-pro', stream: false } as const;
  return provider.request(key, { ...call, body: Buffer.from('{}'), ...more });
}

const places: readonly (readonly [
  base: string,
  config: Partial<ProviderKeyConfig>,
  resource: string,
])[] = [
  [REGIONAL, {}, `${REGIONAL}/v1/projects/my-project/locations/us-central1`],
  [`${REGIONAL}/v1`, {}, `${REGIONAL}/v1/projects/my-project/locations/us-central1`],
  [`${REGIONAL}/v1beta1`, {}, `${REGIONAL}/v1beta1/projects/my-project/locations/us-central1`],
  [GLOBAL, {}, `${GLOBAL}/v1/projects/my-project/locations/global`],
  [GLOBAL, { region: 'global' }, `${GLOBAL}/v1/projects/my-project/locations/global`],
  [
    GLOBAL,
    { region: 'europe-west4' },
    'https://europe-west4-aiplatform.googleapis.com/v1/projects/my-project/locations/europe-west4',
  ],
  [
    GLOBAL,
    { region: 'eu' },
    'https://aiplatform.eu.rep.googleapis.com/v1/projects/my-project/locations/eu',
  ],
  [
    'https://aiplatform.us.rep.googleapis.com',
    {},
    'https://aiplatform.us.rep.googleapis.com/v1/projects/my-project/locations/us',
  ],
  [REGIONAL, { baseUrl: TEMPLATE }, `${REGIONAL}/v1/projects/my-project/locations/us-central1`],
  [
    REGIONAL,
    { baseUrl: TEMPLATE, region: 'us-east5' },
    `${REGIONAL}/v1/projects/my-project/locations/us-east5`,
  ],
  [
    REGIONAL,
    { baseUrl: `${GLOBAL}/v1/projects/other/locations/global/publishers/google/models` },
    `${GLOBAL}/v1/projects/other/locations/global`,
  ],
  [
    'https://proxy.example.com/vertex',
    {},
    'https://proxy.example.com/vertex/v1/projects/my-project/locations/global',
  ],
];

test('a key leads to its project and location, by its host, region or base_url', async (t) => {
  for (const [base, config, resource] of places) {
    await t.test(`${base} ${JSON.stringify(config)}`, () => {
      const { origin, path } = requestOf(keyAt(base, config));
      assert.equal(
        origin + path,
        `${resource}/publishers/google/models/gemini-2.5-pro:generateContent`,
      );
    });
  }
});

const CLAUDE = 'claude-sonnet-4-5@20250929';
const calls: readonly (readonly [call: Partial<UpstreamCall>, path: string])[] = [
  [{ stream: true }, '/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
  [{ endpoint: 'gemini.countTokens' }, '/publishers/google/models/gemini-2.5-pro:countTokens'],
  [
    { endpoint: 'gemini.predict', model: 'text-embedding-005' },
    '/publishers/google/models/text-embedding-005:predict',
  ],
  [{ endpoint: 'messages', model: CLAUDE }, `/publishers/anthropic/models/${CLAUDE}:rawPredict`],
  [
    { endpoint: 'messages', model: CLAUDE, stream: true },
    `/publishers/anthropic/models/${CLAUDE}:streamRawPredict`,
  ],
  [
    { endpoint: 'messages.count_tokens', model: CLAUDE },
    '/publishers/anthropic/models/count-tokens:rawPredict',
  ],
  [
    { endpoint: 'chat', model: 'meta/llama-4-maverick-17b-128e-instruct-maas' },
    '/endpoints/openapi/chat/completions',
  ],
];

test('every endpoint has its path', async (t) => {
  for (const [call, path] of calls) {
    await t.test(path, () => {
      const resource = '/v1/projects/my-project/locations/us-central1';
      assert.equal(requestOf(keyAt(REGIONAL), call).path, resource + path);
    });
  }
});

test('a request names the account whose token it needs, and carries no credential itself', () => {
  const request = requestOf(keyAt(REGIONAL));
  assert.equal(request.serviceAccount, serviceAccount);
  assert.deepEqual(request.headers, ['content-type', 'application/json']);
});

test('beta flags of the client go to Claude, and to no one else', () => {
  const clientHeaders = (name: string) => (name === 'anthropic-beta' ? 'flag' : undefined);
  const claude = requestOf(keyAt(REGIONAL), { endpoint: 'messages', model: CLAUDE, clientHeaders });
  assert.deepEqual(claude.headers.slice(-2), ['anthropic-beta', 'flag']);
  assert.ok(!requestOf(keyAt(REGIONAL), { clientHeaders }).headers.includes('anthropic-beta'));
});

/** [sent by the wire, sent to Vertex AI] */
const bodies: readonly (readonly [given: string, sent: string])[] = [
  [
    '{"model":"claude-x","max_tokens":5,"messages":[]}',
    '{"anthropic_version":"vertex-2023-10-16","max_tokens":5,"messages":[]}',
  ],
  [
    '{ "max_tokens" : 1.50, "model"\n: "claude-x" }',
    '{ "max_tokens" : 1.50, "anthropic_version":"vertex-2023-10-16" }',
  ],
  ['{"model":"claude-x"}', '{"anthropic_version":"vertex-2023-10-16"}'],
  [
    '{"system":"the \\"model\\": none","model":"m","metadata":{"model":"kept"}}',
    '{"system":"the \\"model\\": none","anthropic_version":"vertex-2023-10-16","metadata":{"model":"kept"}}',
  ],
  [
    '{"anthropic_version":"bedrock-2023-05-31","model":"m","a":1}',
    '{"anthropic_version":"bedrock-2023-05-31","a":1}',
  ],
  ['{"mod\\u0065l":"m","a":1}', '{"anthropic_version":"vertex-2023-10-16","a":1}'],
  ['{"model":"m","model":"n"}', '{"anthropic_version":"vertex-2023-10-16"}'],
  ['{"a":1}', '{"anthropic_version":"vertex-2023-10-16","a":1}'],
  ['{"model":"m","t":"ä😀"}', '{"anthropic_version":"vertex-2023-10-16","t":"ä😀"}'],
];

test('the body for Claude carries the version and no model, its other bytes as they were', async (t) => {
  for (const [given, sent] of bodies) {
    await t.test(given, () => {
      const body = Buffer.from(given);
      const { body: made } = requestOf(keyAt(REGIONAL), { endpoint: 'messages', body });
      assert.equal(made.toString(), sent);
      assert.equal(body.toString(), given, 'the wire’s own bytes are not touched');
    });
  }
});

test('a count of tokens keeps its model, and other bodies pass as they are', () => {
  const count = (text: string) =>
    requestOf(keyAt(REGIONAL), { endpoint: 'messages.count_tokens', body: Buffer.from(text) });
  assert.equal(
    count('{"model":"m"}').body.toString(),
    '{"anthropic_version":"vertex-2023-10-16","model":"m"}',
  );
  assert.equal(count('{}').body.toString(), '{"anthropic_version":"vertex-2023-10-16"}');
  const body = Buffer.from('{"contents":[]}');
  assert.equal(requestOf(keyAt(REGIONAL), { body }).body, body);
});

test('the maker of a model decides its wire', () => {
  const key = keyAt(REGIONAL);
  assert.deepEqual(provider.wires(key, 'gemini-2.5-pro'), ['gemini']);
  assert.deepEqual(provider.wires(key, 'claude-sonnet-4-6'), ['messages']);
  assert.deepEqual(provider.wires(key, 'meta/llama-4-scout-17b-16e-instruct-maas'), ['chat']);
  const mapped = keyAt(REGIONAL, { modelMapping: new Map([['fast', CLAUDE]]) });
  assert.deepEqual(provider.wires(mapped, 'fast'), ['messages']);
});

/** [canonical, spelled, name at Vertex AI] */
const names: readonly (readonly [canonical: string, spelled: string, name: string])[] = [
  ['claude-sonnet-4-5', 'claude-sonnet-4.5', CLAUDE],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', CLAUDE],
  ['claude-sonnet-4-6', 'claude-sonnet-4.6', 'claude-sonnet-4-6'],
  ['gemini-2.5-pro', 'google/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['llama-4-scout', 'meta/llama-4-scout-17b-16e-maas', 'meta/llama-4-scout-17b-16e-maas'],
];

test('Claude models carry their date behind an @', () => {
  for (const [canonical, spelled, name] of names) {
    assert.equal(provider.upstreamModel(keyAt(REGIONAL), canonical, spelled), name);
  }
});

test('a host of Vertex AI serves what a project can be allowed to use', () => {
  assert.ok(provider.served(keyAt(REGIONAL))?.includes('claude*'));
  assert.ok(!provider.vendorPatterns(keyAt(GLOBAL)).includes('claude*'));
  assert.equal(provider.served(keyAt('https://proxy.example.com')), undefined);
});
