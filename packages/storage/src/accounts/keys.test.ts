import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { keyDigest } from '@meridian/core/accounts';
import {
  type AccountsWorld,
  accountsWorld,
  createFakeClock,
  databaseKinds,
} from '@meridian/testkit';

const MIDNIGHT = Date.UTC(2026, 11, 1);
const SECOND = 1_000;
const HOUR = 3_600_000;
const KEY = `sk-Xvs${'Replaced9'.repeat(5)}`;

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

for (const kind of databaseKinds) {
  const clock = createFakeClock(MIDNIGHT);
  let world: AccountsWorld;
  before(async () => {
    world = await accountsWorld(kind, clock);
  });
  after(() => world[Symbol.asyncDispose]());
  const setClock = (atMs: number): void => clock.jumpWall(atMs - clock.now());

  describe(`keys of accounts, ${kind}`, () => {
    it('are replaced as a whole: the new one works, the old one is nobody’s', async () => {
      setClock(MIDNIGHT + 12 * HOUR);
      const { User } = await world.service.create(world.root, {
        Name: 'rotating',
        Email: 'rotating@example.com',
        CreditGranted: 10,
      });
      const actor = await world.actor(User.ID);
      assert.equal((await world.behind(User.SecretKey))?.accountId, User.ID);
      const { rotate, success } = await world.service.rotateSelf(actor, {
        confirm: '2026-12-01-ROTATE-SELF',
      });
      assert.equal(success, true);
      assert.deepEqual(
        { ...rotate, key: '' },
        {
          action: 'rotate_self',
          id: User.ID,
          name: 'rotating',
          key: '',
          timestamp: '2026-12-01T12:00:00.000Z',
          old_key_until: null,
        },
      );
      assert.match(rotate.key, /^sk-Xvs[A-Za-z0-9]{45}$/);
      assert.equal(await world.behind(User.SecretKey), undefined);
      assert.equal((await world.behind(rotate.key))?.accountId, User.ID);
    });

    it('go on working for the overlap and not a moment longer; a rotation ends an older one', async () => {
      setClock(MIDNIGHT + 12 * HOUR);
      const old = await world.service.create(world.root, {
        Name: 'overlapping',
        Email: 'overlapping@example.com',
        CreditGranted: 10,
      });
      const actor = await world.actor(old.User.ID);
      const order = { confirm: '2026-12-01-ROTATE-SELF', overlap_seconds: 60 };
      const { rotate } = await world.service.rotateSelf(actor, order);
      assert.equal(rotate.old_key_until, iso(MIDNIGHT + 12 * HOUR + 60 * SECOND));
      const during = await world.behind(old.User.SecretKey);
      assert.equal(during?.accountId, old.User.ID);
      assert.equal(during?.isLimited, true, 'an old key makes no new ones');
      const limited = { ...actor, isLimited: true };
      await assert.rejects(world.service.rotateSelf(limited, order), { code: 'permission_denied' });
      clock.advance(60 * SECOND - 1);
      assert.ok(world.directory.lookup(keyDigest(old.User.SecretKey)));
      clock.advance(1);
      assert.equal(world.directory.lookup(keyDigest(old.User.SecretKey)), undefined);
      assert.equal(await world.behind(old.User.SecretKey), undefined);
      assert.equal((await world.behind(rotate.key))?.isLimited, false);

      const second = (await world.service.rotateSelf(actor, order)).rotate.key;
      assert.ok(await world.behind(rotate.key));
      const third = (await world.service.rotateSelf(actor, order)).rotate.key;
      assert.equal(await world.behind(rotate.key), undefined);
      assert.ok(await world.behind(second));
      assert.ok(await world.behind(third));
    });

    it('take today’s date, and yesterday’s for the first hour', async () => {
      setClock(MIDNIGHT - 1);
      const actor = await world.child(world.root);
      const rotate = (confirm: string) => world.service.rotateSelf(actor, { confirm });
      const refused = { code: 'invalid_request', detail: { param: 'confirm' } };
      const isRefused = async (confirm: string) => {
        await assert.rejects(rotate(confirm), (error: typeof refused) => {
          return error.code === refused.code && error.detail.param === refused.detail.param;
        });
      };
      await isRefused('2026-12-01-ROTATE-SELF');
      await rotate('2026-11-30-ROTATE-SELF');
      clock.advance(1);
      await rotate('2026-12-01-ROTATE-SELF');
      await rotate('2026-11-30-ROTATE-SELF');
      clock.advance(HOUR - 1);
      await rotate('2026-11-30-ROTATE-SELF');
      clock.advance(1);
      await isRefused('2026-11-30-ROTATE-SELF');
      for (const wrong of ['2026-12-01', '2026-12-01-ROTATE-ROOT', '2026-12-01-rotate-self', '']) {
        await isRefused(wrong);
      }
    });

    it('of any account are replaced by root, by a key of its choice that nobody has', async () => {
      setClock(MIDNIGHT);
      const child = await world.child(world.root, { Name: 'target-user' });
      const confirm = '2026-12-01-ROTATE-ROOT';
      await assert.rejects(world.service.rotateRoot(child, { confirm }), {
        code: 'permission_denied',
      });
      await assert.rejects(world.service.rotateRoot(world.root, { name: 'nobody-here', confirm }), {
        code: 'not_found',
      });
      const order = { name: 'target-user', key: KEY, confirm };
      const { rotate } = await world.service.rotateRoot(world.root, order);
      assert.deepEqual(
        [rotate.action, rotate.name, rotate.key],
        ['rotate_root', 'target-user', KEY],
      );
      assert.equal((await world.behind(KEY))?.accountId, child.policy.accountId);
      await assert.rejects(world.service.rotateRoot(world.root, order), { code: 'conflict' });
      await assert.rejects(world.service.rotateRoot(world.root, { key: KEY, confirm }), {
        code: 'conflict',
      });
      const own = await world.service.rotateRoot(world.root, { confirm });
      assert.deepEqual([own.rotate.id, own.rotate.name], [1, 'root']);
      assert.equal(await world.behind(world.rootKey), undefined);
      assert.equal((await world.behind(own.rotate.key))?.policy.isRoot, true);
    });

    it('end with their account, the one that overlaps too', async () => {
      setClock(MIDNIGHT);
      const child = await world.child(world.root);
      const confirm = '2026-12-01-ROTATE-SELF';
      const first = (await world.service.rotateSelf(child, { confirm })).rotate.key;
      const again = { confirm, overlap_seconds: 600 };
      const second = (await world.service.rotateSelf(child, again)).rotate.key;
      assert.ok(await world.behind(first));
      const identifier = String(child.policy.accountId);
      await world.service.delete(world.root, identifier, { isCascade: false });
      for (const key of [first, second]) assert.equal(await world.behind(key), undefined);
    });
  });

  describe(`named keys, ${kind}`, () => {
    it('narrow what the account may: endpoints, models and limits', async () => {
      setClock(MIDNIGHT);
      const account = await world.child(world.root, { AllowModels: 'gpt-* claude-*' });
      const { key } = await world.service.createNamedKey(account, {
        name: 'narrow',
        scopes: {
          endpoints: ['/v1/chat/*'],
          models: ['gpt-4o*', 'llama-*'],
          limits: { rpm: 3, tpd: null },
        },
      });
      const { secret_key: secret, ...shown } = key;
      assert.deepEqual(shown.scopes, {
        endpoints: ['/v1/chat/*'],
        models: ['gpt-4o*', 'llama-*'],
        limits: { rpm: 3 },
        expires_at: null,
      });
      assert.deepEqual(await world.service.listNamedKeys(account), [shown]);
      const principal = await world.behind(secret);
      assert.ok(principal);
      assert.equal(principal.isLimited, true);
      assert.equal(principal.allowsEndpoint('/v1/chat/completions'), true);
      assert.equal(principal.allowsEndpoint('/v1/embeddings'), false);
      const models = ['gpt-4o-mini', 'gpt-3.5-turbo', 'claude-3', 'llama-3'];
      assert.deepEqual(models.filter(principal.policy.allowsModel), ['gpt-4o-mini']);
      assert.deepEqual(principal.policy.limits.keyLimits, { rpm: 3 });
      const own = await world.actor(account.policy.accountId);
      assert.equal(own.policy.limits.keyLimits, undefined);
    });

    it('expire at the instant', async () => {
      setClock(MIDNIGHT);
      const account = await world.child(world.root);
      const scopes = { expires_at: iso(MIDNIGHT + 5 * SECOND) };
      const { key } = await world.service.createNamedKey(account, { name: 'short', scopes });
      assert.equal(key.scopes.expires_at, iso(MIDNIGHT + 5 * SECOND));
      clock.advance(5 * SECOND - 1);
      assert.equal((await world.behind(key.secret_key))?.namedKeyId, key.id);
      clock.advance(1);
      assert.equal(await world.behind(key.secret_key), undefined);
      await assert.rejects(
        world.service.createNamedKey(account, { name: 'over', scopes }),
        (error: { detail?: { param?: string } }) => error.detail?.param === 'scopes.expires_at',
      );
    });

    it('that are limited make and revoke no keys, nor accounts', async () => {
      setClock(MIDNIGHT);
      const account = await world.child(world.root);
      const limited = { ...account, isLimited: true };
      const { key } = await world.service.createNamedKey(account, { name: 'plain' });
      assert.equal((await world.behind(key.secret_key))?.isLimited, false);
      const body = { Name: 'sub-account', Email: 'sub@example.com', CreditGranted: 2 };
      for (const attempt of [
        () => world.service.createNamedKey(limited, { name: 'more' }),
        () => world.service.revokeNamedKey(limited, key.id),
        () => world.service.rotateSelf(limited, { confirm: '2026-12-01-ROTATE-SELF' }),
        () => world.service.rotateRoot(limited, { confirm: '2026-12-01-ROTATE-ROOT' }),
        () => world.service.create(limited, body),
      ]) {
        await assert.rejects(attempt(), { code: 'permission_denied' });
      }
    });
  });
}
