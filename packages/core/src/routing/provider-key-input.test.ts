import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerKeyCreate, providerKeyUpdate } from '@meridian/contract';
import { isFailure, ONE, type Picodollars, Secret } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { createProviderRegistry } from '../providers/index.ts';
import { isAllowedAddress } from './egress.ts';
import { completeLevelMapper } from './level-completion.ts';
import type { ProviderKeyRules } from './provider-key-config.ts';
import { readKeyChange, readNewKey, toProviderKey } from './provider-key-input.ts';
import type { ProviderKeyRow } from './store.ts';

const free: Price = { rates: { input: 0n as Picodollars }, tiers: [], multiplier: ONE, source: '' };
const rules: ProviderKeyRules = {
  ownerMayReachPrivate: false,
  publicUrl: 'https://meridian.example.com',
  listen: { host: '127.0.0.1', port: 8080 },
  readDefaultPrice: (value) => (value === 0 ? free : undefined),
};
const trusted = { ...rules, ownerMayReachPrivate: true };
const SECRET = 'sk-0123456789abcdefghij';

function body(more: object = {}): object {
  return { SecretKey: SECRET, Level: 1, Provider: 'https://api.openai.com', ...more };
}

/** The field at fault, or `accepted`. */
function judged(input: object, by: ProviderKeyRules = rules): string {
  const parsed = providerKeyCreate.safeParse(input);
  if (!parsed.success) return String(parsed.error.issues[0]!.path.join('.'));
  const row = readNewKey(parsed.data, by);
  return isFailure(row) ? String(row.detail.param) : 'accepted';
}

const bodies: readonly (readonly [input: object, forOwner: string, forTrusted?: string])[] = [
  [body(), 'accepted'],
  [
    body({ Name: 'Main', Status: false, Weight: 2.5, Config: { provider_type: 'standard' } }),
    'accepted',
  ],
  [body({ SecretKey: 'short' }), 'SecretKey'],
  [body({ SecretKey: '' }), 'SecretKey', 'SecretKey'],
  [body({ SecretKey: `${SECRET}\r\nx: y` }), 'SecretKey'],
  [body({ SecretKey: undefined }), 'SecretKey'],
  [body({ Level: 0 }), 'Level'],
  [body({ Level: 1.5 }), 'Level'],
  [body({ Level: undefined }), 'Level'],
  [body({ Name: '' }), 'Name'],
  [body({ Weight: 0 }), 'Weight'],
  [body({ Status: 'yes' }), 'Status'],
  [body({ Provider: 'api.openai.com' }), 'Provider'],
  [body({ Provider: 'ftp://api.openai.com' }), 'Provider'],
  [body({ Provider: 'https://user:pass@api.openai.com' }), 'Provider'],
  [body({ Provider: 'https://api.openai.com/v1?key=x' }), 'Provider'],
  [body({ Provider: 'https://meridian.example.com/v1' }), 'Provider', 'Provider'],
  [body({ Provider: 'https://MERIDIAN.example.com:443' }), 'Provider', 'Provider'],
  [body({ Provider: 'https://meridian.example.com:8443' }), 'accepted'],
  [body({ Provider: 'http://localhost:8080' }), 'Provider', 'Provider'],
  [body({ Provider: 'http://[::1]:8080/v1' }), 'Provider', 'Provider'],
  [body({ Provider: 'http://0.0.0.0:8080' }), 'Provider', 'Provider'],
  [body({ Provider: 'http://127.0.0.1:9090' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://192.168.1.5:8080' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://169.254.169.254' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://2130706433:9090' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://0x7f.1:9090' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://[::ffff:10.0.0.1]' }), 'Provider', 'accepted'],
  [body({ Provider: 'http://224.0.0.1' }), 'Provider', 'Provider'],
  [body({ Provider: 'http://255.255.255.255' }), 'Provider', 'Provider'],
  [body({ Provider: 'http://localhost:11434', SecretKey: '' }), 'Provider', 'accepted'],
  [body({ Config: { provider_type: 'sandbox' } }), 'Config.provider_type'],
  [body({ Config: { default_price: 0 } }), 'accepted'],
  [body({ Config: { default_price: 'x' } }), 'Config.default_price'],
  [body({ Config: { surprise: 1 } }), 'Config'],
  [body({ Config: { models: [''] } }), 'Config.models.0'],
  [body({ surprise: 1 }), ''],
];

test('a new key is judged field by field, private addresses by whose it is', async (t) => {
  for (const [input, forOwner, forTrusted = forOwner] of bodies) {
    await t.test(JSON.stringify(input).slice(0, 100), () => {
      assert.equal(judged(input), forOwner);
      assert.equal(judged(input, trusted), forTrusted);
    });
  }
});

function row(more: Partial<ProviderKeyRow> = {}): ProviderKeyRow {
  const made = readNewKey(providerKeyCreate.parse(body({ Config: { default_price: 0 } })), rules);
  assert.ok(!isFailure(made));
  return { ...made, id: 5, ownerId: 1, revision: 1, createdAt: 0, updatedAt: 0, ...more };
}

test('the name is the host where none is given, and the URL is kept in normal form', () => {
  const { name, provider } = row();
  assert.deepEqual([name, provider], ['api.openai.com', 'https://api.openai.com']);
});

test('a change touches what it names only', () => {
  const change = readKeyChange(row(), providerKeyUpdate.parse({ Level: 2, Status: false }), rules);
  assert.deepEqual(change, { level: 2, status: false });
  assert.ok(!providerKeyUpdate.safeParse({}).success);
});

test('a change is judged together with what stays', () => {
  const open = row({ provider: 'http://localhost:11434', secret: new Secret('') });
  const moved = readKeyChange(
    open,
    providerKeyUpdate.parse({ Provider: 'https://x.example.com' }),
    trusted,
  );
  assert.ok(isFailure(moved) && moved.detail.param === 'SecretKey');
  const type = readKeyChange(
    row(),
    providerKeyUpdate.parse({ Config: { provider_type: 'vertex' } }),
    rules,
  );
  assert.ok(isFailure(type) && type.detail.param === 'Config.project_id');
});

test('a stored key becomes one that requests can use', () => {
  const config = {
    default_price: 0,
    model_mapping: { 'gpt*': 'x' },
    models: ['gpt*'],
    include_usage: false,
  };
  const key = toProviderKey(
    row({ config, provider: 'https://api.openai.com/v1' }),
    rules.readDefaultPrice,
  )!;
  assert.equal(key.host, 'api.openai.com');
  assert.equal(key.defaultPrice!.source, 'key:5');
  assert.equal(key.config.modelMapping!.get('gpt*'), 'x');
  assert.deepEqual([key.config.models, key.config.includeUsage], [['gpt*'], false]);
  const unheard = row({ config: { provider_type: 'unheard' } });
  assert.equal(
    toProviderKey(unheard, () => free),
    undefined,
  );
});

test('adding a key of a known host completes the LevelMapper, and removes nothing', () => {
  const providers = createProviderRegistry();
  const key = toProviderKey(row(), rules.readDefaultPrice)!;
  const before = new Map([
    ['gpt*', 9],
    ['mine', 3],
  ]);
  const after = completeLevelMapper(before, key, providers);
  assert.equal(after.get('gpt*'), 9);
  assert.equal(after.get('mine'), 3);
  assert.equal(after.get('o1*'), 1);
  const unknown = toProviderKey(
    row({ provider: 'https://llm.example.com' }),
    rules.readDefaultPrice,
  )!;
  assert.equal(completeLevelMapper(before, unknown, providers), before);
});

/** [address, allowed for everybody, allowed where private addresses are] */
const addresses: readonly (readonly [address: string, everybody: boolean, trusted: boolean])[] = [
  ['8.8.8.8', true, true],
  ['2001:4860:4860::8888', true, true],
  ['127.0.0.1', false, true],
  ['127.9.9.9', false, true],
  ['10.1.2.3', false, true],
  ['172.16.0.1', false, true],
  ['172.32.0.1', true, true],
  ['192.168.0.1', false, true],
  ['100.64.0.1', false, true],
  ['100.100.100.200', false, true],
  ['169.254.169.254', false, true],
  ['0.0.0.0', false, true],
  ['::', false, true],
  ['::1', false, true],
  ['fe80::1', false, true],
  ['fe80::1%eth0', false, true],
  ['fc00::1', false, true],
  ['fd00:ec2::254', false, true],
  ['::ffff:127.0.0.1', false, true],
  ['::ffff:8.8.8.8', true, true],
  ['64:ff9b::7f00:1', false, false],
  ['2002:7f00:1::', false, false],
  ['2001::1', false, false],
  ['224.0.0.1', false, false],
  ['ff02::1', false, false],
  ['255.255.255.255', false, false],
  ['240.0.0.1', false, false],
  ['192.0.2.1', false, false],
  ['localhost', false, false],
  ['', false, false],
];

test('a connection inside is for those who may', () => {
  for (const [address, everybody, forTrusted] of addresses) {
    assert.equal(isAllowedAddress(address, { ownerMayReachPrivate: false }), everybody, address);
    assert.equal(isAllowedAddress(address, { ownerMayReachPrivate: true }), forTrusted, address);
  }
});
