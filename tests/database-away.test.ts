import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiClient, createApiClient, freshDatabase, startServer } from '@meridian/testkit';
import { severableDatabase } from './support/severable-database.ts';
import { until } from './support/until.ts';

const UNKNOWN_KEY = `sk-Xvs${'Unknown00'.repeat(5)}`;
const ASK = { body: { model: 'sandbox-chat', messages: [{ role: 'user', content: 'hi' }] } };

async function assertUnavailable(api: ApiClient, method: string, path: string, body?: object) {
  const answer = await api.request(method, path, body);
  assert.equal(answer.status, 503, `${method} ${path}: ${answer.text}`);
  assert.equal(answer.json<{ error: { code: string } }>().error.code, 'service_unavailable');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
}

test('without its database the server asks to come back later, and works again once it is there', async () => {
  await using database = await freshDatabase('postgres');
  await using way = await severableDatabase(database.url ?? '');
  await using server = await startServer({ database: { ...database, url: way.url } });
  const root = createApiClient(() => server.url, server.rootKey);
  const stranger = createApiClient(() => server.url, UNKNOWN_KEY);
  await root.call('GET', '/x-users');
  await way.sever();
  await assertUnavailable(root, 'GET', '/x-users');
  await assertUnavailable(root, 'GET', '/x-keys');
  const account = { Name: 'late', Email: 'late@example.com', CreditGranted: 5 };
  await assertUnavailable(root, 'POST', '/x-users', { body: account });
  await assertUnavailable(stranger, 'GET', '/x-users');
  await assertUnavailable(stranger, 'POST', '/v1/chat/completions', ASK);
  await way.mend();
  await until('the database is back', async () => {
    const { status } = await root.request('GET', '/x-users');
    return status === 200 || undefined;
  });
  assert.equal((await stranger.request('POST', '/v1/chat/completions', ASK)).status, 401);
});
