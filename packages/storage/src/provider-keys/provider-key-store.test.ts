import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type LoggedOperation, ROOT_ID } from '@meridian/core/accounts';
import { Secret } from '@meridian/core/kernel';
import type { NewProviderKey, ProviderKeyFilter, ProviderKeyStore } from '@meridian/core/routing';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createOperationLog } from '../operation-log/operation-log-store.ts';
import { createSecretBox } from '../secretbox.ts';
import { createProviderKeyStore } from './provider-key-store.ts';

const ADDRESS = '192.0.2.7';
const PAGE = { page: 1, size: 100 };

function draft(more: Partial<NewProviderKey> = {}): NewProviderKey {
  return {
    name: 'main',
    level: 1,
    provider: 'https://api.openai.com/v1',
    status: true,
    config: {},
    secret: new Secret('sk-canary-first-0123456789'),
    weight: 1,
    caps: {},
    costPrice: null,
    ...more,
  };
}

for (const kind of databaseKinds) {
  describe(`the store of provider keys: ${kind}`, () => {
    let world: AccountsWorld;
    let keys: ProviderKeyStore;
    let owner: { readonly accountId: number; readonly dna: string };

    before(async () => {
      world = await accountsWorld(kind);
      const box = createSecretBox(randomBytes(32));
      keys = createProviderKeyStore({ database: world.database, box });
      owner = (await world.child(world.root, { IsOwner: true })).policy;
    });
    after(() => world[Symbol.asyncDispose]());

    async function logged(action: string): Promise<readonly LoggedOperation[]> {
      const log = createOperationLog(world.database);
      const root = { accountId: ROOT_ID, dna: '.1.' };
      return (await log.list(root, { action, targetId: owner.accountId }, PAGE)).entries;
    }

    test('every write is logged with who, from where, and what changed, without secrets', async () => {
      const by = { operatorId: ROOT_ID, address: ADDRESS };
      const id = owner.accountId;
      const config = { region: 'a', private_key: 'canary-pem', models: ['x'] };
      const key = await keys.create(id, draft({ config }), by);
      await keys.update(
        id,
        key.id,
        {
          level: 2,
          status: false,
          secret: new Secret('sk-canary-second-0123456789'),
          config: { region: 'b', private_key: 'canary-pem-2', models: ['x'] },
        },
        by,
      );
      assert.equal(await keys.delete(id, key.id, by), true);
      const [added] = await logged('add_provider_key');
      const [updated] = await logged('update_provider_key');
      const [deleted] = await logged('delete_provider_key');
      for (const line of [added, updated, deleted]) {
        assert.deepEqual([line?.operatorId, line?.address, line?.targetId], [ROOT_ID, ADDRESS, id]);
        assert.deepEqual([line?.targetDna, line?.status], [owner.dna, 'success']);
      }
      assert.deepEqual(added?.changes.ID, [null, key.id]);
      assert.deepEqual(added?.changes.Name, [null, 'main']);
      assert.deepEqual(updated?.changes, {
        ID: [key.id, key.id],
        Level: [1, 2],
        Status: [true, false],
        SecretKey: ['***', '***'],
        'Config.region': ['a', 'b'],
        'Config.private_key': ['***', '***'],
      });
      assert.deepEqual(deleted?.changes.ID, [key.id, null]);
      assert.ok(!JSON.stringify([added, updated, deleted]).includes('canary'));
    });

    test('a write that finds no key is neither logged nor announced', async () => {
      const by = { operatorId: ROOT_ID, address: ADDRESS };
      const theirs = await keys.create(ROOT_ID, draft());
      const counter = async () =>
        (await world.database.query('select value from change_counter'))[0]?.value;
      const [before, lines] = [await counter(), (await logged('update_provider_key')).length];
      assert.equal(await keys.update(owner.accountId, theirs.id, { level: 9 }, by), undefined);
      assert.equal(await keys.delete(owner.accountId, theirs.id, by), false);
      assert.equal((await logged('update_provider_key')).length, lines);
      assert.equal(await counter(), before);
      await keys.delete(ROOT_ID, theirs.id);
    });

    test('what the system does itself is logged as the owner’s own, from nowhere', async () => {
      const key = await keys.create(owner.accountId, draft());
      const [line] = await logged('add_provider_key');
      assert.deepEqual([line?.operatorId, line?.address], [owner.accountId, null]);
      await keys.delete(owner.accountId, key.id);
    });

    test('a test of a key is noted with its model and how it went', async () => {
      const by = { operatorId: owner.accountId, address: ADDRESS };
      await keys.noteTest(owner.accountId, 7, { model: 'm', ok: false, cause: 'auth' }, by);
      await keys.noteTest(owner.accountId, 7, { model: 'm', ok: true, cause: null }, by);
      const [good, bad] = await logged('test_provider_key');
      assert.deepEqual([bad?.status, good?.status], ['failure', 'success']);
      assert.deepEqual(bad?.changes, { ID: [7, 7], Model: [null, 'm'], Cause: [null, 'auth'] });
    });

    test('keys are filtered by Status, and by being among some or not', async () => {
      const id = owner.accountId;
      const made = [
        await keys.create(id, draft()),
        await keys.create(id, draft({ status: false })),
        await keys.create(id, draft()),
      ];
      const [a, b, c] = made.map((key) => key.id) as [number, number, number];
      const ids = async (filter: ProviderKeyFilter) =>
        (await keys.list(id, filter, PAGE)).entries.map((key) => key.id);
      assert.deepEqual(await ids({ status: true }), [a, c]);
      assert.deepEqual(await ids({ status: false }), [b]);
      assert.deepEqual(await ids({ among: { ids: [a, b], isExcluded: false } }), [a, b]);
      assert.deepEqual(await ids({ status: true, among: { ids: [a], isExcluded: true } }), [c]);
      assert.deepEqual(await ids({ among: { ids: [], isExcluded: false } }), []);
      assert.deepEqual(await ids({ among: { ids: [], isExcluded: true } }), [a, b, c]);
      for (const key of made) await keys.delete(id, key.id);
    });
  });
}
