import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '@meridian/core/accounts';
import { systemClock } from '@meridian/core/kernel';
import { createNewsService, type NewsService } from '@meridian/core/platform';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createOperationLog } from '../operation-log/operation-log-store.ts';
import { createNewsStore } from './news-store.ts';

const DAY_MS = 86_400_000;
const page = { page: 1, size: 100 };

for (const kind of databaseKinds) {
  describe(`news: ${kind}`, () => {
    let world: AccountsWorld;
    let news: NewsService;
    /** root → owner → parent → child, and a stranger below root. */
    let people: Record<'root' | 'owner' | 'parent' | 'child' | 'stranger', Actor>;

    before(async () => {
      world = await accountsWorld(kind);
      const store = createNewsStore({ database: world.database });
      news = createNewsService({ store, accounts: world.store, clock: systemClock });
      const { root } = world;
      const owner = await world.child(root, { IsOwner: true });
      const parent = await world.child(owner, { CreditGranted: 50 });
      const child = await world.child(parent, { CreditGranted: 2 });
      people = { root, owner, parent, child, stranger: await world.child(root) };
    });
    after(() => world[Symbol.asyncDispose]());

    const idOf = (who: Actor): string => String(who.policy.accountId);
    const body = (title: string) => ({ title, content: 'text' });
    const titles = async (who: Actor) => {
      const { system, user } = await news.read(who);
      return [system.map(({ title }) => title), user.map(({ title }) => title)];
    };

    test('root’s news reach everybody, an owner’s its subtree', async () => {
      const { root, owner, parent, child, stranger } = people;
      await news.post(root, undefined, body('all'));
      await news.post(owner, undefined, body('mine'));
      for (const who of [owner, parent, child]) {
        assert.deepEqual(await titles(who), [['mine', 'all'], []]);
      }
      for (const who of [root, stranger]) assert.deepEqual(await titles(who), [['all'], []]);
      for (const who of [parent, child]) {
        const denied = { code: 'permission_denied' };
        await assert.rejects(news.post(who, undefined, body('no')), denied);
        await assert.rejects(news.removeAll(who, undefined), denied);
      }
      assert.equal(await news.removeAll(owner, undefined), 1);
      assert.equal(await news.removeAll(owner, undefined), 0);
      assert.deepEqual(await titles(child), [['all'], []]);
      assert.equal(await news.removeAll(root, undefined), 1);
    });

    test('a target is one account, a path a whole subtree, and nobody else reads it', async () => {
      const { root, owner, parent, child, stranger } = people;
      await news.post(parent, idOf(child), body('by id'));
      const [name] = [(await world.store.readPath(child.policy.accountId))?.accounts.at(-1)];
      await news.post(owner, name?.name, body('by name'));
      await news.post(root, name?.email, body('by e-mail'));
      await news.post(owner, parent.policy.dna, body('group'));
      assert.deepEqual(await titles(child), [[], ['group', 'by e-mail', 'by name', 'by id']]);
      assert.deepEqual(await titles(parent), [[], ['group']]);
      for (const who of [root, owner, stranger]) assert.deepEqual(await titles(who), [[], []]);
      // Who is below may not delete what was written above.
      assert.equal(await news.removeAll(parent, idOf(child)), 1);
      assert.equal(await news.removeAll(root, idOf(child)), 2);
      assert.equal(await news.removeAll(root, parent.policy.dna), 1);
      assert.deepEqual(await titles(child), [[], []]);
    });

    test('who may post where', async () => {
      const { root, owner, parent, child, stranger } = people;
      const tries: readonly (readonly [Actor, string, string])[] = [
        [parent, parent.policy.dna, 'permission_denied'],
        [parent, child.policy.dna, 'permission_denied'],
        [parent, idOf(parent), 'permission_denied'],
        [child, idOf(child), 'permission_denied'],
        [child, idOf(parent), 'not_found'],
        [owner, idOf(stranger), 'not_found'],
        [owner, stranger.policy.dna, 'not_found'],
        [owner, '.1.', 'not_found'],
        [root, '999999', 'not_found'],
        [root, 'L2', 'not_found'],
        [root, '.1.999999.', 'not_found'],
        [root, 'no such name', 'not_found'],
      ];
      for (const [who, target, code] of tries) {
        await assert.rejects(news.post(who, target, body('x')), { code }, target);
        await assert.rejects(news.removeAll(who, target), { code }, target);
      }
    });

    test('one is deleted by its id, by its author or from above', async () => {
      const { root, owner, parent, child } = people;
      const first = await news.post(parent, idOf(child), body('first'));
      await assert.rejects(news.removeOne(child, first.id), { code: 'not_found' });
      assert.equal(await news.removeOne(owner, first.id), 1);
      await assert.rejects(news.removeOne(owner, first.id), { code: 'not_found' });
      const second = await news.post(root, idOf(child), body('second'));
      await assert.rejects(news.removeOne(owner, second.id), { code: 'not_found' });
      assert.equal(await news.removeOne(root, second.id), 1);
    });

    test('news expire after 7 and 32 days or when it was said, and then nobody reads them', async () => {
      const { root, stranger } = people;
      const days = async (target: string | undefined, more: object) => {
        const { createdAt, expiresAt } = await news.post(root, target, { ...body('d'), ...more });
        return Math.round((expiresAt - createdAt) / DAY_MS);
      };
      assert.equal(await days(undefined, {}), 7);
      assert.equal(await days(idOf(stranger), {}), 32);
      assert.equal(await days(undefined, { days: 14 }), 14);
      const clock = { now: () => Date.now() - 8 * DAY_MS };
      const store = createNewsStore({ database: world.database });
      const earlier = createNewsService({ store, accounts: world.store, clock });
      await earlier.post(root, undefined, body('over'));
      assert.deepEqual(await titles(stranger), [['d', 'd'], ['d']]);
      await news.removeAll(root, undefined);
      await news.removeAll(root, idOf(stranger));
    });

    test('a reader gets the newest eight; the author sees all, and below; the log tells', async () => {
      const { root, owner, child, stranger } = people;
      for (let n = 1; n <= 10; n++) await news.post(owner, idOf(child), body(`n${n}`));
      const expected = [10, 9, 8, 7, 6, 5, 4, 3].map((n) => `n${n}`);
      assert.deepEqual(await titles(child), [[], expected]);
      const listed = await news.list(owner, { page: 2, size: 4 });
      assert.deepEqual(
        [listed.total, listed.entries.map(({ title }) => title)],
        [10, ['n6', 'n5', 'n4', 'n3']],
      );
      assert.equal((await news.list(root, page)).total, 10);
      assert.equal((await news.list(stranger, page)).total, 0);
      assert.equal(await news.removeAll(owner, idOf(child)), 10);
      const log = createOperationLog(world.database);
      const { entries } = await log.list(child.policy, { action: 'delete_news' }, page);
      assert.deepEqual(entries[0]?.changes, { ID: entries[0]?.changes.ID, Title: ['n10', null] });
    });

    test('the number of news is limited, also when many are posted at once', async () => {
      const { stranger } = people;
      const store = createNewsStore({ database: world.database });
      const author = {
        accountId: stranger.policy.accountId,
        dna: stranger.policy.dna,
        address: null,
      };
      const audience = { ...author, kind: 'account' } as const;
      const draft = { audience, ...body('x'), expiresAt: Date.now() + DAY_MS };
      const added = await Promise.all(Array.from({ length: 8 }, () => store.add(author, draft, 5)));
      assert.equal(added.filter(Boolean).length, 5);
    });
  });
}
