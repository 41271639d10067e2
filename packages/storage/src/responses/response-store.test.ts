import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { KEPT_BYTES_MAX, type KeptResponse, type ResponseStore } from '@meridian/core/inference';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import type { Queries } from '../database.ts';
import { createSecretBox } from '../secretbox.ts';
import { createResponseStore } from './response-store.ts';

const ME = 1;
const THEM = 2;
const LIMITS = { responses: 100, bytes: 1_000_000 };
const NOT_FOUND = { responses: [], gap: { kind: 'missing', id: 'resp_mine' } };

function kept(id: string, more: Partial<KeptResponse> = {}): KeptResponse {
  return {
    id,
    status: 'completed',
    previousId: undefined,
    isBackground: false,
    upstreamKeyId: undefined,
    response: {
      id,
      object: 'response',
      output: [{ id: `msg_${id}`, type: 'message', content: [{ text: 'canary-answer' }] }],
    },
    input: [{ id: `in_${id}`, type: 'message', role: 'user', content: 'canary-question' }],
    ...more,
  };
}

for (const kind of databaseKinds) {
  describe(`kept responses: ${kind}`, () => {
    let world: AccountsWorld;
    let queries: Queries;
    let store: ResponseStore;
    const statements: string[] = [];
    const box = createSecretBox(randomBytes(32));

    before(async () => {
      world = await accountsWorld(kind);
      queries = world.database;
      const counted: Queries = {
        query(text, parameters, options) {
          statements.push(text);
          return world.database.query(text, parameters, options);
        },
      };
      store = createResponseStore({ queries: counted, box });
    });
    after(() => world[Symbol.asyncDispose]());

    const age = (id: string, interval: string): Promise<unknown> =>
      queries.query(
        `update responses set created_at = created_at - $2::interval,
          expires_at = expires_at - $2::interval, beat_at = beat_at - $2::interval where id = $1`,
        [id, interval],
      );

    test('come back as they were, and what they say is sealed meanwhile', async () => {
      const response = kept('resp_a', {
        status: 'incomplete',
        previousId: 'resp_0',
        upstreamKeyId: 7,
      });
      await store.save(ME, response);
      assert.deepEqual(await store.read(ME, 'resp_a'), { ...response, isLost: false });
      const rows = await queries.query(`select encode(sealed, 'escape') as text from responses`);
      assert.ok(rows.length > 0);
      assert.ok(!JSON.stringify(rows).includes('canary'));
    });

    test('of the same id replace each other, also when they come at once', async () => {
      const last = kept('resp_b', { status: 'failed' });
      await Promise.all([store.save(ME, kept('resp_b')), store.save(ME, last)]);
      assert.equal((await store.read(ME, 'resp_b'))?.status, 'failed');
    });

    test('of another account are not found', async () => {
      await store.save(ME, kept('resp_mine', { status: 'in_progress', isBackground: true }));
      assert.equal(await store.read(THEM, 'resp_mine'), undefined);
      assert.deepEqual(await store.readChain(THEM, 'resp_mine', LIMITS), NOT_FOUND);
      assert.equal((await store.findItems(THEM, ['msg_resp_mine'])).size, 0);
      assert.equal(await store.advance(THEM, kept('resp_mine')), false);
      assert.deepEqual(await store.beat([{ accountId: THEM, id: 'resp_mine' }]), [
        { accountId: THEM, id: 'resp_mine' },
      ]);
      assert.equal(await store.remove(THEM, 'resp_mine'), false);
      assert.equal((await store.read(ME, 'resp_mine'))?.status, 'in_progress');
    });

    test('may have the id that another account’s has', async () => {
      await store.save(ME, kept('resp_same'));
      await store.save(THEM, kept('resp_same', { status: 'failed' }));
      assert.equal((await store.read(ME, 'resp_same'))?.status, 'completed');
      assert.equal((await store.read(THEM, 'resp_same'))?.status, 'failed');
    });

    test('of one account do not open for another, even in the database', async () => {
      await store.save(ME, kept('resp_moved'));
      await queries.query(`update responses set account_id = 3 where id = 'resp_moved'`);
      await assert.rejects(store.read(3, 'resp_moved'));
    });

    test('that are too large are refused', async () => {
      const input = [{ id: 'in', text: 'x'.repeat(KEPT_BYTES_MAX) }];
      await assert.rejects(store.save(ME, kept('resp_large', { input })), RangeError);
      assert.equal(await store.read(ME, 'resp_large'), undefined);
    });

    test('are removed once', async () => {
      await store.save(ME, kept('resp_gone'));
      assert.equal(await store.remove(ME, 'resp_gone'), true);
      assert.equal(await store.remove(ME, 'resp_gone'), false);
      assert.equal(await store.read(ME, 'resp_gone'), undefined);
    });

    test('with ids that no request can name are kept all the same', async () => {
      const output = ['with space', 'nul\u0000', 'lone\ud800', 7, null, 'fine'].map((id) => ({
        id,
      }));
      await store.save(ME, kept('resp_odd', { response: { id: 'resp_odd', output } }));
      assert.ok(await store.read(ME, 'resp_odd'));
      assert.equal((await store.findItems(ME, ['fine'])).size, 1);
    });

    describe('with those before them', () => {
      before(async () => {
        await store.save(ME, kept('resp_1'));
        await store.save(ME, kept('resp_2', { previousId: 'resp_1' }));
        await store.save(ME, kept('resp_3', { previousId: 'resp_2' }));
      });
      const ids = async (id: string, limits = LIMITS): Promise<readonly unknown[]> => {
        const { responses, gap } = await store.readChain(ME, id, limits);
        return [responses.map((response) => response.id), gap];
      };

      test('come oldest first', async () => {
        assert.deepEqual(await ids('resp_3'), [['resp_1', 'resp_2', 'resp_3'], undefined]);
        assert.deepEqual(await ids('resp_1'), [['resp_1'], undefined]);
      });

      test('are cut where there are too many, or too much', async () => {
        const cut = { kind: 'tooLong' };
        assert.deepEqual(await ids('resp_3', { ...LIMITS, responses: 2 }), [
          ['resp_2', 'resp_3'],
          cut,
        ]);
        assert.deepEqual(await ids('resp_3', { ...LIMITS, bytes: 10 }), [[], cut]);
      });

      test('have a gap where one is gone', async () => {
        await store.save(ME, kept('resp_x', { previousId: 'resp_lost' }));
        const missing = { kind: 'missing', id: 'resp_lost' };
        assert.deepEqual(await ids('resp_x'), [['resp_x'], missing]);
        assert.deepEqual(await ids('resp_none'), [[], { kind: 'missing', id: 'resp_none' }]);
      });

      test('do not go on for ever', async () => {
        await store.save(ME, kept('resp_ring', { previousId: 'resp_ring' }));
        const { responses } = await store.readChain(ME, 'resp_ring', LIMITS);
        assert.equal(responses.length, LIMITS.responses);
      });
    });

    describe('and their items', () => {
      test('are found by id, with the key that knows them', async () => {
        const output = [
          { id: 'rs_5', type: 'reasoning' },
          { id: 'msg_5', type: 'message' },
        ];
        const response = { id: 'resp_5', output };
        await store.save(ME, kept('resp_5', { response, upstreamKeyId: 4 }));
        const found = await store.findItems(ME, ['msg_5', 'rs_5', 'msg_none']);
        assert.deepEqual(
          [...found],
          [
            ['rs_5', { item: output[0], upstreamKeyId: 4 }],
            ['msg_5', { item: output[1], upstreamKeyId: 4 }],
          ],
        );
        assert.equal((await store.findItems(ME, [])).size, 0);
      });

      test('are those of the response as it is now', async () => {
        await store.save(ME, kept('resp_6', { status: 'queued', response: { id: 'resp_6' } }));
        const response = { id: 'resp_6', output: [{ id: 'msg_6' }] };
        assert.equal((await store.findItems(ME, ['msg_6'])).size, 0);
        assert.equal(await store.advance(ME, kept('resp_6', { response })), true);
        assert.equal((await store.findItems(ME, ['msg_6'])).size, 1);
      });
    });

    describe('that run', () => {
      const running = (id: string): KeptResponse =>
        kept(id, { status: 'in_progress', isBackground: true });

      test('are replaced until they have ended, and not after', async () => {
        await store.save(ME, kept('resp_r', { status: 'queued', isBackground: true }));
        assert.equal(await store.advance(ME, running('resp_r')), true);
        const cancelled = kept('resp_r', { status: 'cancelled', isBackground: true });
        assert.equal(await store.advance(ME, cancelled), true);
        assert.equal(await store.advance(ME, kept('resp_r', { isBackground: true })), false);
        assert.equal((await store.read(ME, 'resp_r'))?.status, 'cancelled');
      });

      test('tell by their beat which do not run any more', async () => {
        await store.save(ME, running('resp_s'));
        await store.save(ME, kept('resp_t', { status: 'cancelled' }));
        const asked = ['resp_s', 'resp_t', 'resp_never'].map((id) => ({ accountId: ME, id }));
        assert.deepEqual(await store.beat(asked), asked.slice(1));
        assert.deepEqual(await store.beat([]), []);
      });

      test('are lost when their node is silent, and are not while it beats', async () => {
        await store.save(ME, running('resp_u'));
        await age('resp_u', '59 seconds');
        assert.equal((await store.read(ME, 'resp_u'))?.isLost, false);
        await age('resp_u', '2 seconds');
        assert.equal((await store.read(ME, 'resp_u'))?.isLost, true);
        await store.beat([{ accountId: ME, id: 'resp_u' }]);
        assert.equal((await store.read(ME, 'resp_u'))?.isLost, false);
      });
    });

    test('are gone after 30 days, and swept', async () => {
      await store.save(ME, kept('resp_old'));
      await age('resp_old', '29 days 23 hours');
      assert.ok(await store.read(ME, 'resp_old'));
      await age('resp_old', '2 hours');
      assert.equal(await store.read(ME, 'resp_old'), undefined);
      assert.equal((await store.findItems(ME, ['msg_resp_old'])).size, 0);
      assert.equal(await store.remove(ME, 'resp_old'), false);
      await store.sweep();
      const rows = await queries.query(`select id from responses where id = 'resp_old'`);
      assert.deepEqual(rows, []);
    });

    test('of accounts that are gone are swept, and no others', async () => {
      await store.save(ME, kept('resp_stays'));
      await store.save(999, kept('resp_orphan'));
      await store.sweep();
      assert.equal(await store.read(999, 'resp_orphan'), undefined);
      assert.ok(await store.read(ME, 'resp_stays'));
    });

    test('that come at once share statements', async () => {
      const before = statements.length;
      const many = Array.from({ length: 60 }, (_, n) => store.save(ME, kept(`resp_many_${n}`)));
      await Promise.all(many);
      assert.ok(statements.length - before <= 3, `${statements.length - before} statements`);
      assert.ok(await store.read(ME, 'resp_many_59'));
    });
  });
}

test('a response that cannot be written is told so, and the next one is written', async () => {
  let fails = true;
  const queries: Queries = {
    query: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve([])),
  };
  const store = createResponseStore({ queries, box: createSecretBox(randomBytes(32)) });
  await assert.rejects(store.save(ME, kept('resp_a')), /gone/);
  fails = false;
  await store.save(ME, kept('resp_a'));
});
