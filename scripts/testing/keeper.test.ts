import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

/** Says that it is ready like Redis, and where it was told to live and what its process is. */
const STAND_IN = `#!/bin/sh
if [ "$1" = --version ]; then echo 'Redis server v=7.0.0'; exit; fi
grep '^dir ' | cut -d' ' -f2 > "$(dirname "$0")/folder"
echo $$ > "$(dirname "$0")/pid"
echo 'Ready to accept connections'
exec sleep 1000
`;

/** A runner that starts the keeper and something in place of the tests, then waits to be killed. */
const RUNNER = `
  import { spawn } from 'node:child_process';
  const { startKeeper } = await import(process.env.KEEPER);
  const keeper = await startKeeper({ postgresBin: null, redisBinary: process.env.STAND_IN });
  const tests = spawn('sleep', ['1000'], { detached: true, stdio: ['ignore', 1, 'ignore'] });
  keeper.guard(tests.pid);
  console.log(JSON.stringify({ url: keeper.redisUrl, tests: tests.pid }));
`;

test('when the runner is killed, the tests, the servers and their folder go too', async () => {
  const folder = await mkdtemp('/tmp/meridian-keeper-');
  try {
    await chmod(folder, 0o777);
    const standIn = join(folder, 'server');
    await writeFile(standIn, STAND_IN);
    await chmod(standIn, 0o755);
    const runner = spawn(process.execPath, ['--input-type=module', '-e', RUNNER], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        STAND_IN: standIn,
        KEEPER: import.meta.resolve('./keeper-client.ts'),
      },
    });
    const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string];
    assert.match((JSON.parse(line) as { url: string }).url, /^redis:\/\/:\w+@127\.0\.0\.1:\d+$/);
    const data = (await readFile(join(folder, 'folder'), 'utf8')).trim();
    assert.ok(existsSync(data));

    runner.kill('SIGKILL');
    // The stand-in for the tests holds the runner's output open, the keeper its error output.
    await Promise.all([once(runner.stdout, 'close'), once(runner.stderr.resume(), 'close')]);
    assert.ok(!existsSync(data));
    const server = Number(await readFile(join(folder, 'pid'), 'utf8'));
    assert.throws(() => process.kill(server, 0), /ESRCH/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
