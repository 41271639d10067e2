import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  chatChunks,
  chatCompletion,
  createGate,
  databaseKinds,
  type Gate,
  jsonReply,
  type ServerExit,
  sseReply,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import { isRefusing } from './support/raw-connection.ts';
import { openStream } from './support/read-stream.ts';
import { until } from './support/until.ts';
import { verifyLedger } from './support/verify-ledger.ts';

const REQUESTS = 12;
const CLEAN_EXIT = { code: 0, signal: null };
const BODY = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'x' }], max_tokens: 16 };
/** 8 tokens at $1 and 16 at $2 per million. */
const COST = 40_000n;

/** Answers that stop at the gate: whole ones before anything, streams in the middle. */
function answerThrough({ upstream }: World, gate: Gate): void {
  upstream.handle((request) => {
    const { stream } = request.json() as { stream?: boolean };
    if (stream !== true) return jsonReply(chatCompletion(), { headersGate: gate });
    const chunks = [...chatChunks()];
    return sseReply([...chunks.slice(0, 5), gate, ...chunks.slice(5)]);
  });
}

/** Resolves when the server takes no connections any more. */
async function untilRefusing(url: string): Promise<void> {
  await until('refused connections', async () => (await isRefusing(url)) || undefined);
}

for (const kind of databaseKinds) {
  test(`SIGTERM lets running requests end, charges each of them, and leaves nothing behind (${kind})`, async () => {
    await using here = await world({ database: kind });
    const { server, account, upstream } = here;
    const gate = createGate();
    answerThrough(here, gate);
    const { url } = server;
    const whole = Array.from({ length: REQUESTS }, () =>
      account.api.request('POST', '/v1/chat/completions', { body: BODY }),
    );
    const streams = await Promise.all(
      Array.from({ length: REQUESTS }, () => openStream(url, account.api.key, BODY)),
    );
    await upstream.request(2 * REQUESTS);

    const exited = server.kill('SIGTERM');
    await untilRefusing(url);
    gate.open();
    const requestIds: string[] = [];
    for (const answer of await Promise.all(whole)) {
      assert.equal(answer.status, 200, answer.text);
      requestIds.push(answer.headers.get('x-request-id') ?? '');
    }
    for (const stream of streams) {
      assert.ok((await stream.readAll()).endsWith('data: [DONE]\n\n'));
      requestIds.push(stream.requestId);
    }
    assert.deepEqual(await exited, CLEAN_EXIT);

    assert.deepEqual(await verifyLedger(here.database), CLEAN_EXIT);
    await using books = await openBooks(here.database);
    const charges = await books.charges();
    assert.deepEqual(charges.map(({ id }) => id).sort(), requestIds.sort());
    assert.ok(charges.every(({ cost }) => cost === COST));
    assert.equal(await books.leaseCount(), 0);
    const { settled, held } = await books.balance(account.id);
    assert.deepEqual(
      { settled, held },
      { settled: 100_000_000_000n - COST * BigInt(charges.length), held: 0n },
    );
  });
}

test('the whole answer of a client that left is waited for and charged', async () => {
  await using here = await world();
  const { server, account, upstream } = here;
  const gate = createGate();
  answerThrough(here, gate);
  const leaving = new AbortController();
  const { url } = server;
  const whole = account.api.request('POST', '/v1/chat/completions', {
    body: BODY,
    signal: leaving.signal,
  });
  await upstream.request(1);
  leaving.abort();
  await assert.rejects(whole);
  const exited = server.kill('SIGTERM');
  await untilRefusing(url);
  gate.open();
  assert.deepEqual(await exited, CLEAN_EXIT);
  await using books = await openBooks(here.database);
  assert.deepEqual(
    (await books.charges()).map(({ cost }) => cost),
    [COST],
  );
});

describe('what outlasts the drain time', () => {
  const env = { MERIDIAN_DRAIN_SECONDS: '1' };

  test('ends with an error event, charged as delivered, or is refused where nothing had come', async () => {
    await using here = await world({ env });
    const { server, account, upstream } = here;
    upstream.enqueue(
      sseReply([...chatChunks({ completionTokens: 3 })].slice(0, 4), { ending: 'never' }),
      jsonReply({}, { headersGate: createGate() }),
      sseReply([...chatChunks()].slice(0, 1), { ending: 'never' }),
    );
    const stream = await openStream(server.url, account.api.key, BODY);
    await stream.readUntil('word2');
    const whole = account.api.request('POST', '/v1/chat/completions', { body: BODY });
    await upstream.request(2);
    const silent = account.api.request('POST', '/v1/chat/completions', {
      body: { ...BODY, stream: true },
    });
    await upstream.request(3);
    const exited = server.kill('SIGTERM');

    const text = await stream.readAll();
    assert.match(text, /data: \{"error":\{[^\n]*"code":"service_unavailable"[^\n]*\}\n\n$/);
    assert.ok(!text.includes('[DONE]'));
    for (const refused of await Promise.all([whole, silent])) {
      assert.equal(refused.status, 503, refused.text);
      assert.equal(refused.json<{ error: { code: string } }>().error.code, 'service_unavailable');
    }
    assert.deepEqual(await exited, CLEAN_EXIT);

    await using books = await openBooks(here.database);
    const [charge, ...others] = await books.charges();
    assert.equal(charge?.id, stream.requestId);
    assert.ok(charge.output > 0 && charge.cost > 0n);
    assert.deepEqual(others, []);
    assert.deepEqual(await books.verify(), []);
    assert.equal(await books.leaseCount(), 0);
  });
});

test('a second signal forces the exit; the running requests cost nothing', async () => {
  await using here = await world();
  const { server, account, upstream } = here;
  upstream.handle(() => sseReply([...chatChunks()].slice(0, 4), { ending: 'never' }));
  const stream = await openStream(server.url, account.api.key, BODY);
  await stream.readUntil('word2');
  let exit: ServerExit | undefined;
  void server.kill('SIGINT').then((ended) => {
    exit = ended;
  });
  await untilRefusing(server.url);
  // One that follows at once counts as the same.
  await until('the forced exit', () => {
    void server.kill('SIGTERM');
    return exit;
  });
  assert.deepEqual(exit, { code: 130, signal: null });
  await assert.rejects(stream.readAll());

  await server.restart();
  await using books = await openBooks(here.database);
  await until('the end of all leases', async () => (await books.leaseCount()) === 0 || undefined);
  assert.deepEqual(await books.charges(), []);
  assert.deepEqual(await books.verify(), []);
});
