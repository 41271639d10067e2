/** Variables that could make a test spend money, reach the internet or depend on the machine. */
const REMOVED =
  /^(MERIDIAN_(?!TEST_).*|AWS_.*|AZURE_.*|GOOGLE_.*|HF_TOKEN|OLLAMA_HOST|.*_(API_KEY|API_TOKEN|API_BASE|BASE_URL)|(https?|all|no)_proxy|NODE_TEST_CONTEXT)$/i;

/** Where the servers of a run are; null for one that is missing. */
export interface TestServers {
  readonly postgresUrl: string;
  readonly redisUrl: string | null;
}

/** The environment of the tests: the machine's without provider keys, and with the test servers. */
export function testEnvironment(env: NodeJS.ProcessEnv, servers: TestServers): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !REMOVED.test(name));
  return {
    ...Object.fromEntries(kept),
    MERIDIAN_ENV_KEYS: 'off',
    TEST_DATABASE_URL: servers.postgresUrl,
    ...(servers.redisUrl !== null && { TEST_REDIS_URL: servers.redisUrl }),
  };
}
