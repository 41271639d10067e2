import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WORLD_UPSTREAM_SECRET, type World, world } from '@meridian/testkit';
import { parse } from 'yaml';
import { type Run, runMeridian } from './support/run-meridian.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const NEW_SECRET = 'upstream-secret-that-no-file-holds';
const MAIL_PASSWORD = 'canary-mail-password';

describe('a configuration as a file', () => {
  let here: World;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    here = await world({ database: 'embedded' });
    folder = await temporaryFolder();
    await here.root.call('PUT', '/x-config', {
      MODEL_MAPPER: 'fast=world-model, old-*=none',
      LEVEL_MAPPER: 'world-*=1',
      MODEL_FAILOVER: 'a=b|c',
      RESOURCES: '/v1/chat/completions, /v1/embeddings',
      MODEL_LIMITS: { m: { rpm: 3, concurrency: 2 } },
      PRICING: { ChatPricing: { 'x-*': { InputText: 1 } } },
      USER_API_BALANCE: '0.25',
      EMAIL_SMTP: 'smtp.example.com',
      EMAIL_PASS: MAIL_PASSWORD,
    });
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function config(verb: string, ...flags: string[]): Promise<Run> {
    const env = { MERIDIAN_KEY: here.root.key, UPSTREAM_SECRET: NEW_SECRET };
    await using run = runMeridian(env, ['config', verb, '--url', here.server.url, ...flags]);
    return await run.ended;
  }

  const at = (name: string): string => join(folder.path, name);

  for (const format of ['yaml'] as const) {
    test(`what is exported as ${format} differs in nothing, and holds no secret`, async () => {
      const file = at(`same.${format}`);
      assert.equal((await config('export', '--file', file)).code, 0);
      const text = await readFile(file, 'utf8');
      for (const secret of [WORLD_UPSTREAM_SECRET, MAIL_PASSWORD])
        assert.ok(!text.includes(secret));
      const { settings, provider_keys: keys } = parse(text);
      assert.deepEqual(settings.MODEL_MAPPER, { fast: 'world-model', 'old-*': 'none' });
      assert.deepEqual(settings.PRICING, { ChatPricing: { 'x-*': { InputText: 1 } } });
      assert.equal(settings.EMAIL_PASS, '***');
      assert.deepEqual([keys.length, keys[0].Name, keys[0].SecretKey], [1, 'world', '***']);
      assert.equal(keys[0].Health, undefined);
      const { code, stdout } = await config('diff', '--file', file);
      assert.deepEqual([code, stdout], [0, 'Nothing differs.\n']);
    });
  }

  test('a changed file is told entry by entry, then applied whole; secrets stay', async () => {
    const file = at('changed.json');
    await config('export', '--file', file);
    const wanted = JSON.parse(await readFile(file, 'utf8'));
    wanted.settings.MODEL_MAPPER = { fast: 'other-model' };
    wanted.settings.LEVEL_MAPPER = { 'world-*': 2 };
    wanted.settings.RESOURCES = { '*': {} };
    wanted.settings.MODEL_LIMITS = { m: { rpm: 4 } };
    delete wanted.settings.USER_API_BALANCE;
    delete wanted.settings.PRICING;
    wanted.provider_keys[0].Level = 2;
    wanted.provider_keys.push({
      Name: 'second',
      Level: 3,
      Provider: here.upstream.url,
      SecretKey: 'env:UPSTREAM_SECRET',
      Config: { models: ['second-model'], default_price: 0 },
    });
    await writeFile(file, JSON.stringify(wanted));

    const diff = await config('diff', '--file', file);
    assert.equal(diff.code, 1);
    for (const line of [
      '~ MODEL_MAPPER',
      '  - fast: "world-model"',
      '  + fast: "other-model"',
      '  - old-*: "none"',
      '- PRICING',
      '- USER_API_BALANCE',
      '  + Level: 2',
      '+ provider key second',
      '  + SecretKey: "***"',
    ])
      assert.ok(diff.stdout.split('\n').includes(line), `${line}\n${diff.stdout}`);
    assert.ok(!diff.stdout.includes(NEW_SECRET));

    const applied = await config('apply', '--file', file, '--yes');
    assert.equal(applied.code, 0, applied.stderr);
    assert.match(applied.stdout, /Applied: 8\.\n$/);
    assert.equal((await config('diff', '--file', file)).stdout, 'Nothing differs.\n');
    const { configs } = await here.root.call<{ configs: Record<string, unknown> }>(
      'GET',
      '/x-config',
    );
    assert.deepEqual(configs.MODEL_MAPPER, { fast: 'other-model' });
    assert.deepEqual([configs.PRICING, configs.EMAIL_PASS], [undefined, '***']);
    const answer = await here.account.api.request('POST', '/v1/chat/completions', {
      body: { model: 'world-model', messages: [{ role: 'user', content: 'x' }] },
    });
    assert.equal(answer.status, 200, 'the first key has kept its secret');

    wanted.provider_keys.pop();
    await writeFile(file, JSON.stringify(wanted));
    const pruned = await config('apply', '--file', file, '--yes', '--prune');
    assert.match(pruned.stdout, /^- provider key second \(\d+\)\nApplied: 1\.\n$/);
  });

  test('what is wrong is told in one line', async () => {
    const file = at('bad.yaml');
    await writeFile(file, 'version: 1\nsettings: {EMAIL_PORT: 99999}\n');
    const { code, stderr } = await config('apply', '--file', file, '--yes');
    assert.equal(code, 1);
    assert.match(stderr, /^meridian: PUT \/x-config: 400 EMAIL_PORT.+\n$/);
  });
});
