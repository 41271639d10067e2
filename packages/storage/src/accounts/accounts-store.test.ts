import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountFilter, Actor } from '@meridian/core/accounts';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createOperationLog } from '../operation-log/operation-log-store.ts';

const page = { page: 1, size: 100 };

for (const kind of databaseKinds) {
  describe(`the account tree and who sees what: ${kind}`, () => {
    let world: AccountsWorld;
    /** root → a → (a1 → a11, a2); root → b (an owner) → b1 */
    const tree: Record<string, Actor> = {};

    before(async () => {
      world = await accountsWorld(kind);
      const { root } = world;
      const a = await world.child(root, { Name: 'acct-a', Level: 2, CreditGranted: 1000 });
      const a1 = await world.child(a, {
        Name: 'acct-a1',
        CreditGranted: 100,
        Email: 'A1@Example.com',
      });
      const a11 = await world.child(a1, { Name: 'acct-a11', Level: 3, CreditGranted: 10 });
      const a2 = await world.child(a, { Name: 'acct-a2', CreditGranted: 10 });
      const b = await world.child(root, { Name: 'acct-b', IsOwner: true, Tier: 1, Factor: 1.5 });
      const b1 = await world.child(b, { Name: 'acct-b1', Role: 1, CreditGranted: 10 });
      Object.assign(tree, { root, a, a1, a11, a2, b, b1 });
    });
    after(() => world[Symbol.asyncDispose]());

    const dna = (name: string): string => tree[name]!.policy.dna;
    const id = (name: string): number => tree[name]!.policy.accountId;

    async function listed(scope: string, filter: AccountFilter, which = page): Promise<string[]> {
      const { entries } = await world.store.list(dna(scope), filter, which);
      return entries.map(({ name }) => name.replace('acct-', ''));
    }

    test('an account is found by id, name or e-mail in any case, within the asking subtree', async () => {
      const found = async (scope: string, filter: AccountFilter) =>
        (await world.store.find(dna(scope), filter))?.id;
      assert.equal(await found('a', { id: id('a11') }), id('a11'));
      assert.equal(await found('a', { name: 'ACCT-a11' }), id('a11'));
      assert.equal(await found('root', { email: 'a1@example.COM' }), id('a1'));
      assert.equal(await found('a', { id: id('a') }), id('a'), 'itself');
      for (const other of ['root', 'b', 'b1'])
        assert.equal(await found('a', { id: id(other) }), undefined);
      assert.equal(await found('a1', { id: id('a') }), undefined, 'its parent');
      assert.equal(await found('a1', { name: 'acct-a2' }), undefined, 'a sibling');
      assert.equal(await found('a', { name: 'acct-a%' }), undefined);
    });

    test('lists hold descendants, not the asking account, and no stranger', async () => {
      assert.deepEqual(await listed('a', {}), ['a1', 'a11', 'a2']);
      assert.deepEqual(await listed('a', { childrenOf: id('a') }), ['a1', 'a2']);
      assert.deepEqual(await listed('a11', {}), []);
      assert.deepEqual(await listed('root', { childrenOf: 1 }), ['a', 'b']);
      assert.deepEqual(await listed('a', { childrenOf: id('b') }), []);
      assert.deepEqual(await listed('a', { dna: dna('b') }), []);
      assert.deepEqual(await listed('root', { dna: dna('a1') }), ['a1', 'a11']);
    });

    test('filters compare what is effective, inherited up to the owner', async () => {
      const by = (field: 'level' | 'gear' | 'role' | 'tier' | 'factor', value: number) =>
        listed('root', { fields: [{ field, value }] });
      assert.deepEqual(await by('level', 2), ['a', 'a1', 'a2']);
      assert.deepEqual(await by('level', 3), ['a11']);
      assert.deepEqual(await by('level', 0), ['b', 'b1']);
      assert.deepEqual(await by('tier', 1), ['b', 'b1']);
      assert.deepEqual(await by('factor', 1_500_000), ['b', 'b1']);
      assert.deepEqual(await by('factor', 1_000_000), ['a', 'a1', 'a11', 'a2']);
      assert.deepEqual(await by('role', 1), ['b1']);
      assert.deepEqual(await by('gear', 0), []);
      const shownLevels = await world.service.read(world.root, 'descendants', {
        identifier: 'L2',
        query: {},
      });
      assert.deepEqual(
        shownLevels.entries.map(({ Level }) => Level),
        [2, 2, 2],
      );
    });

    test('pages are whole and in order, with the total', async () => {
      assert.deepEqual(await listed('root', {}, { page: 1, size: 4 }), ['a', 'a1', 'a11', 'a2']);
      assert.deepEqual(await listed('root', {}, { page: 2, size: 4 }), ['b', 'b1']);
      assert.deepEqual(await listed('root', {}, { page: 3, size: 4 }), []);
      const answer = await world.service.list(tree.root!, 'descendants', { page: 2, size: 4 });
      assert.deepEqual([answer.total, answer.page, answer.size], [6, 2, 4]);
    });

    test('descendants come deepest first', async () => {
      const names = (await world.store.descendants(dna('a'), 10)).map(({ name }) => name);
      assert.ok(names.indexOf('acct-a11') < names.indexOf('acct-a1'));
      assert.equal(names.length, 3);
    });

    test('what one may not touch is not found, whoever asks and however', async () => {
      const strangers = [
        ['a', 'b'],
        ['a', 'b1'],
        ['a1', 'a'],
        ['a1', 'a2'],
        ['b', 'a11'],
        ['b1', 'root'],
      ] as const;
      for (const [who, whom] of strangers) {
        for (const identifier of [String(id(whom)), whom === 'root' ? 'root' : `acct-${whom}`]) {
          const asked = { identifier, query: {} };
          const attempts = [
            () => world.service.read(tree[who]!, 'descendants', asked),
            () => world.service.update(tree[who]!, identifier, { Alias: 'mine' }),
            () => world.service.update(tree[who]!, identifier, { CreditGranted: 5 }),
            () => world.service.delete(tree[who]!, identifier, { isCascade: true }),
          ];
          for (const attempt of attempts) await assert.rejects(attempt, { code: 'not_found' });
        }
        const asked = { identifier: dna(whom), query: {} };
        await assert.rejects(world.service.read(tree[who]!, 'descendants', asked), {
          code: 'not_found',
        });
      }
    });

    test('of itself an account may change four things, and narrow its addresses only', async () => {
      const self = tree.a2!;
      const own = String(id('a2'));
      const done = await world.service.update(self, own, {
        Alias: 'me',
        BillingEmail: 'bill@example.com',
        ModelMapper: 'x=y',
        AllowIPs: '10.0.0.0/8 127.0.0.1',
      });
      assert.deepEqual(done.Parent, { ID: id('a') }, 'the parent’s balance is not shown');
      assert.equal(done.User.Updates.AllowIPs, '10.0.0.0/8 127.0.0.1');
      await world.service.update(self, own, { AllowIPs: '10.1.0.0/16 -10.0.0.0/8' });
      const wider = [{ AllowIPs: '*' }, { AllowIPs: '192.0.2.1' }, { AllowIPs: '10.0.0.0/8' }];
      const refused = [...wider, { RPM: 5 }, { CreditGranted: 5 }, { Status: false }, { Tier: 1 }];
      for (const body of refused) {
        await assert.rejects(world.service.update(self, own, body), { code: 'permission_denied' });
      }
      const remove = world.service.delete(self, own, { isCascade: false });
      await assert.rejects(remove, { code: 'permission_denied' });
    });

    test('allowlists stay within what the parent may use', async () => {
      await world.service.update(tree.a!, 'acct-a1', { AllowModels: 'gpt-* claude-*' });
      const set = (list: string) =>
        world.service.update(tree.a1!, 'acct-a11', { AllowModels: list });
      await assert.rejects(set('llama-3'), { code: 'invalid_request' });
      assert.equal((await set('gpt-4*')).User.Updates.AllowModels, 'gpt-4*');
      await world.service.update(tree.a!, 'acct-a1', { AllowModels: '* claude-*' });
      const { policy } = await world.actor(id('a11'));
      assert.equal(policy.allowsModel('gpt-4o'), false, 'the parent’s change acts at once');
      const [view] = (
        await world.service.read(tree.a!, 'descendants', { identifier: 'acct-a2', query: {} })
      ).entries;
      assert.equal(view?.AllowModels, '*');
    });

    test('a disabled account is disabled with its subtree, and comes back', async () => {
      await world.service.update(tree.root!, 'acct-a', { Status: false });
      assert.equal((await world.actor(id('a11'))).policy.isEnabled, false);
      assert.equal((await world.actor(id('b1'))).policy.isEnabled, true);
      await world.service.update(tree.root!, 'acct-a', { Status: true });
      assert.equal((await world.actor(id('a11'))).policy.isEnabled, true);
    });

    test('the operation log shows what concerns the viewer’s subtree, the newest first', async () => {
      const log = createOperationLog(world.database);
      const seen = async (name: string, filter = {}) =>
        (await log.list(tree[name]!.policy, filter, page)).entries;
      assert.deepEqual(
        (await seen('b')).map(({ targetId }) => targetId),
        [id('b1'), id('b')],
      );
      const targets = new Set((await seen('a')).map(({ targetId }) => targetId));
      assert.ok(!targets.has(id('b')) && targets.has(id('a11')));
      const disabled = await seen('root', { action: 'update_user', targetId: id('a') });
      assert.deepEqual(disabled[0]?.changes, { Status: [false, true] });
      assert.deepEqual(await seen('root', { status: 'failure' }), []);
    });
  });
}

test('a change on one node is effective on another within a second', async () => {
  const { createDirectory, keyDigest } = await import('@meridian/core/accounts');
  const { systemClock } = await import('@meridian/core/kernel');
  const { createChangeFeed } = await import('../change-feed.ts');
  const { createAccountsStore } = await import('./accounts-store.ts');
  const { createAccountFunds } = await import('./funds.ts');
  await using world = await accountsWorld('postgres');
  const database = await world.opened.reopen();
  const onFault = (error: unknown): never => {
    throw error;
  };
  const store = createAccountsStore({ database, fundsOf: createAccountFunds });
  {
    await using feed = await createChangeFeed({ database, clock: systemClock, onFault });
    await using second = createDirectory({ store, clock: systemClock, onFault });
    feed.subscribe((notice) => {
      if (notice.topic === 'account') second.forgetAccount(notice.scope);
    });
    const digest = keyDigest(world.rootKey);
    await second.load(digest);
    const account = await world.service.create(world.root, {
      Name: 'two-nodes',
      Email: 'two@example.com',
      CreditGranted: 2,
    });
    const childDigest = keyDigest(account.User.SecretKey);
    assert.equal((await second.load(childDigest))?.policy.isEnabled, true);
    await world.service.update(world.root, 'two-nodes', { Status: false });
    const startMs = performance.now();
    while ((second.lookup(childDigest) ?? (await second.load(childDigest)))?.policy.isEnabled) {
      assert.ok(performance.now() - startMs < 1_000, 'a second has passed');
      await new Promise(setImmediate);
    }
  }
  await database[Symbol.asyncDispose]();
});
