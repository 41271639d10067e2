import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createFakeUpstream, freshDatabase } from '@meridian/testkit';
import { runMeridian } from './support/run-meridian.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const ROOT_KEY = /sk-Xvs[A-Za-z0-9]{45}/g;
const ANY_PORT = { MERIDIAN_PORT: '0', MERIDIAN_ENV_KEYS: 'off' };

const permissions = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

/** The command to try out of the text at the start, as a person would paste it. */
function pasted(stdout: string): string {
  const lines = stdout.split('\n');
  const first = lines.findIndex((line) => line.trimStart().startsWith('curl '));
  return lines.slice(first, first + 2).join('\n');
}

async function runShell(
  command: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const shell = promisify(execFile)('sh', ['-c', `${command} -s -w '\\n%{http_code}'`], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return (await shell).stdout;
}

describe('the first start with no configuration', () => {
  test('makes a private folder, prints root’s key once, and the line to paste works', async (t) => {
    await using folder = await temporaryFolder();
    const env = { ...ANY_PORT, MERIDIAN_DATA_DIR: join(folder.path, 'data') };
    await using first = runMeridian(env);
    const url = await first.url;
    assert.match(url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const coldMs = await first.readyMs;
    assert.equal(await permissions(env.MERIDIAN_DATA_DIR), '700');

    const keys = new Set(first.stdout.match(ROOT_KEY));
    assert.equal(keys.size, 1, first.stdout);
    assert.match(first.stdout, /Root's key, shown this once: sk-Xvs/);
    assert.match(first.stdout, /sandbox/);
    assert.match(first.stdout, /survives a killed process but not a loss of power/);
    assert.doesNotMatch(first.stderr, ROOT_KEY);

    const answer = await runShell(pasted(first.stdout));
    assert.match(answer, /\n200$/, answer);
    assert.match(answer, /sandbox/i);
    const { code } = await first.stop();
    assert.equal(code, 0);

    await using second = runMeridian(env);
    await second.url;
    assert.doesNotMatch(second.stdout + second.stderr, ROOT_KEY);
    assert.match(second.stdout, /sandbox/);
    const [key = ''] = keys;
    const models = await fetch(`${await second.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    });
    assert.equal(models.status, 200);
    const warmMs = await second.readyMs;
    t.diagnostic(
      `ready after ${coldMs.toFixed(0)} ms (empty folder), ${warmMs.toFixed(0)} ms (warm)`,
    );
  });

  test('does not print a key that was preset; the line to paste takes it from the environment', async () => {
    await using folder = await temporaryFolder();
    const key = `sk-Xvs${'PresetKey'.repeat(5)}`;
    const preset = { MERIDIAN_ROOT_KEY: key };
    await using server = runMeridian({ ...ANY_PORT, ...preset, MERIDIAN_DATA_DIR: folder.path });
    await server.url;
    assert.ok(!(server.stdout + server.stderr).includes(key));
    assert.match(server.stdout, /\$MERIDIAN_ROOT_KEY/);
    assert.match(await runShell(pasted(server.stdout), preset), /\n200$/);
  });

  test('refuses a second process on the same folder, naming the one that has it', async () => {
    await using folder = await temporaryFolder();
    const env = { ...ANY_PORT, MERIDIAN_DATA_DIR: folder.path };
    await using first = runMeridian(env);
    await first.url;
    const second = await runMeridian(env).ended;
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, new RegExp(`^meridian: .*\\b${first.pid}\\b.*\\n$`));
    assert.equal(second.stdout, '');
    const health = await fetch(`${await first.url}/healthz`);
    assert.equal(health.status, 200);
  });
});

describe('where answers come from', () => {
  test('a provider key that was given serves, and the sandbox is off unless it is asked for', async () => {
    await using folder = await temporaryFolder();
    await using upstream = await createFakeUpstream();
    const key = `sk-Xvs${'GivenKeys'.repeat(5)}`;
    const env = {
      ...ANY_PORT,
      MERIDIAN_DATA_DIR: folder.path,
      MERIDIAN_ROOT_KEY: key,
      MERIDIAN_PROVIDER_KEYS: `upstream-secret-0123456789::${upstream.url}::2`,
    };
    const headers = { authorization: `Bearer ${key}` };
    const ids = async (url: string): Promise<string[]> => {
      const answer = await fetch(`${url}/v1/models`, { headers });
      return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    {
      await using server = runMeridian(env);
      const url = await server.url;
      assert.doesNotMatch(server.stdout, /sandbox/);
      assert.ok(!(server.stdout + server.stderr).includes('upstream-secret'));
      assert.deepEqual(
        (await ids(url)).filter((id) => id.startsWith('sandbox')),
        [],
      );
      const list = await (await fetch(`${url}/x-keys`, { headers })).json();
      const { keys } = list as { keys: { Level: number; Provider: string }[] };
      assert.deepEqual(
        keys.map(({ Level, Provider }) => [Level, Provider]),
        [[2, upstream.url]],
      );
      await server.stop();
    }
    // Again: the key is there already. And now with the sandbox beside it.
    await using again = runMeridian({ ...env, MERIDIAN_SANDBOX: 'on' });
    const url = await again.url;
    assert.match(again.stdout, /sandbox/);
    assert.ok((await ids(url)).some((id) => id.startsWith('sandbox-')));
    const list = await (await fetch(`${url}/x-keys`, { headers })).json();
    assert.equal((list as { keys: unknown[] }).keys.length, 1);
  });

  test('a key of the usual variables serves at level 1 from memory only, and the text says so', async () => {
    await using folder = await temporaryFolder();
    const key = `sk-Xvs${'UsualKeys'.repeat(5)}`;
    const env = {
      MERIDIAN_PORT: '0',
      MERIDIAN_DATA_DIR: folder.path,
      MERIDIAN_ROOT_KEY: key,
      OPENAI_API_KEY: 'sk-never-used-0123456789',
      GROQ_API_KEY: 'gsk-never-used-0123456789',
    };
    await using server = runMeridian(env);
    const url = await server.url;
    assert.match(server.stdout, /level 1: OPENAI_API_KEY, GROQ_API_KEY\./);
    assert.doesNotMatch(server.stdout, /sandbox/);
    assert.ok(!(server.stdout + server.stderr).includes('never-used'));
    const headers = { authorization: `Bearer ${key}` };
    const models = await (await fetch(`${url}/v1/models`, { headers })).json();
    const ids = (models as { data: { id: string }[] }).data.map(({ id }) => id);
    assert.ok(ids.includes('gpt-5-mini'), ids.join(' '));
    const model = /"model":"([^"]+)"/.exec(pasted(server.stdout))?.[1];
    assert.ok(ids.includes(model ?? ''), `${model} is not among those that can be called`);
    const stored = await (await fetch(`${url}/x-keys`, { headers })).json();
    assert.deepEqual((stored as { keys: unknown[] }).keys, []);

    await using off = await temporaryFolder();
    await using without = runMeridian({
      ...env,
      MERIDIAN_DATA_DIR: off.path,
      MERIDIAN_ENV_KEYS: 'off',
    });
    await without.url;
    assert.doesNotMatch(without.stdout, /OPENAI_API_KEY/);
    assert.match(without.stdout, /sandbox/);
  });

  test('MERIDIAN_DATABASE_URL keeps everything on that server', async () => {
    await using database = await freshDatabase('postgres');
    await using folder = await temporaryFolder();
    const env = {
      ...ANY_PORT,
      MERIDIAN_DATA_DIR: join(folder.path, 'data'),
      MERIDIAN_DATABASE_URL: database.url ?? '',
      MERIDIAN_ENCRYPTION_KEY: Buffer.alloc(32, 'x').toString('base64'),
    };
    await using server = runMeridian(env);
    const url = await server.url;
    assert.doesNotMatch(server.stdout, /loss of power/);
    const ready = (await (await fetch(`${url}/readyz`)).json()) as {
      checks: { database: { detail: string } };
      notices: unknown[];
    };
    assert.equal(ready.checks.database.detail, 'postgres');
    assert.deepEqual(ready.notices, []);
    const [key = ''] = server.stdout.match(ROOT_KEY) ?? [];
    await server.stop();

    // Another folder, the same database: the same root, and no key is printed again.
    await using again = runMeridian({ ...env, MERIDIAN_DATA_DIR: join(folder.path, 'other') });
    assert.doesNotMatch(again.stdout, ROOT_KEY);
    const models = await fetch(`${await again.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    });
    assert.equal(models.status, 200);
  });
});
