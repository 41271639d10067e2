import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import type { ProviderKeyConfig, UpstreamCall, UpstreamKey } from '../types.ts';
import { createBedrockProvider } from './index.ts';
import { createSigner } from './sign.ts';

const provider = createBedrockProvider();
const HOST = 'https://bedrock-runtime.eu-west-1.amazonaws.com';
const AT = { nowMs: Date.parse('2026-11-22T10:24:27Z') };
const aws = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
};

function keyAt(url: string, config: Partial<ProviderKeyConfig> = {}): UpstreamKey {
  return {
    baseUrl: url,
    host: new URL(url).host,
    secret: new Secret('ABSKQmVkcm9ja0FQSUtleQ=='),
    config: { providerType: 'bedrock', region: 'eu-west-1', ...config },
  };
}

function requestOf(key: UpstreamKey, more: Partial<UpstreamCall> = {}) {
  const call = { endpoint: 'converse', model: 'openai.gpt-oss-20b-1:0', stream: false } as const;
  return provider.request(key, { ...call, body: Buffer.from('{}'), ...more }, AT);
}

const ARN = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/k3v9';

/** [region, model, path] */
const paths: readonly (readonly [region: string, model: string, segment: string])[] = [
  ['us-east-1', 'openai.gpt-oss-20b-1:0', 'openai.gpt-oss-20b-1%3A0'],
  ['eu-west-1', ARN, encodeURIComponent(ARN)],
  ['eu-west-1', 'anthropic.claude-sonnet-4-6', 'eu.anthropic.claude-sonnet-4-6'],
  ['us-west-2', 'anthropic.claude-opus-4-6-v1', 'us.anthropic.claude-opus-4-6-v1'],
  ['us-gov-west-1', 'anthropic.claude-sonnet-4-6', 'us-gov.anthropic.claude-sonnet-4-6'],
  ['ap-northeast-1', 'anthropic.claude-opus-5', 'global.anthropic.claude-opus-5'],
  ['sa-east-1', 'anthropic.claude-fable-5-1', 'global.anthropic.claude-fable-5-1'],
  ['ap-south-1', 'amazon.nova-lite-v1:0', 'apac.amazon.nova-lite-v1%3A0'],
  ['ap-south-1', 'amazon.nova-2-lite-v1:0', 'global.amazon.nova-2-lite-v1%3A0'],
  ['ca-central-1', 'amazon.nova-lite-v1:0', 'amazon.nova-lite-v1%3A0'],
  ['us-east-1', 'meta.llama3-3-70b-instruct-v1:0', 'us.meta.llama3-3-70b-instruct-v1%3A0'],
  ['us-east-1', 'jp.anthropic.claude-haiku-4-5', 'jp.anthropic.claude-haiku-4-5'],
  [
    ...(['eu-west-1', 'anthropic.claude-3-haiku-20240307-v1:0'] as const),
    'anthropic.claude-3-haiku-20240307-v1%3A0',
  ],
  ['us-east-1', 'deepseek.v3.2', 'deepseek.v3.2'],
];

test('a model is one segment of the path, through a profile where Bedrock wants one', async (t) => {
  for (const [region, model, segment] of paths) {
    await t.test(`${model} in ${region}`, () => {
      const { path } = requestOf(keyAt(HOST, { region }), { model });
      assert.equal(path, `/model/${segment}/converse`);
    });
  }
});

test('streams have a path and a type of their own', () => {
  const request = requestOf(keyAt(HOST), { stream: true });
  assert.equal(request.path, '/model/openai.gpt-oss-20b-1%3A0/converse-stream');
  assert.deepEqual(request.headers, [
    ...['content-type', 'application/json', 'accept', 'application/vnd.amazon.eventstream'],
    ...['authorization', 'Bearer ABSKQmVkcm9ja0FQSUtleQ=='],
  ]);
});

test('a base URL may have a path, with and without the part that follows', () => {
  for (const base of ['https://proxy.example.com/aws', 'https://proxy.example.com/aws/model/']) {
    const { origin, path } = requestOf(keyAt(base));
    assert.equal(
      origin + path,
      'https://proxy.example.com/aws/model/openai.gpt-oss-20b-1%3A0/converse',
    );
  }
});

test('an API key is a bearer token, whose headers are made once; none is sent for an empty one', () => {
  const key = keyAt(HOST);
  const { headers } = requestOf(key);
  assert.equal(headers.at(-1), 'Bearer ABSKQmVkcm9ja0FQSUtleQ==');
  assert.equal(requestOf(key).headers, headers);
  const open = { ...keyAt('http://localhost:4566'), secret: new Secret('') };
  assert.ok(!requestOf(open).headers.includes('authorization'));
});

test('credentials sign what is sent, for the region and for bedrock', () => {
  const key = keyAt(HOST, { aws });
  const body = Buffer.from('{"messages":[]}');
  const { headers, path } = requestOf(key, { body });
  const signer = createSigner({ credentials: aws, region: 'eu-west-1', service: 'bedrock' });
  const host = 'bedrock-runtime.eu-west-1.amazonaws.com';
  const given = headers.slice(0, 4);
  assert.deepEqual(
    headers,
    signer.sign({ method: 'POST', host, path, headers: given, body }, AT.nowMs),
  );
  assert.ok(!headers.some((text) => text.includes('wJalrXUtnFEMI') || text.includes('ABSK')));
});

test('the whole of a signed request is what AWS’s own signer makes of it', () => {
  const key = keyAt(HOST, { aws: { ...aws, sessionToken: new Secret('session') } });
  const body = Buffer.from('{"messages":[]}');
  const { headers } = requestOf(key, { body, model: ARN, stream: true });
  assert.deepEqual(headers, [
    ...['content-type', 'application/json', 'accept', 'application/vnd.amazon.eventstream'],
    ...['x-amz-date', '20261122T102427Z', 'x-amz-security-token', 'session', 'authorization'],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/bedrock/aws4_request',
      'SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token',
      'Signature=3deb431e11243bb2b9e0f86906b6fa051b9118b497d902a5f19d7ee1f70ed10e',
    ].join(', '),
  ]);
});

test('without a moment nothing can be signed', () => {
  const call = { endpoint: 'converse', model: 'm', stream: false, body: Buffer.alloc(0) } as const;
  assert.throws(() => provider.request(keyAt(HOST, { aws }), call), /moment/);
});

/** [canonical, spelled, id at Bedrock] */
const names: readonly (readonly [canonical: string, spelled: string, id: string])[] = [
  ['claude-sonnet-4-5', 'claude-sonnet-4.5', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['claude-opus-4-6', 'anthropic/claude-opus-4.6', 'anthropic.claude-opus-4-6-v1'],
  ['claude-opus-5-5', 'claude-opus-latest', 'anthropic.claude-opus-5-5'],
  [
    ...(['claude-sonnet-4-5', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'] as const),
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  ['amazon.nova-pro-v1:0', 'nova-pro', 'amazon.nova-pro-v1:0'],
  ['gpt-oss-120b', 'openai/gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
  ['qwen.qwen3-vl-235b-a22b', 'bedrock/qwen.qwen3-vl-235b-a22b', 'qwen.qwen3-vl-235b-a22b'],
  [ARN, ARN, ARN],
  ['qwen3.5-plus', 'qwen3.5-plus', 'qwen3.5-plus'],
];

test('a model is called by its id at Bedrock', () => {
  for (const [canonical, spelled, id] of names) {
    assert.equal(provider.upstreamModel(keyAt(HOST), canonical, spelled), id, spelled);
  }
  const mapped = keyAt(HOST, { modelMapping: new Map([['claude*', ARN]]) });
  assert.equal(provider.upstreamModel(mapped, 'claude-opus-5', 'claude-opus-5'), ARN);
});

test('a key serves Claude, Nova and ids of Bedrock’s own, and completes only what is Amazon’s', () => {
  const key = keyAt(HOST);
  for (const glob of ['claude*', 'amazon.*', '*.anthropic.*', 'gpt-oss-120b', 'arn:aws*']) {
    assert.ok(provider.served(key)?.includes(glob), glob);
  }
  assert.deepEqual(provider.served(keyAt(HOST, { models: ['a'] })), ['a']);
  assert.deepEqual(provider.vendorPatterns(key), ['nova*', 'amazon.*']);
  assert.deepEqual(provider.wires(key, 'claude-opus-5'), ['converse']);
});
