import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryWindows } from '@meridian/core/admission';
import { loadCatalog } from '@meridian/core/catalog';
import type { Probe, ProbeTarget } from '@meridian/core/inference';
import { Secret } from '@meridian/core/kernel';
import { createProviderRegistry, parseBaseUrl } from '@meridian/core/providers';
import { createKeyPools, createRouter, type ProviderKey } from '@meridian/core/routing';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { createModelDirectory } from '../compose/model-directory.ts';
import { createKeyTests } from './key-tests.ts';

const NOW = Date.parse('2026-11-22T10:30:00Z');

function keyAt(url: string, more: Partial<ProviderKey> = {}): ProviderKey {
  const { baseUrl, host } = parseBaseUrl(url)!;
  return {
    id: 5,
    ownerId: 1,
    name: 'key',
    level: 1,
    kind: 'standard',
    baseUrl,
    host,
    secret: new Secret('sk-0123456789abcdefghij'),
    weight: 1,
    enabled: true,
    config: { providerType: 'standard' },
    ...more,
  };
}

function world(key: ProviderKey, chats = true) {
  const clock = createFakeClock(NOW);
  const catalog = loadCatalog();
  const providers = createProviderRegistry();
  const pools = createKeyPools({ clock, random: createSeededRandom(1) });
  pools.replace({
    ownerId: 1,
    keys: [key],
    modelMapper: new Map(),
    levelMapper: new Map(),
    switchOver: new Map(),
    modelFailover: new Map(),
  });
  const router = createRouter({
    pools,
    directory: createModelDirectory(catalog),
    providers,
    clock,
  });
  const asked: (Pick<ProbeTarget, 'model' | 'upstreamModel'> & { kind: string })[] = [];
  const probe: Probe = {
    prepare(kind, { model, upstreamModel }) {
      if (kind === 'chat' && !chats) return undefined;
      return async () => {
        asked.push({ kind, model, upstreamModel });
        const nothing = { status: 200, cause: undefined, message: undefined };
        return { endpoint: kind, ok: true, latencyMs: 3, ...nothing };
      };
    },
  };
  const windows = createMemoryWindows({ clock });
  const tests = createKeyTests({ router, providers, catalog, probe, windows, clock });
  return { tests, asked, clock, catalog };
}

describe('tests of provider keys', () => {
  it('ask for a cheap model of the vendor that does not think first', async () => {
    const key = keyAt('https://api.openai.com');
    const { tests, asked, catalog } = world(key);
    await tests.run(key, undefined);
    const card = catalog.find(asked[0]?.model ?? '');
    assert.equal(asked[0]?.kind, 'chat');
    assert.equal(card?.vendor, 'openai');
    assert.notEqual(card?.capabilities.reasoning, true);
    const price = catalog.price({ model: card?.id ?? '', at: NOW })?.rates.output ?? 0n;
    const others = ['gpt-4o', 'gpt-4.1'].map((model) => catalog.price({ model, at: NOW }));
    for (const other of others) assert.ok(price < (other?.rates.output ?? 0n));
  });

  it('ask for the model that is given, under the name that the upstream has for it', async () => {
    const modelMapping = new Map([['gpt-4o', 'my-deployment']]);
    const key = keyAt('https://api.openai.com', {
      config: { providerType: 'standard', modelMapping },
    });
    const { tests, asked } = world(key);
    const result = await tests.run(key, 'gpt-4o-2024-08-06');
    assert.deepEqual(asked, [{ kind: 'chat', model: 'gpt-4o', upstreamModel: 'my-deployment' }]);
    assert.deepEqual([result.model, result.upstream_model], ['gpt-4o', 'my-deployment']);
  });

  it('ask for one of the models that the owner names for the key', async () => {
    const models = ['llama-*', 'my-own-model'];
    const key = keyAt('https://llm.example.com', { config: { providerType: 'standard', models } });
    const { tests, asked } = world(key);
    await tests.run(key, undefined);
    assert.equal(asked[0]?.model, 'my-own-model');
  });

  it('embed or rank where an upstream does not chat', async () => {
    const key = keyAt('https://api.voyageai.com');
    const { tests, asked } = world(key, false);
    await tests.run(key, undefined);
    assert.equal(asked[0]?.kind, 'embedding');
  });

  it('are refused for a model that the key does not serve, or that takes more than a few bytes', async () => {
    const key = keyAt('https://api.openai.com');
    const { tests, asked } = world(key);
    for (const model of ['claude-sonnet-4-6', 'whisper-1']) {
      const refused = { code: 'invalid_request', detail: { param: 'model' } };
      await assert.rejects(tests.run(key, model), (error: { code: string; detail: object }) => {
        assert.equal(error.code, refused.code);
        assert.equal((error.detail as { param: string }).param, refused.detail.param);
        return true;
      });
    }
    assert.deepEqual(asked, []);
  });

  it('want a model to be named where nothing is known of the host', async () => {
    const key = keyAt('https://llm.example.com');
    const { tests, asked } = world(key);
    await assert.rejects(tests.run(key, undefined), { code: 'invalid_request' });
    await tests.run(key, 'anything');
    assert.equal(asked[0]?.model, 'anything');
  });

  it('are admitted six times a minute for each key', async () => {
    const { tests, clock } = world(keyAt('https://api.openai.com'));
    for (let i = 0; i < 6; i++) await tests.admit(1, 5);
    await assert.rejects(tests.admit(1, 5), (error: { code: string; detail: object }) => {
      assert.equal(error.code, 'rate_limit_exceeded');
      assert.ok((error.detail as { retryAfterSeconds: number }).retryAfterSeconds <= 62);
      return true;
    });
    await tests.admit(1, 6);
    clock.advance(62_000);
    await tests.admit(1, 5);
  });
});
