import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBenchAccounts, totalSpent } from './meridian-accounts.ts';
import { type MeridianApi, randomAccountKey } from './meridian-api.ts';

interface Call {
  readonly key: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** Answers like the server, and remembers who asked for what. */
function recordingApi(configStatus: number): { api: MeridianApi; calls: Call[] } {
  const calls: Call[] = [];
  const api: MeridianApi = {
    call: async (key, _method, path, body) => {
      calls.push({ key, path, body: (body ?? {}) as Record<string, unknown> });
      if (path.startsWith('/x-dna')) {
        const created = calls.filter((call) => call.path === '/x-users');
        return created.map(({ body: { Name } }) => ({ Name, CreditUsed: 0.25 }));
      }
      return { User: { SecretKey: `key of ${String(calls.at(-1)?.body.Name)}` } };
    },
    probe: async () => configStatus,
    text: async () => undefined,
  };
  return { api, calls };
}

const UPSTREAM = { port: 4000, wire: 'chat' } as const;

test('64 accounts have three limited accounts on their path: reseller, tenant, themselves', async () => {
  const { api, calls } = recordingApi(404);
  const { leaves } = await createBenchAccounts(api, 'root key', UPSTREAM);
  const users = calls.filter(({ path }) => path === '/x-users');
  assert.equal(leaves.length, 64);
  assert.equal(new Set(leaves.map(({ key }) => key)).size, 64);
  const parents = new Set(users.map(({ key }) => key));
  assert.equal(parents.size, 6);
  assert.ok(users.every(({ body }) => Number(body.RPM) > 0 && Number(body.TPM) > 0));
  assert.equal(users[2]?.key, 'key of bench-tenant-1');
});

test('at depth 4 a team stands between, limited too', async () => {
  const { api, calls } = recordingApi(404);
  const { leaves } = await createBenchAccounts(api, 'root key', { ...UPSTREAM, depth: 4 });
  const users = calls.filter(({ path }) => path === '/x-users');
  assert.equal(leaves.length, 64);
  assert.equal(users.length, 1 + 4 + 4 + 64);
  assert.ok(users.every(({ body }) => Number(body.RPM) > 0 && Number(body.TPM) > 0));
  assert.equal(users[3]?.key, 'key of bench-team-1');
});

test('no account grants more than it was granted', async () => {
  const { api, calls } = recordingApi(404);
  await createBenchAccounts(api, 'root key', { ...UPSTREAM, depth: 4 });
  const granted = new Map<string, number>();
  for (const { key, path, body } of calls) {
    if (path === '/x-users') granted.set(key, (granted.get(key) ?? 0) + Number(body.CreditGranted));
  }
  const received = new Map(
    calls.map(({ body }) => [`key of ${String(body.Name)}`, Number(body.CreditGranted)]),
  );
  for (const [key, sum] of granted) {
    if (key !== 'root key') assert.ok(sum < (received.get(key) ?? 0), key);
  }
});

test('the level rule is only written where the server has the route', async () => {
  for (const [status, expected] of [
    [404, 0],
    [401, 1],
  ] as const) {
    const { api, calls } = recordingApi(status);
    await createBenchAccounts(api, 'root key', UPSTREAM);
    assert.equal(calls.filter(({ path }) => path === '/x-config').length, expected);
  }
});

test('spending is summed over the accounts of the load only', async () => {
  const { api } = recordingApi(404);
  const accounts = await createBenchAccounts(api, 'root key', UPSTREAM);
  assert.equal(await totalSpent(api, accounts), 16);
});

test('a made-up account key has the form of real ones', () => {
  assert.match(randomAccountKey(), /^sk-Xvs[A-Za-z0-9]{45}$/);
});
