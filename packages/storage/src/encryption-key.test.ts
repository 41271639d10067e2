import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Secret } from '@meridian/core/kernel';
import { createTestDatabase } from '@meridian/testkit';
import { loadEncryptionKey, requireSameKey } from './encryption-key.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createSecretBox } from './secretbox.ts';

let parent: string;
before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'meridian-key-'));
});
after(() => rm(parent, { recursive: true, force: true }));

test('the first start makes a key that only its owner reads, later ones find it', async () => {
  const dataDir = join(parent, 'fresh');
  const keys = await Promise.all([loadEncryptionKey({ dataDir }), loadEncryptionKey({ dataDir })]);
  assert.equal(keys[0].length, 32);
  assert.deepEqual(keys[1], keys[0]);
  assert.deepEqual(readdirSync(dataDir), ['encryption.key']);
  const path = join(dataDir, 'encryption.key');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  chmodSync(path, 0o644);
  assert.deepEqual(await loadEncryptionKey({ dataDir }), keys[0]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('the environment’s key comes before the file’s', async () => {
  const key = randomBytes(32);
  const fromEnvironment = new Secret(key.toString('base64'));
  assert.deepEqual(
    await loadEncryptionKey({ dataDir: join(parent, 'none'), fromEnvironment }),
    key,
  );
});

test('a key that is not 32 bytes of base64 is refused, and not shown', async () => {
  for (const text of ['short', randomBytes(31).toString('base64'), `${'x'.repeat(43)}!`]) {
    const attempt = loadEncryptionKey({ dataDir: parent, fromEnvironment: new Secret(text) });
    await assert.rejects(attempt, ({ message }: Error) => {
      assert.match(message, /MERIDIAN_ENCRYPTION_KEY/);
      return !message.includes(text);
    });
  }
  writeFileSync(join(parent, 'encryption.key'), 'garbage\n');
  await assert.rejects(loadEncryptionKey({ dataDir: parent }), /encryption.key must be 32 bytes/);
});

test('a node with another key than the first one’s does not start', async () => {
  await using opened = await createTestDatabase('postgres');
  const { database } = opened;
  await migrate(database, await readMigrations());
  const box = createSecretBox(randomBytes(32));
  await requireSameKey(database, box);
  await requireSameKey(database, box);
  const other = createSecretBox(randomBytes(32));
  await assert.rejects(requireSameKey(database, other), /MERIDIAN_ENCRYPTION_KEY/);
});
