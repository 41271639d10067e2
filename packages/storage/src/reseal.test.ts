import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestDatabase, databaseKinds } from '@meridian/testkit';
import { CANARY_CONTEXT, requireSameKey } from './encryption-key.ts';
import { idempotencyContext } from './idempotency/idempotency-store.ts';
import { migrate, readMigrations } from './migrate.ts';
import { configContext, secretContext } from './provider-keys/provider-key-rows.ts';
import { NodesRunError, resealSecrets } from './reseal.ts';
import { responseContext } from './responses/response-rows.ts';
import { createSecretBox } from './secretbox.ts';
import { settingContext } from './settings/settings-store.ts';

const OLD = createSecretBox(Buffer.alloc(32, 'old'));
const NEW = createSecretBox(Buffer.alloc(32, 'new'));
const ROWS = 450;

/** Columns of bytes that hold no secret: digests, hashes, names. */
const NOT_SEALED = /(_digest|hash|_hash|prev|digest)$/;
const RESEALED = new Set([
  'encryption_canary.sealed',
  'provider_keys.secret',
  'provider_keys.config_secrets',
  'idempotency_keys.answer',
  'responses.sealed',
  'result_files.sealed',
]);

for (const kind of databaseKinds) {
  describe(`sealing with another key: ${kind}`, () => {
    async function filled() {
      const opened = await createTestDatabase(kind);
      const { database } = opened;
      await migrate(database, await readMigrations());
      await requireSameKey(database, OLD);
      await database.query(
        `insert into accounts (id, dna, name, alias, email, status, is_owner, gear, role, rates,
            model_limits, model_mapper, auto_quota, key_digest, key_tail)
          values (1, '.1.', 'root', '', 'root@example.com', true, true, 0, 2, 1000000, '{}', '{}', false, '\\x01', '')`,
      );
      for (let i = 0; i < ROWS; i++) {
        await database.query(
          `insert into provider_keys (owner_id, name, level, provider, status, config, config_secrets, secret, weight, caps)
            values (1, $1, 1, 'https://a.example', true, '{}', $2, $3, 1, '{}')`,
          [
            `key ${i}`,
            OLD.seal(`config ${i}`, configContext(1)),
            OLD.seal(`secret ${i}`, secretContext(1)),
          ],
        );
      }
      await database.query(
        `insert into idempotency_keys (account_id, key, fingerprint, answer) values (1, 'a', '', $1), (1, 'b', '', null)`,
        [OLD.seal('answer', idempotencyContext({ accountId: 1, key: 'a' }))],
      );
      await database.query(
        `insert into responses (account_id, id, expires_at, status, is_background, item_ids, sealed)
          values (1, 'resp_1', now(), 'completed', false, '{}', $1)`,
        [OLD.seal('said', responseContext(1, 'resp_1'))],
      );
      const password = OLD.seal('"canary"', settingContext(1, 'EMAIL_PASS')).toString('base64');
      await database.query(
        `insert into owner_settings (owner_id, name, value) values (1, 'EMAIL_PASS', $1::jsonb), (1, 'EMAIL_PORT', '25')`,
        [JSON.stringify(password)],
      );
      return opened;
    }

    test('every secret opens with the new key, and none with the old one', async () => {
      await using opened = await filled();
      const { database } = opened;
      const counts = await resealSecrets(database, OLD, NEW);
      assert.deepEqual(counts, {
        providerKeys: ROWS,
        settings: 1,
        answers: 1,
        responses: 1,
        droppedFiles: 0,
      });
      await requireSameKey(database, NEW);
      await assert.rejects(requireSameKey(database, OLD));
      const keys = await database.query(
        'select secret, config_secrets from provider_keys order by id',
      );
      const read = (value: unknown, context: string): string => NEW.open(value as Buffer, context);
      assert.deepEqual(
        keys.map(({ secret }) => read(secret, secretContext(1))),
        Array.from({ length: ROWS }, (_, i) => `secret ${i}`),
      );
      assert.equal(read(keys[9]?.config_secrets, configContext(1)), 'config 9');
      const [response] = await database.query('select sealed from responses');
      assert.equal(read(response?.sealed, responseContext(1, 'resp_1')), 'said');
      const [setting] = await database.query(
        `select value from owner_settings where name = 'EMAIL_PASS'`,
      );
      const sealed = Buffer.from(String(setting?.value), 'base64');
      assert.equal(NEW.open(sealed, settingContext(1, 'EMAIL_PASS')), '"canary"');
    });

    test('one secret that does not open leaves all of them as they were', async () => {
      await using opened = await filled();
      const { database } = opened;
      await database.query(`update responses set sealed = '\\x00'`);
      await assert.rejects(resealSecrets(database, OLD, NEW));
      await requireSameKey(database, OLD);
      const [key] = await database.query('select secret from provider_keys limit 1');
      assert.match(OLD.open(key?.secret as Buffer, secretContext(1)), /^secret/);
    });

    test('it is refused while a node runs', async () => {
      await using opened = await filled();
      const { database } = opened;
      await database.query(`select ledger_register('here', false)`);
      await assert.rejects(resealSecrets(database, OLD, NEW), NodesRunError);
      await database.query(`update nodes set beat_at = now() - interval '11 seconds'`);
      await resealSecrets(database, OLD, NEW);
      const [canary] = await database.query('select sealed from encryption_canary');
      assert.equal(NEW.open(canary?.sealed as Buffer, CANARY_CONTEXT), 'meridian');
    });

    test('no column of sealed bytes is forgotten', async () => {
      await using opened = await filled();
      const columns = await opened.database.query(
        `select table_name || '.' || column_name as name from information_schema.columns
          where table_schema = 'public' and data_type = 'bytea' order by 1`,
      );
      const names = columns.map(({ name }) => String(name));
      const unknown = names.filter((name) => !RESEALED.has(name) && !NOT_SEALED.test(name));
      assert.deepEqual(unknown, []);
      assert.ok([...RESEALED].every((name) => names.includes(name)));
    });
  });
}
