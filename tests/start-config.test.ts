import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BadConfig, readConfig } from '../apps/server/src/config.ts';
import { type Run, runMeridian } from './support/run-meridian.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

let folder: Folder;
let taken: Server;
before(async () => {
  folder = await temporaryFolder();
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
});
after(async () => {
  taken.close();
  await folder[Symbol.asyncDispose]();
});

/** Runs until it ends by itself, which it has to. */
async function run(env: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Run> {
  await using started = runMeridian(
    {
      MERIDIAN_PORT: '0',
      MERIDIAN_ENV_KEYS: 'off',
      MERIDIAN_DATA_DIR: join(folder.path, 'data'),
      ...env,
    },
    words,
  );
  return await started.ended;
}

/** Proves that it stopped with one clear line. */
function assertOneLine(
  { code, stdout, stderr }: Run,
  expected: { code: number; says: RegExp },
): void {
  assert.equal(code, expected.code, stderr);
  assert.match(stderr, /^meridian: .{10,300}\n$/);
  assert.match(stderr, expected.says);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
  assert.equal(stdout, '');
}

/** Values that each variable refuses. */
const BAD_VALUES: Readonly<Record<string, readonly string[]>> = {
  MERIDIAN_HOST: ['not a host', 'http://127.0.0.1'],
  MERIDIAN_PORT: ['x', '-1', '65536', '80.5', '0x50'],
  MERIDIAN_PUBLIC_URL: ['example.com', 'ftp://example.com', '/'],
  MERIDIAN_DATABASE_URL: ['localhost:5432', 'mysql://localhost/x', 'secret-word'],
  MERIDIAN_REDIS_URL: ['localhost:6379', 'http://localhost:6379'],
  MERIDIAN_ROOT_KEY: [
    'secret-word',
    'sk-Xvs',
    `sk-Xvs${'a'.repeat(44)}`,
    `sk-Xvs${'-'.repeat(45)}`,
  ],
  MERIDIAN_ROOT_EMAIL: ['nobody', 'a@', 'a b@example.com'],
  MERIDIAN_PROVIDER_KEYS: [
    'secret-word',
    'secret-word-0123456789::',
    'secret-word-0123456789::nonsense',
    'secret-word-0123456789::ftp://example.com',
    'secret-word-0123456789::https://example.com::zero',
    'secret-word-0123456789::https://example.com::0',
    'secret-word-0123456789::https://example.com::1::more',
    'secret-word-0123456789::https://example.com,,',
  ],
  MERIDIAN_ENV_KEYS: ['yes', '1', 'ON'],
  MERIDIAN_SANDBOX: ['maybe', 'true'],
  MERIDIAN_ENCRYPTION_KEY: ['secret-word', Buffer.alloc(31).toString('base64')],
  MERIDIAN_ROLES: ['web', 'api,web', 'api worker'],
  MERIDIAN_WORKERS: ['0', '65', 'all', '2'],
  MERIDIAN_DEGRADED_LIMITS: ['open'],
  MERIDIAN_TRUSTED_PROXIES: ['somewhere', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.1,,'],
  MERIDIAN_ALLOW_PRIVATE_UPSTREAMS: ['yes', 'on'],
  MERIDIAN_DRAIN_SECONDS: ['-1', 'long', '1.5', '99999999'],
  MERIDIAN_LOG_LEVEL: ['loud', 'INFO'],
};

describe('a bad value', () => {
  for (const [variable, values] of Object.entries(BAD_VALUES)) {
    test(`of ${variable} is told with one line that names it and none of its secrets`, () => {
      for (const value of values) {
        assert.throws(
          () => readConfig({ [variable]: value }),
          (error: unknown) => {
            assert.ok(error instanceof BadConfig, `${value}: ${error}`);
            assert.match(error.message, new RegExp(`^${variable}\\b.{10,250}$`));
            assert.ok(!error.message.includes('secret-word'), error.message);
            return true;
          },
        );
      }
    });

    test(`of ${variable} stops the start with exit code 2`, async () => {
      const ended = await run({ [variable]: values[0] ?? '' });
      assertOneLine(ended, { code: 2, says: new RegExp(`\\b${variable}\\b`) });
    });
  }

  test('is none where the variable is empty', () => {
    const empty = Object.fromEntries(Object.keys(BAD_VALUES).map((name) => [name, '  ']));
    assert.deepEqual(readConfig(empty), readConfig({}));
  });

  test('the same as an option of the command line', async () => {
    assertOneLine(await run({}, ['serve', '--port', 'x']), { code: 2, says: /PORT/ });
    assertOneLine(await run({}, ['serve', '--port=x']), { code: 2, says: /PORT/ });
    assertOneLine(await run({}, ['--log-level', 'loud']), { code: 2, says: /LOG_LEVEL/ });
    assertOneLine(await run({}, ['serve', '--port']), { code: 2, says: /--port/ });
    assertOneLine(await run({}, ['serve', '--colour', 'red']), { code: 2, says: /--colour/ });
  });

  test('a command that does not exist shows those that do', async () => {
    const { code, stdout, stderr } = await run({}, ['server']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /"server".*ledger verify/s);
  });
});

describe('what cannot be used stops the start with one line and exit code 1', () => {
  test('a port that is taken', async () => {
    const { port } = taken.address() as AddressInfo;
    const ended = await run({ MERIDIAN_PORT: String(port) });
    assertOneLine(ended, { code: 1, says: new RegExp(`${port}`) });
  });

  test('an address that is not this machine’s', async () => {
    assertOneLine(await run({ MERIDIAN_HOST: '192.0.2.1' }), { code: 1, says: /192\.0\.2\.1/ });
  });

  test('a data folder that is a file', async () => {
    const path = join(folder.path, 'file');
    await writeFile(path, 'x');
    assertOneLine(await run({ MERIDIAN_DATA_DIR: path }), { code: 1, says: /file/ });
    const below = join(path, 'below');
    assertOneLine(await run({ MERIDIAN_DATA_DIR: below }), { code: 1, says: /file/ });
  });

  test('a database that does not answer, or lets nobody in; its password is not told', async () => {
    const { port } = taken.address() as AddressInfo;
    const nobody = 'postgres://meridian:secret-word@127.0.0.1:1/meridian';
    const refused = await run({ MERIDIAN_DATABASE_URL: nobody });
    assertOneLine(refused, { code: 1, says: /database|ECONNREFUSED/i });
    assert.ok(!refused.stderr.includes('secret-word'), refused.stderr);
    const other = `postgres://meridian:secret-word@127.0.0.1:${port}/meridian`;
    const wrong = await run({ MERIDIAN_DATABASE_URL: other });
    assert.equal(wrong.code, 1);
    assert.ok(!wrong.stderr.includes('secret-word'), wrong.stderr);
  });

  test('another encryption key than the one that the data were written with', async () => {
    const data = join(folder.path, 'encrypted');
    const keyOf = (letter: string): string => Buffer.alloc(32, letter).toString('base64');
    const env = { MERIDIAN_PORT: '0', MERIDIAN_ENV_KEYS: 'off', MERIDIAN_DATA_DIR: data };
    {
      await using first = runMeridian({ ...env, MERIDIAN_ENCRYPTION_KEY: keyOf('a') });
      await first.url;
      await first.stop();
    }
    const ended = await run({ ...env, MERIDIAN_ENCRYPTION_KEY: keyOf('b') });
    assertOneLine(ended, { code: 1, says: /MERIDIAN_ENCRYPTION_KEY/ });
  });
});
