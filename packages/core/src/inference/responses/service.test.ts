import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { createResponsesService, pageOf } from './service.ts';
import type { KeptResponse, RunningResponse } from './store.ts';
import { createMemoryStore } from './testing/memory-store.ts';

const ME = 1;

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
      status: more.status ?? 'completed',
      output: [{ id: `msg_${id}`, type: 'message', role: 'assistant', content: [] }],
    },
    input: [{ id: `in_${id}`, type: 'message', role: 'user', content: [] }],
    ...more,
  };
}

function open(...responses: readonly KeptResponse[]) {
  const store = createMemoryStore();
  const stopped: RunningResponse[] = [];
  const service = createResponsesService({
    store,
    stop: (running) => stopped.push(running),
    watch: () => undefined,
  });
  const ready = Promise.all(responses.map((response) => store.save(ME, response)));
  return { store, stopped, service, ready };
}

const hasCode = (code: string, param?: string) => (error: unknown) =>
  isFailure(error) && error.code === code && error.detail.param === param;

describe('a kept response', () => {
  test('is read by its account, and by no other', async () => {
    const { service, ready } = open(kept('resp_1'));
    await ready;
    assert.equal((await service.read(ME, 'resp_1')).id, 'resp_1');
    await assert.rejects(service.read(2, 'resp_1'), hasCode('not_found'));
    await assert.rejects(service.replay(2, 'resp_1'), hasCode('not_found'));
    await assert.rejects(service.remove(2, 'resp_1'), hasCode('not_found'));
    await assert.rejects(service.cancel(2, 'resp_1'), hasCode('not_found'));
    await assert.rejects(service.listInputItems(2, 'resp_1', {}), hasCode('not_found'));
  });

  test('is removed, and what runs of it stopped', async () => {
    const { service, ready, stopped } = open(kept('resp_1'));
    await ready;
    assert.deepEqual(await service.remove(ME, 'resp_1'), {
      id: 'resp_1',
      object: 'response',
      deleted: true,
    });
    assert.deepEqual(stopped, [{ accountId: ME, id: 'resp_1' }]);
    await assert.rejects(service.remove(ME, 'resp_1'), hasCode('not_found'));
  });

  test('is a stream again once it has ended', async () => {
    const running = kept('resp_2', { status: 'in_progress' });
    const { service, ready } = open(kept('resp_1'), running);
    await ready;
    const text = String(await service.replay(ME, 'resp_1'));
    assert.match(text, /^event: response\.created\n/);
    assert.match(text, /event: response\.completed\ndata: [^\n]*\n\n$/);
    await assert.rejects(service.replay(ME, 'resp_2'), hasCode('conflict'));
  });

  test('whose node died has failed', async () => {
    const { service, store, ready } = open(
      kept('resp_1', { status: 'in_progress', isBackground: true }),
    );
    await ready;
    assert.equal((await service.read(ME, 'resp_1')).status, 'in_progress');
    store.lose(ME, 'resp_1');
    const response = await service.read(ME, 'resp_1');
    assert.equal(response.status, 'failed');
    assert.equal((response.error as { code: string }).code, 'server_error');
  });
});

describe('cancelling', () => {
  test('ends what runs in the background', async () => {
    for (const status of ['queued', 'in_progress'] as const) {
      const { service, store, stopped, ready } = open(
        kept('resp_1', { status, isBackground: true }),
      );
      await ready;
      assert.equal((await service.cancel(ME, 'resp_1')).status, 'cancelled');
      assert.equal(store.kept.get('1:resp_1')?.status, 'cancelled');
      assert.deepEqual(stopped, [{ accountId: ME, id: 'resp_1' }]);
      assert.equal((await service.cancel(ME, 'resp_1')).status, 'cancelled');
      assert.equal(stopped.length, 1);
    }
  });

  test('leaves what has ended as it is', async () => {
    const { service, ready, stopped } = open(kept('resp_1', { isBackground: true }));
    await ready;
    assert.equal((await service.cancel(ME, 'resp_1')).status, 'completed');
    assert.deepEqual(stopped, []);
  });

  test('is refused for what a client waits for', async () => {
    const { service, ready } = open(kept('resp_1', { status: 'in_progress' }));
    await ready;
    await assert.rejects(service.cancel(ME, 'resp_1'), hasCode('invalid_request', 'response_id'));
  });

  test('that comes too late gives the response as it ended', async () => {
    const { service, store, ready } = open(
      kept('resp_1', { status: 'in_progress', isBackground: true }),
    );
    await ready;
    const { advance } = store;
    store.advance = async () => {
      await advance(ME, kept('resp_1', { isBackground: true }));
      return false;
    };
    assert.equal((await service.cancel(ME, 'resp_1')).status, 'completed');
  });
});

describe('input items', () => {
  test('are those of the whole conversation, the newest first', async () => {
    const { service, ready } = open(kept('resp_1'), kept('resp_2', { previousId: 'resp_1' }));
    await ready;
    const page = await service.listInputItems(ME, 'resp_2', {});
    assert.deepEqual(
      page.data.map(({ id }) => id),
      ['in_resp_2', 'msg_resp_1', 'in_resp_1'],
    );
    assert.equal(page.object, 'list');
    assert.equal(page.first_id, 'in_resp_2');
    assert.equal(page.last_id, 'in_resp_1');
    assert.equal(page.has_more, false);
  });

  test('are listed as far as they are there', async () => {
    const { service, ready } = open(kept('resp_2', { previousId: 'resp_gone' }));
    await ready;
    const { data } = await service.listInputItems(ME, 'resp_2', { order: 'asc' });
    assert.deepEqual(
      data.map(({ id }) => id),
      ['in_resp_2'],
    );
  });
});

describe('a page', () => {
  const items = Array.from({ length: 30 }, (_, n) => ({ id: `i${n}` }));

  test('has 20 items unless asked otherwise', () => {
    const page = pageOf(items, {});
    assert.equal(page.data.length, 20);
    assert.equal(page.first_id, 'i29');
    assert.equal(page.has_more, true);
  });

  test('follows another, in either order, until there are no more', () => {
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let after: string | undefined;
      let pages = 0;
      for (let more = true; more; pages++) {
        const page = pageOf(items, { order, limit: 7, after });
        seen.push(...page.data);
        more = page.has_more;
        after = page.last_id ?? undefined;
      }
      assert.equal(pages, 5);
      assert.deepEqual(seen, order === 'asc' ? items : [...items].reverse());
    }
  });

  test('of nothing is empty', () => {
    assert.deepEqual(pageOf([], {}), {
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  test('is refused where the query makes no sense', () => {
    for (const [query, param] of [
      [{ limit: 0 }, 'limit'],
      [{ limit: 101 }, 'limit'],
      [{ limit: 1.5 }, 'limit'],
      [{ order: 'up' }, 'order'],
      [{ after: 'nobody' }, 'after'],
    ] as const) {
      assert.throws(() => pageOf(items, query), hasCode('invalid_request', param));
    }
  });
});
