// `npm test`: provides PostgreSQL and Redis, runs every test file whose path contains one of the
// arguments (all without any), and ends with one line of counts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testEnvironment } from './testing/environment.ts';
import { groupMembers, killGroup } from './testing/process-group.ts';
import { type ProvidedServers, provideServers } from './testing/test-servers.ts';
import { judge, type RunResult } from './testing/verdict.ts';

const TEST_FILES = '{apps,packages,scripts,tests}/**/*.test.ts';

/** Without it every test file strips the types of everything that it imports once more. */
const COMPILE_CACHE = 'node_modules/.cache/meridian/compile';

interface Run {
  readonly result: RunResult;
  readonly leftovers: readonly string[];
}

function testFiles(filters: readonly string[]): string[] {
  const paths = globSync(TEST_FILES, { exclude: ['**/node_modules/**'] })
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .sort();
  // Whole-process tests take longest: first, so that at the end no core waits for another.
  const isSlow = (path: string): boolean => path.startsWith('tests');
  const ordered = [...paths.filter(isSlow), ...paths.filter((path) => !isSlow(path))];
  return ordered.map((path) => resolve(path));
}

/** Runs the files in a process group of their own, of which nothing is left when this returns. */
async function runInGroup(files: readonly string[], servers: ProvidedServers): Promise<Run> {
  const runner = fileURLToPath(new URL('testing/run-files.ts', import.meta.url));
  const child = spawn(process.execPath, [runner, ...files], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...testEnvironment(process.env, servers), NODE_COMPILE_CACHE: resolve(COMPILE_CACHE) },
    detached: true,
  });
  const group = child.pid;
  if (group === undefined) throw new Error('The test runner could not be started.');
  servers.guard(group);
  const stop = (): void => killGroup(group);
  process.once('SIGINT', stop).once('SIGTERM', stop).once('SIGHUP', stop);
  let result: RunResult | undefined;
  child.on('message', (message: RunResult) => {
    result = message;
  });
  await once(child, 'exit');
  const leftovers = groupMembers(group);
  killGroup(group);
  servers.guard(0);
  if (result === undefined) throw new Error('The test runner was stopped.');
  return { result, leftovers };
}

async function main(): Promise<void> {
  const files = testFiles(process.argv.slice(2));
  if (files.length === 0) throw new Error('No test file matches.');
  await using servers = await provideServers(process.env);
  const { result, leftovers } = await runInGroup(files, servers);
  const allowed = (process.env.MERIDIAN_TEST_ALLOW_MISSING ?? '').split(',');
  const verdict = judge(result, {
    leftovers,
    isRedisMissing: servers.redisUrl === null,
    mayRedisBeMissing: allowed.includes('redis'),
  });
  for (const problem of verdict.problems) console.log(problem);
  console.log(verdict.line);
  if (!verdict.isGreen) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 0 failed');
  process.exitCode = 1;
}
