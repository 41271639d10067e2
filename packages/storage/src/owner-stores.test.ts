import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ROOT_ID } from '@meridian/core/accounts';
import { Secret } from '@meridian/core/kernel';
import type { NewProviderKey, ProviderKeyStore, SettingsStore } from '@meridian/core/routing';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createOperationLog } from './operation-log/operation-log-store.ts';
import { createProviderKeyStore } from './provider-keys/provider-key-store.ts';
import { createSecretBox } from './secretbox.ts';
import { createSettingsStore } from './settings/settings-store.ts';

const SECRET = 'sk-upstream-canary-0123456789';
const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----canary';
const page = { page: 1, size: 100 };

function draft(more: Partial<NewProviderKey> = {}): NewProviderKey {
  return {
    name: 'main',
    level: 1,
    provider: 'https://api.openai.com/v1',
    status: true,
    config: {},
    secret: new Secret(SECRET),
    weight: 1,
    caps: {},
    costPrice: null,
    ...more,
  };
}

for (const kind of databaseKinds) {
  describe(`what owners store: ${kind}`, () => {
    let world: AccountsWorld;
    let keys: ProviderKeyStore;
    let settings: SettingsStore;
    let other: number;

    before(async () => {
      world = await accountsWorld(kind);
      const box = createSecretBox(randomBytes(32));
      keys = createProviderKeyStore({ database: world.database, box });
      settings = createSettingsStore({ database: world.database, box });
      other = (await world.child(world.root, { IsOwner: true })).policy.accountId;
    });
    after(() => world[Symbol.asyncDispose]());

    test('a provider key comes back as it was given, and is nowhere in the clear', async () => {
      const config = { provider_type: 'vertex', private_key: PRIVATE_KEY, models: ['a', 'b*'] };
      const given = draft({ config, weight: 2.5, caps: { rpm: 10 }, costPrice: { factor: '0.5' } });
      const created = await keys.create(ROOT_ID, given);
      assert.deepEqual(await keys.get(ROOT_ID, created.id), created);
      assert.deepEqual(created.config, config);
      assert.equal(created.secret.reveal(), SECRET);
      assert.deepEqual(created.caps, { rpm: 10 });
      assert.deepEqual(created.costPrice, { factor: '0.5' });
      assert.equal(created.revision, 1);
      const [row] = await world.database.query('select k::text as all from provider_keys k');
      const text = String(row?.all);
      for (const secret of [SECRET, PRIVATE_KEY]) {
        assert.ok(!text.includes(secret));
        assert.ok(!text.includes(Buffer.from(secret).toString('hex')));
      }
      await keys.delete(ROOT_ID, created.id);
    });

    test('an update changes what it names and raises the revision', async () => {
      const created = await keys.create(ROOT_ID, draft());
      const updated = await keys.update(ROOT_ID, created.id, {
        status: false,
        secret: new Secret('sk-upstream-second-0123456789'),
      });
      assert.equal(updated?.revision, 2);
      assert.equal(updated?.status, false);
      assert.equal(updated?.secret.reveal(), 'sk-upstream-second-0123456789');
      assert.equal(updated?.name, 'main');
      await keys.delete(ROOT_ID, created.id);
      assert.equal(await keys.get(ROOT_ID, created.id), undefined);
    });

    test('keys are filtered by id, level, URL and host, and paged', async () => {
      const [a, b, c] = [
        await keys.create(ROOT_ID, draft()),
        await keys.create(ROOT_ID, draft({ level: 2, provider: 'https://api.anthropic.com' })),
        await keys.create(ROOT_ID, draft({ level: 2, provider: 'http://127.0.0.1:11434/v1' })),
      ];
      const ids = async (filter: object, which = page) =>
        (await keys.list(ROOT_ID, filter, which)).entries.map(({ id }) => id);
      assert.deepEqual(await ids({}), [a.id, b.id, c.id]);
      assert.deepEqual(await ids({ level: 2 }), [b.id, c.id]);
      assert.deepEqual(await ids({ id: a.id }), [a.id]);
      assert.deepEqual(await ids({ provider: 'https://api.openai.com' }), [a.id]);
      assert.deepEqual(await ids({ provider: 'API.anthropic.com' }), [b.id]);
      assert.deepEqual(await ids({ provider: '127.0.0.1:11434' }), [c.id]);
      assert.deepEqual(await ids({ provider: '%' }), []);
      assert.deepEqual(await ids({}, { page: 2, size: 2 }), [c.id]);
      assert.equal((await keys.list(ROOT_ID, {}, { page: 9, size: 2 })).total, 3);
      assert.deepEqual(
        (await keys.loadPool(ROOT_ID)).map(({ id }) => id),
        [a.id, b.id, c.id],
      );
    });

    test('another owner’s keys are not found', async () => {
      const theirs = await keys.create(other, draft());
      assert.equal(await keys.get(ROOT_ID, theirs.id), undefined);
      assert.equal(await keys.update(ROOT_ID, theirs.id, { level: 9 }), undefined);
      assert.equal(await keys.delete(ROOT_ID, theirs.id), false);
      assert.deepEqual((await keys.list(ROOT_ID, { id: theirs.id }, page)).entries, []);
      assert.equal((await keys.get(other, theirs.id))?.level, 1);
      assert.deepEqual(await keys.ownersWithKeys(), [ROOT_ID, other]);
    });

    test('settings are read and written as one, owner by owner', async () => {
      await settings.update(ROOT_ID, () => ({ MODEL_MAPPER: { a: 'b' }, USER_API_BALANCE: '2' }));
      const after = await settings.update(ROOT_ID, (current) => {
        assert.deepEqual(current, { MODEL_MAPPER: { a: 'b' }, USER_API_BALANCE: '2' });
        return { MODEL_MAPPER: undefined, RESOURCES: ['/v1/*'] };
      });
      assert.deepEqual(after, { RESOURCES: ['/v1/*'], USER_API_BALANCE: '2' });
      assert.deepEqual(await settings.read(ROOT_ID), after);
      assert.deepEqual(await settings.read(other), {});
      await assert.rejects(
        settings.update(99_999, () => ({ A: 1 })),
        { code: 'not_found' },
      );
    });

    test('changes at once do not lose each other', async () => {
      await settings.update(other, () => ({ COUNT: 0 }));
      const increment = () => settings.update(other, ({ COUNT }) => ({ COUNT: Number(COUNT) + 1 }));
      await Promise.all(Array.from({ length: 8 }, increment));
      assert.deepEqual(await settings.read(other), { COUNT: 8 });
    });

    test('a write is logged with what it changed, and announced with what it orders', async () => {
      const counted = async () => {
        const [row] = await world.database.query('select value from change_counter');
        return row?.value as bigint;
      };
      const before = await counted();
      await settings.update(other, () => ({ MODEL_MAPPER: { a: 'b' } }), {
        action: 'update_conf',
        operatorId: ROOT_ID,
        address: '203.0.113.7',
        orders: { DelKeys: true },
        announces: ['provider_keys', 'key_sleep'],
      });
      const announced = await world.database.query(
        'select topic, scope from changes where value > $1 order by value',
        [before],
      );
      assert.deepEqual(
        announced.map(({ topic, scope }) => [topic, Number(scope)]),
        ['settings', 'provider_keys', 'key_sleep'].map((topic) => [topic, other]),
      );
      const log = createOperationLog(world.database);
      const viewer = { accountId: ROOT_ID, dna: world.root.policy.dna };
      const { entries } = await log.list(viewer, { action: 'update_conf' }, page);
      assert.deepEqual(
        entries.map(({ operatorId, targetId, address, changes }) => [
          [operatorId, targetId, address],
          changes,
        ]),
        [
          [
            [ROOT_ID, other, '203.0.113.7'],
            { DelKeys: [null, true], MODEL_MAPPER: [null, { a: 'b' }] },
          ],
        ],
      );
      const write = settings.update(
        other,
        () => {
          throw new Error('refused');
        },
        { action: 'refused', operatorId: ROOT_ID, address: null },
      );
      await assert.rejects(write, /refused/);
      assert.equal((await log.list(viewer, { action: 'refused' }, page)).total, 0);
      await settings.update(other, () => ({ MODEL_MAPPER: undefined }));
    });

    test('the mail password is sealed', async () => {
      await settings.update(other, () => ({ EMAIL_PASS: 'canary-password' }));
      assert.equal((await settings.read(other)).EMAIL_PASS, 'canary-password');
      const rows = await world.database.query('select value::text from owner_settings');
      assert.ok(!JSON.stringify(rows).includes('canary-password'));
    });

    test('an owner’s settings reach the policies of its accounts', async () => {
      const child = await world.child(world.root);
      assert.equal(child.policy.payer.minimumSettled, 2_000_000_000n);
      assert.equal(child.policy.allowsEndpoint('/v2/other'), false);
    });
  });
}
