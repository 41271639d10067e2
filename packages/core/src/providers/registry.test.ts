import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Secret } from '../kernel/index.ts';
import { createProviderRegistry, PROVIDER_KINDS } from './registry.ts';
import type { TransportFaultKind } from './transport.ts';
import type { ProviderKeyConfig, ProviderKind, Reply, UpstreamCall, UpstreamKey } from './types.ts';

const FAULTS: readonly TransportFaultKind[] = [
  'connect',
  'timeout',
  'reset',
  'protocol',
  'aborted',
  'refused_address',
  'credentials',
];
const SECRET = 'sk-0123456789abcdefghij';
const AT = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
const providers = createProviderRegistry();

const CONFIGS: Partial<Record<ProviderKind, Partial<ProviderKeyConfig>>> = {
  vertex: {
    serviceAccount: {
      projectId: 'p',
      clientEmail: 'a@p.iam.gserviceaccount.com',
      privateKey: new Secret('pem-of-the-service-account'),
    },
  },
  bedrock: {
    region: 'us-east-1',
    aws: { accessKeyId: 'AKIA0123456789ABCDEF', secretAccessKey: new Secret('aws-secret') },
  },
};

function keyOf(kind: ProviderKind): UpstreamKey {
  const providerType = kind === 'standard' ? 'standard' : kind;
  return {
    baseUrl: 'https://llm.example.com',
    host: 'llm.example.com',
    secret: new Secret(SECRET),
    config: { providerType, ...CONFIGS[kind] },
  };
}

function callTo(
  endpoint: UpstreamCall['endpoint'],
  more: Partial<UpstreamCall> = {},
): UpstreamCall {
  const body = Buffer.from('{"model":"m","messages":[]}');
  return { endpoint, model: 'm', body, stream: false, ...more };
}

function replies(): Reply[] {
  const bodies = ['', '{"error":{"message":"x","code":"y"}}', '<html>'];
  const statuses = Array.from({ length: 400 }, (_, i) => 200 + i);
  return [
    ...FAULTS.map((kind) => ({ fault: { kind, message: '' } })),
    ...statuses.flatMap((status) =>
      bodies.map((body) => ({ status, headers: () => undefined, body: Buffer.from(body) })),
    ),
  ];
}

for (const kind of PROVIDER_KINDS) {
  const provider = providers.get(kind);
  const key = keyOf(kind);

  test(`${kind}: is of its kind and has the files that every provider has`, () => {
    assert.equal(provider.kind, kind);
    for (const file of ['index.ts', 'endpoint.ts', 'quirks.ts', 'errors.ts']) {
      assert.ok(existsSync(new URL(`./${kind}/${file}`, import.meta.url)), file);
    }
  });

  test(`${kind}: every endpoint but a session is a POST with flat, lower-case headers, its secret in no URL`, () => {
    const endpoints = provider.endpoints(key);
    assert.ok(endpoints.length > 0);
    assert.equal(new Set(endpoints).size, endpoints.length);
    for (const endpoint of endpoints) {
      for (const stream of [false, true]) {
        const request = provider.request(key, callTo(endpoint, { stream }), AT);
        assert.equal(request.method, endpoint === 'realtime' ? 'GET' : 'POST');
        assert.match(request.origin, /^[a-z]+:\/\/[^/]+$/);
        assert.match(request.path, /^\/[\x21-\x7e]*$/);
        assert.ok(!(request.origin + request.path).includes(SECRET), endpoint);
        assert.equal(request.headers.length % 2, 0);
        const names = request.headers.filter((_, i) => i % 2 === 0);
        for (const name of names) assert.match(name, /^[a-z0-9-]+$/);
        assert.equal(new Set(names).size, names.length, `${endpoint}: a header twice`);
        assert.ok(!names.includes('host') && !names.includes('content-length'));
        assert.equal(request.reach, 'public');
      }
    }
  });

  test(`${kind}: every wire of a model is an endpoint`, () => {
    for (const model of [
      'gpt-4o',
      'claude-sonnet-4-6',
      'gemini-2.5-pro',
      'meta/llama-4-maas',
      'x',
    ]) {
      for (const wire of provider.wires(key, model)) {
        assert.ok(provider.endpoints(key).includes(wire), `${model} on ${wire}`);
      }
    }
  });

  test(`${kind}: what the upstream has not cannot be asked for`, () => {
    const missing = (['converse', 'rerank', 'gemini.countTokens', 'moderations'] as const).filter(
      (endpoint) => !provider.endpoints(key).includes(endpoint),
    );
    if (kind === 'standard' || kind === 'sandbox') return;
    for (const endpoint of missing) {
      assert.throws(() => provider.request(key, callTo(endpoint), AT), endpoint);
    }
  });

  test(`${kind}: a model's name cannot lead to another path, query or header`, () => {
    const evil = '../../v1/files?x=1#y\r\nhost: evil';
    for (const endpoint of provider.endpoints(key)) {
      const { path, headers } = provider.request(key, callTo(endpoint, { model: evil }), AT);
      assert.match(path, /^\/[\x21-\x7e]*$/);
      assert.ok(!path.includes('/../') && !path.includes('x=1') && !path.includes('#'), path);
      for (const text of headers) assert.ok(!text.includes('\n'), text);
    }
  });

  test(`${kind}: a key of an owner who may reaches private addresses`, () => {
    const [endpoint = 'chat'] = provider.endpoints(key);
    const { reach } = provider.request({ ...key, mayReachPrivate: true }, callTo(endpoint), AT);
    assert.equal(reach, kind === 'sandbox' ? 'public' : 'any');
  });

  test(`${kind}: every reply has a verdict, and only what may be tried elsewhere rests a key`, () => {
    for (const reply of replies()) {
      const verdict = provider.judge(reply);
      if (verdict.sleep) assert.ok(verdict.retry, JSON.stringify(verdict));
      if (verdict.sleep?.kind === 'for') assert.ok(verdict.sleep.ms > 0);
    }
  });
}
