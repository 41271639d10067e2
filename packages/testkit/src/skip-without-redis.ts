/** The reason that the test runner knows; see scripts/testing/verdict.ts. */
const NEEDS_REDIS = 'needs Redis';

/** For the `skip` of tests that need Redis: a reason where the run has none, else false. */
export function skipWithoutRedis(): string | false {
  return process.env.TEST_REDIS_URL ? false : NEEDS_REDIS;
}
