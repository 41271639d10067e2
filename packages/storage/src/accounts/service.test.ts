import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ensureRoot } from '@meridian/core/accounts';
import { Secret, systemRandom } from '@meridian/core/kernel';
import {
  type AccountsWorld,
  accountsWorld,
  createTestDatabase,
  databaseKinds,
} from '@meridian/testkit';
import { migrate, readMigrations } from '../migrate.ts';
import { createAccountsStore } from './accounts-store.ts';
import { createAccountFunds } from './funds.ts';

const DOLLAR = 1_000_000_000n;
const KEY = /^sk-Xvs[A-Za-z0-9]{45}$/;

test('of nodes that start together one makes root, and it has the preset key', async () => {
  await using opened = await createTestDatabase('postgres');
  const { database } = opened;
  await migrate(database, await readMigrations());
  const store = createAccountsStore({ database, fundsOf: createAccountFunds });
  const preset = { key: new Secret(`sk-Xvs${'a'.repeat(45)}`), email: 'boss@example.com' };
  const made = await Promise.all(
    Array.from({ length: 5 }, () => ensureRoot(store, systemRandom, preset)),
  );
  assert.equal(made.filter((key) => key !== undefined).length, 1);
  assert.equal(made.find((key) => key)?.reveal(), preset.key.reveal());
  const [root] = (await store.readPath(1))?.accounts ?? [];
  assert.deepEqual([root?.name, root?.email, root?.gear], ['root', 'boss@example.com', 0]);
  const malformed = { key: new Secret('sk-Xvs-short') };
  await database.execute('delete from accounts');
  await assert.rejects(ensureRoot(store, systemRandom, malformed), /MERIDIAN_ROOT_KEY|root key/);
});

for (const kind of databaseKinds) {
  describe(`accounts and their credit: ${kind}`, () => {
    let world: AccountsWorld;
    before(async () => {
      world = await accountsWorld(kind);
    });
    after(() => world[Symbol.asyncDispose]());

    test('root is made once, and its key is root’s', async () => {
      assert.match(world.rootKey, KEY);
      const principal = await world.behind(world.rootKey);
      assert.equal(principal?.accountId, 1);
      assert.equal(principal?.policy.payer.isUnlimited, true);
      assert.equal(await ensureRoot(world.store, systemRandom), undefined);
    });

    test('a child has its key, its credit and the default monthly limits', async () => {
      const created = await world.service.create(world.root, {
        Name: 'prod-account',
        Email: 'prod@example.com',
        CreditGranted: 500,
        Alias: 'Production',
        RPM: 100,
      });
      assert.equal(created.Action, 'add');
      assert.match(created.User.SecretKey, KEY);
      assert.deepEqual(created.User.Updates, {
        Name: 'prod-account',
        Email: 'prod@example.com',
        CreditGranted: 500,
        HardLimit: 5000,
        SoftLimit: 4000,
        Alias: 'Production',
        RPM: 100,
        Balance: 500,
      });
      const principal = await world.behind(created.User.SecretKey);
      assert.equal(principal?.accountId, created.User.ID);
      assert.equal(principal?.policy.dna, `.1.${created.User.ID}.`);
      assert.equal(await world.balanceOf(created.User.ID), 500n * DOLLAR);
      const [view] = (
        await world.service.read(world.root, 'children', {
          identifier: 'prod-account',
          query: {},
        })
      ).entries;
      assert.equal(view?.SecretKey, '***');
      assert.equal(view?.PartialKey, created.User.SecretKey.slice(-20));
      assert.deepEqual(
        view?.CreditBalance.map(({ balance }) => balance),
        [500],
      );
      assert.equal(view?.CreditGranted, 500);
    });

    test('a grant moves base dollars: shown 100 at Rates 2 costs a parent at Rates 1 shown 50', async () => {
      const parent = await world.child(world.root);
      const created = await world.service.create(parent, {
        Name: 'rated-child',
        Email: 'rated@example.com',
        CreditGranted: '80',
        Rates: 2,
      });
      assert.equal(created.User.Updates.Balance, 80);
      assert.equal(created.Parent.Balance, 60);
      assert.equal(await world.balanceOf(created.User.ID), 40n * DOLLAR);
      assert.equal(await world.balanceOf(parent.policy.accountId), 60n * DOLLAR);
    });

    test('changing Rates moves nothing and rescales what is shown', async () => {
      const account = await world.child(world.root);
      const { accountId } = account.policy;
      const updated = await world.service.update(world.root, String(accountId), { Rates: 1.5 });
      assert.equal(updated.User.Updates.Balance, 150);
      assert.equal(await world.balanceOf(accountId), 100n * DOLLAR);
    });

    test('Rates stay between the parent’s and the children’s', async () => {
      const parent = await world.child(world.root, { Rates: 2 });
      await assert.rejects(world.child(parent, { CreditGranted: 3, Rates: 1.9 }), {
        code: 'invalid_request',
        detail: { param: 'Rates', message: 'Rates: it cannot be lower than the parent’s.' },
      });
      const child = await world.child(parent, { CreditGranted: 3, Rates: 2 });
      assert.equal(child.policy.rates, 2_000_000n);
      const raise = world.service.update(world.root, String(parent.policy.accountId), { Rates: 3 });
      await assert.rejects(raise, { code: 'invalid_request' });
    });

    test('a refused creation leaves no account, no credit and no key behind', async () => {
      const parent = await world.child(world.root, { CreditGranted: 10 });
      const before = await world.service.list(parent, 'children', {});
      const create = (body: object) => world.child(parent, { CreditGranted: 3, ...body });
      await assert.rejects(create({ CreditGranted: 1.99 }), { code: 'invalid_request' });
      await assert.rejects(create({ CreditGranted: 11 }), { code: 'insufficient_balance' });
      await assert.rejects(create({ CreditGranted: 9.5 }), { code: 'insufficient_balance' });
      await assert.rejects(create({ Name: 'ROOT' }), { code: 'conflict' });
      await assert.rejects(create({ Email: 'Prod@Example.com' }), { code: 'conflict' });
      await assert.rejects(create({ AllowIPs: 'nonsense' }), { code: 'invalid_request' });
      assert.deepEqual(await world.service.list(parent, 'children', {}), before);
      assert.equal(await world.balanceOf(parent.policy.accountId), 10n * DOLLAR);
      assert.ok(await create({ CreditGranted: 9 }), 'exactly UserMinBalance may be left');
    });

    test('ChildLimit caps direct children, also of requests at once', async () => {
      const parent = await world.child(world.root, { ChildLimit: 2 });
      const results = await Promise.allSettled(
        Array.from({ length: 4 }, () => world.child(parent, { CreditGranted: 2 })),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2);
      await assert.rejects(world.child(parent, { CreditGranted: 2 }), {
        code: 'permission_denied',
      });
    });

    test('credit is taken back without a fee, and not more than there is', async () => {
      const parent = await world.child(world.root);
      const child = await world.child(parent, { CreditGranted: 40 });
      const id = child.policy.accountId;
      const taken = await world.service.update(parent, String(id), { CreditGranted: -15 });
      assert.equal(taken.User.Updates.Balance, 25);
      assert.equal(taken.Parent.Balance, 75);
      const more = world.service.update(parent, String(id), { CreditGranted: -25.01, RPM: 5 });
      await assert.rejects(more, { code: 'invalid_request' });
      const [view] = (
        await world.service.read(parent, 'children', { identifier: `${id}`, query: {} })
      ).entries;
      assert.equal(view?.Balance, 25);
      assert.equal(view?.RPM, null, 'the refused request changed nothing else either');
    });

    test('a validity without credit is refused by its name', async () => {
      const child = await world.child(world.root);
      await assert.rejects(
        world.service.update(world.root, String(child.policy.accountId), { Days: 30 }),
        (error: { code?: string; detail?: { param?: string } }) =>
          error.code === 'invalid_request' && error.detail?.param === 'Days',
      );
    });

    test('a recharge makes a card of its own validity and raises the limits with AutoQuota', async () => {
      const account = await world.child(world.root, { AutoQuota: true });
      const id = String(account.policy.accountId);
      const updated = await world.service.update(world.root, id, { CreditGranted: 50, Days: 0.5 });
      assert.equal(updated.User.Updates.HardLimit, 1500);
      assert.equal(updated.User.Updates.SoftLimit, 1200);
      const [view] = (
        await world.service.read(world.root, 'children', { identifier: id, query: {} })
      ).entries;
      const lives = view?.CreditBalance.map(
        (card) => (Date.parse(card.expires_at) - Date.parse(card.granted_at)) / 86_400_000,
      );
      assert.deepEqual(
        lives?.map((days) => Math.round(days * 10) / 10),
        [0.5, 365],
      );
      const explicit = await world.service.update(world.root, id, {
        CreditGranted: 10,
        HardLimit: 7,
      });
      assert.equal(explicit.User.Updates.HardLimit, 7);
    });

    test('funding a deeper descendant pays 5 % to its parent', async () => {
      const top = await world.child(world.root);
      const middle = await world.child(top, { CreditGranted: 10 });
      const leaf = await world.child(middle, { CreditGranted: 2 });
      await world.service.update(top, String(leaf.policy.accountId), { CreditGranted: 20 });
      assert.equal(await world.balanceOf(leaf.policy.accountId), 22n * DOLLAR);
      assert.equal(await world.balanceOf(middle.policy.accountId), 9n * DOLLAR);
      assert.equal(await world.balanceOf(top.policy.accountId), 69n * DOLLAR);
    });

    test('deleting refunds the rest less the fee to the parent and frees name and e-mail', async () => {
      const parent = await world.child(world.root, { Rates: 2, CreditGranted: 100 });
      const child = await world.child(parent, { Name: 'deleted-one', CreditGranted: 20 });
      const answer = await world.service.delete(parent, 'deleted-one', { isCascade: false });
      assert.equal(answer.User.Refund, 19.8);
      assert.equal(answer.Parent.Balance, 99.8);
      assert.equal(await world.balanceOf(parent.policy.accountId), 49_900_000_000n);
      await assert.rejects(world.service.update(parent, 'deleted-one', { RPM: 1 }), {
        code: 'not_found',
      });
      assert.equal(await world.store.readPath(child.policy.accountId), undefined);
      await world.child(parent, { Name: 'deleted-one', CreditGranted: 2 });
    });

    test('credit that comes back to root by a deletion is gone, not kept', async () => {
      const child = await world.child(world.root, { CreditGranted: 20 });
      const id = String(child.policy.accountId);
      const answer = await world.service.delete(world.root, id, { isCascade: false });
      assert.equal(answer.User.Refund, 19.8);
      assert.equal(answer.Parent.Balance, 0);
      assert.equal(await world.balanceOf(world.root.policy.accountId), 0n);
    });

    test('an account with descendants is deleted only with cascade, leaves first', async () => {
      const parent = await world.child(world.root);
      const middle = await world.child(parent, { CreditGranted: 50 });
      const leaf = await world.child(middle, { CreditGranted: 30 });
      const [middleId, leafId] = [middle.policy.accountId, leaf.policy.accountId];
      const refused = world.service.delete(parent, String(middleId), { isCascade: false });
      await assert.rejects(refused, { code: 'conflict' });
      const answer = await world.service.delete(parent, String(middleId), { isCascade: true });
      assert.deepEqual(answer.User.Deleted, [leafId, middleId]);
      assert.equal(answer.User.Refund, 49.6);
      assert.equal(answer.Parent.Balance, 99.6);
    });

    test('a deleted account’s keys stop working at once', async () => {
      const created = await world.service.create(world.root, {
        Name: 'short-lived',
        Email: 'short@example.com',
        CreditGranted: 2,
      });
      const actor = await world.actor(created.User.ID);
      const named = await world.service.createNamedKey(actor, { name: 'ci' });
      assert.ok(await world.behind(created.User.SecretKey));
      assert.ok(await world.behind(named.key.secret_key));
      await world.service.delete(world.root, 'short-lived', { isCascade: false });
      assert.equal(await world.behind(created.User.SecretKey), undefined);
      assert.equal(await world.behind(named.key.secret_key), undefined);
    });

    test('named keys are made, listed without their secret, used, and revoked', async () => {
      const account = await world.child(world.root);
      const { key } = await world.service.createNamedKey(account, {
        name: 'laptop',
        scopes: ['/v1/chat/*'],
      });
      assert.match(key.secret_key, /^xln_live_[A-Za-z0-9]{43}$/);
      const principal = await world.behind(key.secret_key);
      assert.equal(principal?.accountId, account.policy.accountId);
      assert.equal(principal?.namedKeyId, key.id);
      assert.equal(principal?.allowsEndpoint('/v1/chat/completions'), true);
      assert.equal(principal?.allowsEndpoint('/v1/embeddings'), false);
      await world.directory[Symbol.asyncDispose]();
      const [listed] = await world.service.listNamedKeys(account);
      assert.equal(listed?.partial_key, key.secret_key.slice(-20));
      assert.notEqual(listed?.last_used_at, null);
      assert.ok(!JSON.stringify(listed).includes(key.secret_key));
      const other = await world.child(world.root);
      await assert.rejects(world.service.revokeNamedKey(other, key.id), { code: 'not_found' });
      await world.service.revokeNamedKey(account, key.id);
      assert.equal(await world.behind(key.secret_key), undefined);
      assert.deepEqual(await world.service.listNamedKeys(account), []);
    });

    test('every change is in the operation log with who, on whom, what and from where', async () => {
      const account = await world.child(world.root);
      const { accountId, dna } = account.policy;
      await world.service.update(world.root, String(accountId), { RPM: 7, CreditGranted: 5 });
      const rows = await world.database.query(
        'select action, operator_id, target_dna, address, changes from operation_log where target_id = $1 order by id',
        [accountId],
      );
      assert.deepEqual(rows[1], {
        action: 'update_user',
        operator_id: 1n,
        target_dna: dna,
        address: '203.0.113.7',
        changes: { RPM: [null, 7], CreditGranted: [null, 5] },
      });
      assert.equal(rows[0]?.action, 'add_user');
      await assert.rejects(world.database.query('delete from operation_log'), { code: '23001' });
    });

    test('credit that a node has set aside but does not use can be granted at once', async () => {
      const parent = await world.child(world.root);
      const hold = await world.ledger.hold(parent.policy.payer, (60n * DOLLAR) as never);
      assert.ok(!('refused' in hold));
      const tooMuch = world.child(parent, { CreditGranted: 98 });
      await assert.rejects(tooMuch, { code: 'insufficient_balance' });
      world.ledger.release(hold);
      await world.child(parent, { CreditGranted: 98 });
      assert.equal(await world.balanceOf(parent.policy.accountId), 2n * DOLLAR);
    });

    test('a write that is repeated with its key moves credit once', async () => {
      const account = await world.child(world.root);
      const again = { ...world.root, writeKey: '1:retry' };
      for (let i = 0; i < 2; i++) {
        await world.service.update(again, `${account.policy.accountId}`, { CreditGranted: 5 });
      }
      assert.equal(await world.balanceOf(account.policy.accountId), 105n * DOLLAR);
    });

    test('the books agree after all of this', async () => {
      assert.deepEqual(await world.ledger.verify(), []);
    });
  });
}
