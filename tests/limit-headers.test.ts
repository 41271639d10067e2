import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WORLD_MODEL, type World, world } from '@meridian/testkit';

const CHAT = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'x' }], max_tokens: 5 };

describe('every answer of /v1 tells how the limits stand', () => {
  let here: World;
  before(async () => {
    here = await world({ database: 'embedded', account: { RPM: 100, RPH: 1_000, TPD: 50_000 } });
  });
  after(() => here[Symbol.asyncDispose]());

  const rows: readonly (readonly [
    what: string,
    method: string,
    path: string,
    status: number,
    body?: object,
  ])[] = [
    ['a whole answer', 'POST', '/v1/chat/completions', 200, CHAT],
    ['a stream', 'POST', '/v1/chat/completions', 200, { ...CHAT, stream: true }],
    ['a list', 'GET', '/v1/models', 200],
    ['one of it', 'GET', `/v1/models/${WORLD_MODEL}`, 200],
    ['a request that is not understood', 'POST', '/v1/chat/completions', 400, { model: 7 }],
    ['a model that is not there', 'POST', '/v1/chat/completions', 404, { ...CHAT, model: 'none' }],
    ['a response that is not there', 'GET', '/v1/responses/resp_none', 404],
  ];
  for (const [what, method, path, status, body] of rows) {
    test(what, async () => {
      const answer = await here.account.api.request(method, path, body ? { body } : {});
      assert.equal(answer.status, status, answer.text);
      const figure = (name: string): number => Number(answer.headers.get(`x-ratelimit-${name}`));
      assert.equal(figure('limit-requests'), 100, 'the tightest of the two');
      assert.ok(figure('remaining-requests') > 90 && figure('remaining-requests') <= 100);
      assert.equal(figure('limit-tokens'), 50_000);
    });
  }

  test('what was not counted leaves them as they are', async () => {
    const { api } = here.account;
    const remaining = async (): Promise<number> => {
      const { headers } = await api.request('GET', '/v1/models');
      return Number(headers.get('x-ratelimit-remaining-requests'));
    };
    const start = await remaining();
    await api.request('POST', '/v1/chat/completions', { body: { model: 7 } });
    assert.equal(await remaining(), start);
    await api.request('POST', '/v1/chat/completions', { body: CHAT });
    assert.equal(await remaining(), start - 1);
  });

  test('where there is no limit there are no headers', async () => {
    const { api } = await here.addAccount();
    for (const body of [CHAT, { model: 7 }]) {
      const { headers } = await api.request('POST', '/v1/chat/completions', { body });
      assert.ok([...headers.keys()].every((name) => !name.startsWith('x-ratelimit')));
    }
  });
});
