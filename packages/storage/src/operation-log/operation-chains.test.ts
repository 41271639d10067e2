import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LogBreak } from '@meridian/core/accounts';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createOperationLog, recordOperation } from './operation-log-store.ts';

const page = { page: 1, size: 100 };

for (const kind of databaseKinds) {
  describe(`the chains of the operation log: ${kind}`, () => {
    let world: AccountsWorld;
    before(async () => {
      world = await accountsWorld(kind);
    });
    after(() => world[Symbol.asyncDispose]());

    /** Runs statements that the log refuses, as whoever owns the database could. */
    async function tamper(statement: string): Promise<readonly LogBreak[]> {
      const log = createOperationLog(world.database);
      let found: readonly LogBreak[] = [];
      const undo = new Error('undo');
      await assert.rejects(
        world.database.transaction(async (queries) => {
          for (const table of ['operation_log', 'operation_links']) {
            await queries.query(`alter table ${table} disable trigger user`);
          }
          await queries.query(
            'alter table operation_links drop constraint operation_links_operation_id_fkey',
          );
          await queries.query(statement);
          found = await createOperationLog(queries).verify();
          throw undo;
        }),
        undo,
      );
      assert.deepEqual(await log.verify(), []);
      return found;
    }

    test('each owner has a chain of its own, without gaps', async () => {
      const owner = await world.child(world.root, { IsOwner: true });
      const child = await world.child(owner, { CreditGranted: 2 });
      await world.service.update(owner, String(child.policy.accountId), { RPM: 7 });
      await world.child(world.root);
      const log = createOperationLog(world.database);
      const { entries } = await log.list({ accountId: 1, dna: '.1.' }, {}, page);
      const chains = Map.groupBy(entries, ({ chain }) => chain.ownerId);
      assert.deepEqual([...chains.keys()].sort(), [1, owner.policy.accountId].sort());
      for (const lines of chains.values()) {
        const seqs = lines.map(({ chain }) => chain.seq);
        assert.deepEqual(
          seqs,
          seqs.map((_, index) => seqs.length - index),
        );
        assert.ok(lines.every(({ chain }) => /^[0-9a-f]{64}$/.test(chain.hash)));
      }
      assert.deepEqual(await log.verify(), []);
    });

    test('many writers at once make one chain', async () => {
      const log = createOperationLog(world.database);
      const line = { action: 'probe', operatorId: 1, targetId: 1, targetDna: '.1.', address: null };
      await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          world.database.transaction((queries) =>
            recordOperation(queries, { ...line, status: 'success', changes: { N: [null, n] } }),
          ),
        ),
      );
      assert.equal(
        (await log.list({ accountId: 1, dna: '.1.' }, { action: 'probe' }, page)).total,
        40,
      );
      assert.deepEqual(await log.verify(), []);
    });

    test('what was changed, dropped, slipped in or cut off is found', async () => {
      const lines = await world.database.query(
        'select operation_id as id from operation_links where owner_id = 1 order by seq desc limit 2',
      );
      const [last, inner] = lines.map(({ id }) => Number(id));
      const changed = await tamper(
        `update operation_log set changes = '{"RPM": [1, 2]}' where id = ${inner}`,
      );
      assert.deepEqual(
        changed.map(({ rule, operationId }) => [rule, operationId]),
        [['a line is as it was written', inner]],
      );
      const dropped = await tamper(`delete from operation_log where id = ${inner}`);
      assert.deepEqual(
        dropped.map(({ rule }) => rule),
        ['a link has its line'],
      );
      const forgotten = await tamper(`with gone as (
        delete from operation_links where operation_id = ${inner} returning operation_id)
        delete from operation_log where id in (select operation_id from gone)`);
      assert.ok(forgotten.some(({ rule }) => rule === 'a chain has no gaps'));
      const cut = await tamper(`with gone as (
        delete from operation_links where operation_id = ${last} returning operation_id)
        delete from operation_log where id in (select operation_id from gone)`);
      assert.deepEqual(
        cut.map(({ rule }) => rule),
        ['a chain ends where its owner’s log ends'],
      );
      const added = await tamper(`insert into operation_log (action, operator_id, target_id,
        target_dna, status, changes) values ('x', 1, 1, '.1.', 'success', '{}')`);
      assert.deepEqual(
        added.map(({ rule }) => rule),
        ['a line is in a chain'],
      );
    });

    test('a secret that somebody forgot to mask is masked', async () => {
      const key = `sk-Xvs${'a1B2c'.repeat(9)}`;
      await recordOperation(world.database, {
        ...{ action: 'leak', operatorId: 1, targetId: 1, targetDna: '.1.', address: null },
        ...{
          status: 'success',
          changes: { Key: [null, key], Named: [`xln_live_${'z'.repeat(43)}`, null] },
        },
      });
      const [row] = await world.database.query(
        `select changes::text as text from operation_log where action = 'leak'`,
      );
      assert.deepEqual(JSON.parse(String(row?.text)), { Key: [null, '***'], Named: ['***', null] });
    });

    test('a reader sees its own subtree, and no address of whoever is above', async () => {
      const parent = await world.child(world.root);
      const child = await world.child(parent, { CreditGranted: 2 });
      const stranger = await world.child(world.root);
      const from = { ...parent, address: '203.0.113.9' };
      await world.service.update(from, String(child.policy.accountId), { RPM: 5 });
      const log = createOperationLog(world.database);
      const seen = async ({ policy }: typeof child) =>
        (await log.list(policy, { action: 'update_user' }, page)).entries.map(
          ({ targetId, operatorName, address }) => [targetId, operatorName, address],
        );
      const name = (await world.store.readPath(parent.policy.accountId))?.accounts.at(-1)?.name;
      const { accountId } = child.policy;
      assert.deepEqual(await seen(parent), [[accountId, name, '203.0.113.9']]);
      assert.deepEqual(await seen(child), [[accountId, name, null]]);
      assert.deepEqual(await seen(stranger), []);
    });
  });
}
