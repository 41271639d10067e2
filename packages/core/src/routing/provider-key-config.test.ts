import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerKeyCreate, providerKeyUpdate } from '@meridian/contract';
import { isFailure } from '../kernel/index.ts';
import { hideSecrets } from './config-secrets.ts';
import type { ProviderKeyRules } from './provider-key-config.ts';
import { readKeyChange, readNewKey, toProviderKey } from './provider-key-input.ts';
import type { ProviderKeyRow } from './store.ts';

const rules: ProviderKeyRules = {
  ownerMayReachPrivate: false,
  publicUrl: 'https://meridian.example.com',
  listen: { host: '127.0.0.1', port: 8080 },
  readDefaultPrice: () => undefined,
};
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEabc+/=\n-----END RSA PRIVATE KEY-----\n';
const VERTEX_HOST = 'https://us-central1-aiplatform.googleapis.com';
const BEDROCK_HOST = 'https://bedrock-runtime.eu-west-1.amazonaws.com';
const AWS = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const vertex = {
  provider_type: 'vertex',
  project_id: 'my-gcp-project',
  client_email: 'meridian@my-gcp-project.iam.gserviceaccount.com',
  private_key: PEM,
};

interface Parts {
  readonly Provider?: string;
  readonly SecretKey?: string;
}

function created(config: object, parts: Parts = {}): ProviderKeyRow | string {
  const parsed = providerKeyCreate.safeParse({
    SecretKey: 'sk-placeholder-51chars-xxxxxxxxxxxxxxxxxxxxxxxx',
    Level: 1,
    Provider: 'https://llm.example.com',
    ...parts,
    Config: config,
  });
  if (!parsed.success) return parsed.error.issues[0]!.path.join('.');
  const row = readNewKey(parsed.data, rules);
  if (isFailure(row)) return String(row.detail.param);
  return { ...row, id: 5, ownerId: 1, revision: 1, createdAt: 0, updatedAt: 0 };
}

/** [Config, the field at fault or undefined, the rest of the key] */
const configs: readonly (readonly [config: object, fault: string | undefined, parts?: Parts])[] = [
  [{}, undefined],
  [{ provider_type: 'standard', include_usage: false }, undefined],
  [{ provider_type: 'openai', include_usage: true }, undefined],
  [{ idle_timeout: 30, timeout: 600 }, undefined],
  [{ provider_type: 'jina', idle_timeout: 1, timeout: 1 }, undefined],
  [{ idle_timeout: 0 }, 'Config.idle_timeout'],
  [{ idle_timeout: 1.5 }, 'Config.idle_timeout'],
  [{ idle_timeout: 601 }, 'Config.idle_timeout'],
  [{ timeout: '60' }, 'Config.timeout'],
  [{ timeout: 601 }, 'Config.timeout'],
  [{ provider_type: 'nothing' }, 'Config.provider_type'],
  [{ provider_type: 'sandbox' }, 'Config.provider_type'],
  [{ provider_type: 7 }, 'Config.provider_type'],
  [{ provider_type: 'anthropic', model_mapping: { 'claude*': 'claude-sonnet-4-6' } }, undefined],
  [{ provider_type: 'anthropic', include_usage: true }, 'Config.include_usage'],
  [{ provider_type: 'gemini', api_versions: { chat: 'v1' } }, 'Config.api_versions'],
  [{ provider_type: 'azure', api_versions: { chat: '2025-01-01-preview' } }, undefined],
  [{}, undefined, { Provider: 'https://mine.openai.azure.com' }],
  [
    { api_versions: { chat: '2025-01-01-preview', images: '2025-04-01-preview' } },
    undefined,
    { Provider: 'https://mine.openai.azure.com' },
  ],
  [{ provider_type: 'cohere' }, undefined],
  [{ provider_type: 'jina', region: 'eu' }, 'Config.region'],
  [{ project_id: 'my-gcp-project' }, 'Config.project_id'],
  [{ private_key: PEM }, 'Config.private_key'],
  [{ model_mapping: { 'gpt-3.5*': '' } }, 'Config.model_mapping.gpt-3.5*'],
  [{ model_mapping: 'gpt=x' }, 'Config.model_mapping'],
  [{ api_versions: { everything: '2025-01-01' } }, 'Config.api_versions'],
  [{ api_versions: { chat: 'not a version' } }, 'Config.api_versions.chat'],
  [vertex, undefined, { Provider: VERTEX_HOST }],
  [{ ...vertex, provider_type: 'standard' }, undefined, { Provider: VERTEX_HOST }],
  [vertex, undefined, { Provider: VERTEX_HOST, SecretKey: '' }],
  [{}, 'Config.project_id', { Provider: VERTEX_HOST }],
  [{ ...vertex, project_id: undefined }, 'Config.project_id'],
  [{ ...vertex, project_id: 'no spaces' }, 'Config.project_id'],
  [{ ...vertex, client_email: undefined }, 'Config.client_email'],
  [{ ...vertex, client_email: 'nobody' }, 'Config.client_email'],
  [{ ...vertex, private_key: undefined }, 'Config.private_key'],
  [{ ...vertex, private_key: 'MIIE' }, 'Config.private_key'],
  [{ ...vertex, private_key: '***' }, 'Config.private_key'],
  [{ ...vertex, private_key: PEM.replaceAll('\n', '\\n') }, undefined],
  [{ ...vertex, private_key: PEM.replaceAll('\n', '\r\n') }, undefined],
  [{ ...vertex, region: 'europe-west4' }, undefined],
  [{ ...vertex, region: '../x' }, 'Config.region'],
  [{ ...vertex, base_url: `${VERTEX_HOST}/v1/projects/{project}/locations/{location}` }, undefined],
  [{ ...vertex, base_url: 'http://169.254.169.254/{project}' }, 'Config.base_url'],
  [{ ...vertex, base_url: 'https://meridian.example.com/v1' }, 'Config.base_url'],
  [{ ...vertex, base_url: 'gopher://x' }, 'Config.base_url'],
  [{ ...vertex, token_uri: 'https://oauth2.example.com/token' }, undefined],
  [{ ...vertex, token_uri: 'http://169.254.169.254/token' }, 'Config.token_uri'],
  [{ ...vertex, token_uri: 'nowhere' }, 'Config.token_uri'],
  [{ ...vertex, include_usage: true }, 'Config.include_usage'],
];

test('a Config is judged by its type, and the field at fault is named', async (t) => {
  for (const [config, fault, parts] of configs) {
    await t.test(`${JSON.stringify(config).slice(0, 120)} ${parts?.Provider ?? ''}`, () => {
      const made = created(config, parts);
      assert.equal(typeof made === 'string' ? made : undefined, fault);
    });
  }
});

const bedrocks: typeof configs = [
  [{ provider_type: 'bedrock' }, 'Config.region', { SecretKey: AWS }],
  [{ provider_type: 'bedrock', region: 'us-east-1' }, undefined, { SecretKey: AWS }],
  [{}, undefined, { Provider: BEDROCK_HOST, SecretKey: AWS }],
  [{}, undefined, { Provider: BEDROCK_HOST, SecretKey: `${AWS}:FwoGZXIvYXdzE:with/colon==` }],
  [{}, undefined, { Provider: BEDROCK_HOST, SecretKey: 'bedrock-api-key-YWJjZGVmZ2hpamts' }],
  [{}, 'SecretKey', { Provider: BEDROCK_HOST, SecretKey: 'AKIAIOSFODNN7EXAMPLE:short' }],
  [{}, 'SecretKey', { Provider: BEDROCK_HOST, SecretKey: '' }],
  [
    { aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE', aws_secret_access_key: 'wJalrXUtnFEMI/K7MDENG' },
    undefined,
    { Provider: BEDROCK_HOST, SecretKey: '' },
  ],
  [
    { aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
    'Config.aws_secret_access_key',
    { Provider: BEDROCK_HOST },
  ],
  [
    { aws_secret_access_key: 'x'.repeat(40) },
    'Config.aws_access_key_id',
    { Provider: BEDROCK_HOST },
  ],
  [{ aws_session_token: 'x' }, 'Config.aws_session_token', { Provider: BEDROCK_HOST }],
  [
    { aws_access_key_id: '***', aws_secret_access_key: '***' },
    'Config.aws_access_key_id',
    { Provider: BEDROCK_HOST },
  ],
  [{ aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE' }, 'Config.aws_access_key_id'],
];

test('AWS credentials come whole, from the SecretKey or from Config', async (t) => {
  for (const [config, fault, parts] of bedrocks) {
    await t.test(`${JSON.stringify(config)} ${parts?.SecretKey ?? ''}`, () => {
      const made = created(config, parts);
      assert.equal(typeof made === 'string' ? made : undefined, fault);
    });
  }
});

function stored(config: object, parts?: Parts): ProviderKeyRow {
  const row = created(config, parts);
  assert.ok(typeof row !== 'string', String(row));
  return row;
}

function served(config: object, parts?: Parts) {
  const key = toProviderKey(stored(config, parts), () => undefined);
  assert.ok(key);
  return key;
}

test('a Vertex key carries its service account, whose private key is its secret', () => {
  const key = served(
    { ...vertex, private_key: PEM.replaceAll('\n', '\\n'), region: 'global' },
    { Provider: VERTEX_HOST },
  );
  const { serviceAccount, region, providerType } = key.config;
  assert.deepEqual([key.kind, providerType, region], ['vertex', 'vertex', 'global']);
  assert.equal(serviceAccount?.projectId, 'my-gcp-project');
  assert.equal(serviceAccount?.privateKey.reveal(), PEM);
  assert.equal(key.secret.reveal(), PEM);
});

test('a Bedrock key carries what signs its requests, and its host’s region', () => {
  const signed = served({}, { Provider: BEDROCK_HOST, SecretKey: `${AWS}:token` });
  const { aws, region } = signed.config;
  assert.deepEqual([signed.kind, region], ['bedrock', 'eu-west-1']);
  assert.equal(aws?.accessKeyId, 'AKIAIOSFODNN7EXAMPLE');
  assert.equal(aws?.secretAccessKey.reveal(), 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
  assert.equal(aws?.sessionToken?.reveal(), 'token');
  assert.equal(signed.secret.reveal(), aws?.secretAccessKey.reveal());
  const bearer = served({}, { Provider: BEDROCK_HOST, SecretKey: 'ABSKQmVkcm9ja0FQSUtleQ==' });
  assert.equal(bearer.config.aws, undefined);
  assert.equal(bearer.secret.reveal(), 'ABSKQmVkcm9ja0FQSUtleQ==');
});

test('timeouts are given in seconds', () => {
  const { idleTimeoutMs, timeoutMs } = served({ idle_timeout: 30, timeout: 90 }).config;
  assert.deepEqual([idleTimeoutMs, timeoutMs], [30_000, 90_000]);
  assert.equal(served({}).config.timeoutMs, undefined);
});

test('the kind of a standard key is decided by its host', () => {
  const kindAt = (Provider: string) => served({}, { Provider }).kind;
  assert.equal(kindAt('https://api.anthropic.com'), 'anthropic');
  assert.equal(kindAt('https://generativelanguage.googleapis.com/v1'), 'gemini');
  assert.equal(kindAt('https://api.deepseek.com'), 'standard');
  assert.equal(kindAt('https://llm.example.com'), 'standard');
});

test('secrets are shown hidden, and kept where they are sent back so', () => {
  const row = stored({ ...vertex, models: ['gemini*'] }, { Provider: VERTEX_HOST });
  const shown = hideSecrets(row.config);
  assert.equal(shown.private_key, '***');
  assert.deepEqual(shown.models, ['gemini*']);
  const body = providerKeyUpdate.parse({ Config: { ...shown, region: 'us-east5' } });
  const change = readKeyChange(row, body, rules);
  assert.ok(!isFailure(change));
  assert.equal(change.config?.private_key, row.config.private_key);
  assert.equal(change.config?.region, 'us-east5');
});

test('a move to another host is judged with the Config that stays', () => {
  const row = stored(vertex, { Provider: VERTEX_HOST });
  const moved = readKeyChange(row, { Provider: 'https://api.openai.com' }, rules);
  assert.ok(!isFailure(moved), 'provider_type vertex may be at any host');
  const plain = stored({}, { Provider: 'https://api.openai.com' });
  const fault = readKeyChange(plain, { Provider: VERTEX_HOST }, rules);
  assert.ok(isFailure(fault) && fault.detail.param === 'Config.project_id');
  assert.ok(!isFailure(readKeyChange({ ...plain, config: { old: 1 } }, { Level: 2 }, rules)));
});
