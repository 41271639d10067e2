import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Readiness } from '@meridian/contract';
import { createApiClient, freshDatabase, TEST_ROOT_KEY } from '@meridian/testkit';
import { type MeridianRun, runMeridian } from './support/run-meridian.ts';
import { until } from './support/until.ts';

const DRAIN_MS_MAX = 15_000;

type Database = Awaited<ReturnType<typeof freshDatabase>>;

let database: Database;
let folder: string;
before(async () => {
  database = await freshDatabase('postgres');
  folder = await mkdtemp(join(tmpdir(), 'meridian-workers-'));
});
after(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function run(env: Readonly<Record<string, string>>, words?: readonly string[]): MeridianRun {
  return runMeridian(
    {
      MERIDIAN_PORT: '0',
      MERIDIAN_DATA_DIR: folder,
      MERIDIAN_ENV_KEYS: 'off',
      MERIDIAN_SANDBOX: 'on',
      MERIDIAN_DATABASE_URL: database.url ?? '',
      MERIDIAN_ROOT_KEY: TEST_ROOT_KEY,
      ...env,
    },
    words,
  );
}

const CHAT = {
  model: 'sandbox-chat',
  messages: [{ role: 'user', content: 'Hello' }],
  max_tokens: 20,
};

async function liveNodes(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
  const { checks } = (await answer.json()) as Readiness;
  return checks.ledger?.detail;
}

/** The process ids of the workers that were started, in order. */
function workerPids({ stderr }: MeridianRun): number[] {
  return [...stderr.matchAll(/"pid":(\d+),"msg":"worker started"/g)].map(([, pid]) => Number(pid));
}

describe('workers behind one port', () => {
  test('share the work, are started again when they die, and end in order', async () => {
    await using server = run({}, ['serve', '--workers', '2']);
    const url = await server.url;
    assert.equal(server.stdout.match(/meridian listening on/g)?.length, 1);
    await until('both nodes', async () =>
      (await liveNodes(url)) === '2 live nodes' ? true : undefined,
    );
    const api = createApiClient(() => url, TEST_ROOT_KEY);
    const chat = () => api.request('POST', '/v1/chat/completions', { body: CHAT });
    const many = await Promise.all(Array.from({ length: 40 }, chat));
    assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([200]));
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const counts = [...metrics.matchAll(/^meridian_requests_total\{.*worker="(\d)"\} (\d+)$/gm)];
    assert.deepEqual(counts.map(([, worker]) => worker).sort(), ['1', '2']);
    assert.equal(
      counts.reduce((sum, [, , count]) => sum + Number(count), 0),
      40,
    );

    const [first = 0] = workerPids(server);
    process.kill(first, 'SIGKILL');
    await until('another worker', () => (workerPids(server).length === 3 ? true : undefined));
    await until('an answer', async () => ((await chat()).status === 200 ? true : undefined));
    await until('both nodes again', async () =>
      (await liveNodes(url)) === '2 live nodes' ? true : undefined,
    );
    assert.match(server.stderr, /"signal":"SIGKILL".*a worker ended; another is started/);

    const stoppedAt = performance.now();
    const { code, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
    assert.ok(performance.now() - stoppedAt < DRAIN_MS_MAX);
    for (const pid of workerPids(server)) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  });

  test('need a database that several processes can open', async () => {
    await using server = run({ MERIDIAN_DATABASE_URL: '' }, ['serve', '--workers', '2']);
    const { code, stderr } = await server.ended;
    assert.equal(code, 2);
    assert.match(stderr, /^meridian: MERIDIAN_WORKERS above 1 needs MERIDIAN_DATABASE_URL: .*\n$/);
  });

  test('a first worker that cannot start ends the server with its one line', async () => {
    await using server = run({ MERIDIAN_WORKERS: '3', MERIDIAN_ENCRYPTION_KEY: WRONG_KEY });
    const { code, stderr, stdout } = await server.ended;
    assert.equal(code, 1);
    assert.match(stderr, /^meridian: the encryption key is not the one/m);
    assert.equal(stdout, '');
  });
});

const WRONG_KEY = Buffer.alloc(32, 'another').toString('base64');

describe('the roles of a node', () => {
  test('a worker tells how it is and serves nothing else; an api node serves', async () => {
    await using worker = run({ MERIDIAN_ROLES: 'worker' });
    await using server = run({ MERIDIAN_ROLES: 'api' });
    const [there, here] = await Promise.all([worker.url, server.url]);
    for (const path of ['/healthz', '/readyz', '/metrics'])
      assert.equal((await fetch(`${there}${path}`)).status, 200, path);
    const clients = [there, here].map((url) => createApiClient(() => url, TEST_ROOT_KEY));
    const statuses = await Promise.all(
      clients.map(async (api) => [
        (await api.request('POST', '/v1/chat/completions', { body: CHAT })).status,
        (await api.request('GET', '/v1/models')).status,
        (await api.request('GET', '/x-conf')).status,
      ]),
    );
    assert.deepEqual(statuses, [
      [404, 404, 404],
      [200, 200, 200],
    ]);
    // The worker folds what the other one has charged.
    const today = new Date().toISOString().slice(0, 10);
    const bill = await clients[1]!.request('GET', `/x-bill?start=${today}`);
    assert.equal(bill.status, 200, bill.text);
    await Promise.all([worker.stop(), server.stop()]);
  });
});
