import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCatalog } from '@meridian/core/catalog';
import { ONE, Secret } from '@meridian/core/kernel';
import { createProviderRegistry } from '@meridian/core/providers';
import {
  createKeyPools,
  createRouter,
  type ProviderKey,
  readOwnerRouting,
} from '@meridian/core/routing';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { sandboxKey } from '../compose/memory-keys.ts';
import { createModelDirectory } from '../compose/model-directory.ts';
import { testCaller } from '../edge/management/test-application.ts';
import { createModelList } from './models.ts';

const anthropicKey: ProviderKey = {
  ...sandboxKey,
  kind: 'standard',
  name: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  host: 'api.anthropic.com',
  secret: new Secret('sk-1'),
  config: { providerType: 'standard' },
};

/** What root's list shows with these keys where a rule sends every `gpt-*` to their level. */
async function listed(keys: readonly ProviderKey[]): Promise<readonly string[]> {
  const clock = createFakeClock(Date.parse('2026-11-22T00:00:00Z'));
  const catalog = loadCatalog();
  const providers = createProviderRegistry();
  const pools = createKeyPools({ clock, random: createSeededRandom(1) });
  const settings = { LEVEL_MAPPER: 'gpt-*=1' };
  pools.replace(readOwnerRouting({ ownerId: 1, keys, settings }));
  const directory = createModelDirectory(catalog);
  const router = createRouter({ pools, directory, providers, clock });
  const models = createModelList({ catalog, router, pools, clock });
  const caller = testCaller(1, { isOwner: true });
  const rights = { level: 0, modelMappers: [], allowModels: [], allowLevels: undefined };
  const policy = { ...caller.policy, ...rights, ownerId: 1, factor: ONE, rates: ONE };
  const shown = await models.list({ ...caller, policy });
  return shown.map(({ id }) => id);
}

test('the list does not show what a rule for a pattern alone leads to', async () => {
  const shown = await listed([anthropicKey, sandboxKey]);
  assert.deepEqual(
    shown.filter((id) => id.startsWith('gpt-')),
    [],
  );
  assert.ok(shown.some((id) => id.startsWith('claude-')));
  assert.ok(shown.some((id) => id.startsWith('sandbox-')));
});

test('models of every kind that has a route are shown', async () => {
  const shown = await listed([sandboxKey]);
  for (const kind of ['chat', 'embedding', 'rerank', 'image', 'speech', 'transcribe']) {
    assert.ok(shown.includes(`sandbox-${kind}`), kind);
  }
});
