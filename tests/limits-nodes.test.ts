import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountCreate } from '@meridian/contract';
import {
  type ApiAnswer,
  type ApiClient,
  chatCompletion,
  createApiClient,
  createGate,
  jsonReply,
  skipWithoutRedis,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';
import { until } from './support/until.ts';

const skip = skipWithoutRedis();
const BODY = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'x' }], max_tokens: 10 };

type Ends = Readonly<Record<string, number>>;

function counted(answers: readonly ApiAnswer[]): Ends {
  const ends: Record<string, number> = {};
  for (const { status } of answers) ends[status] = (ends[status] ?? 0) + 1;
  return ends;
}

describe('limits of accounts over two nodes and Redis', { skip }, () => {
  let here: World;
  let urls: string[];
  before(async () => {
    here = await world({ env: { MERIDIAN_REDIS_URL: process.env.TEST_REDIS_URL ?? '' } });
    urls = [here.server.url, (await here.addNode()).url];
  });
  after(() => here[Symbol.asyncDispose]());

  /** A customer as it reaches each of the nodes. */
  async function customer(limits: Partial<AccountCreate>): Promise<readonly ApiClient[]> {
    const { api } = await here.addAccount(limits);
    return urls.map((url) => createApiClient(() => url, api.key));
  }

  function crowd(nodes: readonly ApiClient[], size: number): Promise<ApiAnswer[]> {
    return Promise.all(Array.from({ length: size }, (_, i) => ask(nodes[i % nodes.length]!)));
  }

  function ask(api: ApiClient): Promise<ApiAnswer> {
    return api.request('POST', '/v1/chat/completions', { body: BODY });
  }

  test('under full load exactly as many requests pass as the limit allows', async () => {
    const nodes = await customer({ RPM: 150, RPH: 400 });
    const asked = here.upstream.requests.length;
    assert.deepEqual(counted(await crowd(nodes, 450)), { 200: 150, 429: 300 });
    assert.equal(here.upstream.requests.length - asked, 150);
    const refused = await ask(nodes[1]!);
    assert.match(refused.text, /RPM limit of 150 requests per minute of account \d+: 150 used/);
    const retryAfter = Number(refused.headers.get('retry-after'));
    assert.ok(retryAfter >= 1 && retryAfter <= 61, `${retryAfter}`);
    assert.equal(refused.headers.get('x-ratelimit-remaining-requests'), '0');
  });

  test('tokens are corrected at the end, so that the limit is used up and not exceeded', async () => {
    const limit = 3_000;
    const nodes = await customer({ TPM: limit });
    const answers: ApiAnswer[] = [];
    for (let round = 0; round < 40; round++) {
      const sent = await crowd(nodes, 20);
      answers.push(...sent);
      if (sent.every(({ status }) => status === 429)) break;
    }
    const passed = answers.filter(({ status }) => status === 200);
    const used = passed.reduce(
      (sum, each) => sum + each.json<{ usage: { total_tokens: number } }>().usage.total_tokens,
      0,
    );
    assert.ok(used <= limit * 1.01, `${used}`);
    assert.ok(used > limit * 0.95, `${used}`);
  });

  test('requests at once are counted over both nodes, and a slot is free when its answer is', async () => {
    const nodes = await customer({ Concurrency: 4 });
    const gate = createGate();
    const asked = here.upstream.requests.length;
    here.upstream.handle(() => jsonReply(chatCompletion(), { headersGate: gate }));
    const running = Promise.all([0, 1, 2, 3].map((i) => ask(nodes[i % 2]!)));
    await until('four at the upstream', () =>
      here.upstream.requests.length - asked === 4 ? true : undefined,
    );
    const refused = await crowd(nodes, 6);
    assert.deepEqual(counted(refused), { 429: 6 });
    assert.match(refused[0]!.text, /CONCURRENCY limit of 4 requests at once of account/);
    assert.equal(refused[0]!.headers.get('retry-after'), '1');
    gate.open();
    assert.deepEqual(counted(await running), { 200: 4 });
    await until('a free slot', async () =>
      (await ask(nodes[1]!)).status === 200 ? true : undefined,
    );
  });

  test('a node that is killed gives its slots back', async () => {
    const nodes = await customer({ Concurrency: 1 });
    const gate = createGate();
    const asked = here.upstream.requests.length;
    here.upstream.handle(() => jsonReply(chatCompletion(), { headersGate: gate }));
    const lost = await here.addNode();
    const there = createApiClient(() => lost.url, nodes[0]!.key);
    const cut = ask(there).catch(() => undefined);
    await until('the request at the upstream', () =>
      here.upstream.requests.length > asked ? true : undefined,
    );
    assert.equal((await ask(nodes[0]!)).status, 429);
    await lost.kill('SIGKILL');
    await cut;
    gate.open();
    await until('the slot', async () => ((await ask(nodes[0]!)).status === 200 ? true : undefined));
  });

  test('an ancestor bounds its subtree, an account its own model, a named key itself', async () => {
    const [parent] = await customer({ RPM: 5 });
    const child = await parent!.call<{ User: { SecretKey: string } }>('POST', '/x-users', {
      Name: 'bounded-child',
      Email: 'bounded-child@example.com',
      CreditGranted: 10,
    });
    const below = urls.map((url) => createApiClient(() => url, child.User.SecretKey));
    assert.deepEqual(counted(await crowd([...below, parent!], 12)), { 200: 5, 429: 7 });

    const own = await customer({ ModelLimits: { [WORLD_MODEL]: { rpm: 2 } }, RPM: 100 });
    assert.deepEqual(counted(await crowd(own, 6)), { 200: 2, 429: 4 });

    const free = await here.addAccount();
    const made = await free.api.call<{ key: { secret_key: string } }>('POST', '/dashboard/keys', {
      name: 'bounded',
      scopes: { limits: { rpm: 3 } },
    });
    const named = urls.map((url) => createApiClient(() => url, made.key.secret_key));
    assert.deepEqual(counted(await crowd(named, 8)), { 200: 3, 429: 5 });
    assert.equal((await ask(free.api)).status, 200, 'the account itself is not limited');
  });

  test('a limit that is changed holds on the other node within a second', async () => {
    const account = await here.addAccount({ RPM: 0 });
    const there = createApiClient(() => urls[1]!, account.api.key);
    assert.equal((await ask(there)).status, 429);
    await here.root.call('PUT', `/x-users/${account.id}`, { RPM: 10 });
    const writtenAt = performance.now();
    await until('the new limit', async () =>
      (await ask(there)).status === 200 ? true : undefined,
    );
    assert.ok(performance.now() - writtenAt < 1_000);
  });
});
