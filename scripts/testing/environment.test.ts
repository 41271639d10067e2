import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testEnvironment } from './environment.ts';

const SERVERS = { postgresUrl: 'postgres://here/db', redisUrl: 'redis://here' };

test('the tests learn where the servers are and that environment keys are off', () => {
  const env = testEnvironment({ PATH: '/bin', MERIDIAN_ENV_KEYS: 'on' }, SERVERS);
  assert.deepEqual(env, {
    PATH: '/bin',
    MERIDIAN_ENV_KEYS: 'off',
    TEST_DATABASE_URL: 'postgres://here/db',
    TEST_REDIS_URL: 'redis://here',
  });
});

test('without Redis there is no address of it, not even an inherited one', () => {
  const env = testEnvironment({ TEST_REDIS_URL: '' }, { ...SERVERS, redisUrl: null });
  assert.ok(!env.TEST_REDIS_URL);
});

const removed = [
  ...['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'OPENROUTER_API_KEY', 'NEW_VENDOR_API_KEY'],
  ...['REPLICATE_API_TOKEN', 'OPENAI_BASE_URL', 'AWS_SECRET_ACCESS_KEY', 'AZURE_OPENAI_ENDPOINT'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'HF_TOKEN', 'OLLAMA_HOST', 'HTTPS_PROXY', 'http_proxy'],
  ...['MERIDIAN_PROVIDER_KEYS', 'MERIDIAN_DATABASE_URL', 'NODE_TEST_CONTEXT'],
];

for (const name of removed) {
  test(`${name} is kept from the tests`, () => {
    assert.equal(testEnvironment({ [name]: 'x' }, SERVERS)[name], undefined);
  });
}

for (const name of ['HOME', 'TMPDIR', 'LANG', 'NODE_OPTIONS', 'MERIDIAN_TEST_SEED', 'CI']) {
  test(`${name} reaches the tests`, () => {
    assert.equal(testEnvironment({ [name]: 'x' }, SERVERS)[name], 'x');
  });
}
