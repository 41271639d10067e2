import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountUpdated } from '@meridian/contract';
import {
  chatChunks,
  chatCompletion,
  createGate,
  jsonReply,
  sseReply,
  WORLD_MODEL,
  world,
} from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import { isRefusing, openConnection } from './support/raw-connection.ts';
import { until } from './support/until.ts';

/** More than the sockets between server and client can buffer. */
const LARGE_BYTES = 24 * 1024 * 1024;
const CLEAN_EXIT = { code: 0, signal: null };

function chatRequest(key: string, more: object = {}): string {
  const messages = [{ role: 'user', content: 'x' }];
  const body = JSON.stringify({ model: WORLD_MODEL, messages, max_tokens: 16, ...more });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
  return `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

async function untilRefusing(url: string): Promise<void> {
  await until('refused connections', async () => (await isRefusing(url)) || undefined);
}

test('an answer that was charged and is still on its way to a slow reader arrives whole', async () => {
  await using here = await world();
  const { server, account, upstream } = here;
  const answer = { ...chatCompletion(), padding: 'x'.repeat(LARGE_BYTES) };
  upstream.enqueue(jsonReply(answer));
  await using books = await openBooks(here.database);
  using client = await openConnection(server.url);
  client.send(chatRequest(account.api.key));
  await until('the charge', async () => (await books.charges())[0]);
  await client.readUntil('\r\n\r\n');

  const exited = server.kill('SIGTERM');
  await untilRefusing(server.url);
  const text = await client.readAll();
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
  assert.ok(length > LARGE_BYTES);
  assert.equal(text.length - text.indexOf('\r\n\r\n') - 4, length);
  assert.deepEqual(await exited, CLEAN_EXIT);
});

test('a change that is being made is made and answered', async () => {
  await using here = await world();
  const { server, account, root } = here;
  await using books = await openBooks(here.database);
  const waiting = createGate();
  const locking = books.database.transaction(async (queries) => {
    await queries.query('select 1 from accounts where id = $1 for update', [account.id]);
    await waiting.pass();
  });
  await waiting.reached;
  const changing = root.call<AccountUpdated>('PUT', `/x-users/${account.id}`, { CreditGranted: 5 });
  await until('the change to wait for its lock', async () => {
    const [row] = await books.database.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return row;
  });
  const exited = server.kill('SIGTERM');
  await untilRefusing(server.url);
  waiting.open();
  await locking;
  assert.equal((await changing).User.ID, account.id);
  assert.deepEqual(await exited, CLEAN_EXIT);
  assert.equal((await books.balance(account.id)).settled, 105_000_000_000n);
});

test('on a connection that is still busy /readyz says that the server stops', async () => {
  await using here = await world();
  const { server, account, upstream } = here;
  const gate = createGate();
  const chunks = [...chatChunks()];
  upstream.enqueue(sseReply([...chunks.slice(0, 5), gate, ...chunks.slice(5)]));
  using client = await openConnection(server.url);
  client.send(chatRequest(account.api.key, { stream: true }));
  await client.readUntil('word2');

  const exited = server.kill('SIGTERM');
  await untilRefusing(server.url);
  client.send('GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n');
  gate.open();
  const text = await client.readAll();
  const [, after = ''] = text.split('[DONE]');
  assert.match(after, /HTTP\/1\.1 503 /);
  assert.match(after, /connection: close/i);
  assert.match(after, /"status":"not_ready"/);
  assert.deepEqual(await exited, CLEAN_EXIT);
});
