import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshDatabase } from './fresh-database.ts';
import { startServer, TEST_ROOT_KEY } from './server-process.ts';

/** A stand-in for the product: says that it is ready, answers SIGTERM, tells its environment. */
const STAND_IN = `
  import { createServer } from 'node:http';
  process.on('SIGTERM', () => { console.log('draining'); process.exit(3); });
  const server = createServer((request, response) => response.end(JSON.stringify(process.env)));
  console.log('starting on http://127.0.0.1:1');
  server.listen(0, '127.0.0.1', () => {
    console.error('a warning');
    console.log('meridian listening on http://127.0.0.1:' + server.address().port);
  });
`;

async function standIn(folder: string, source = STAND_IN): Promise<string> {
  const main = join(folder, 'stand-in.mjs');
  await writeFile(main, source);
  return main;
}

test('a server is ready when it says so, has its own environment, and can be restarted', async () => {
  await using database = await freshDatabase('embedded');
  const main = await standIn(database.folder);
  process.env.OPENAI_API_KEY = 'must not be passed on';
  await using server = await startServer({ database, main, env: { MERIDIAN_SANDBOX: 'off' } });
  delete process.env.OPENAI_API_KEY;
  const env = (await (await fetch(server.url)).json()) as Record<string, string>;
  assert.equal(env.MERIDIAN_DATA_DIR, database.folder);
  assert.equal(env.MERIDIAN_ENV_KEYS, 'off');
  assert.equal(env.MERIDIAN_SANDBOX, 'off');
  assert.equal(env.MERIDIAN_ROOT_KEY, TEST_ROOT_KEY);
  assert.equal(env.OPENAI_API_KEY, undefined);
  assert.equal(server.rootKey, TEST_ROOT_KEY);
  assert.match(server.rootKey, /^sk-Xvs[A-Za-z0-9]{45}$/);

  await assert.rejects(server.restart(), /still runs/);
  assert.deepEqual(await server.kill('SIGTERM'), { code: 3, signal: null });
  assert.match(server.stdout, /draining/);
  assert.match(server.stderr, /a warning/);
  const pid = server.pid;
  await server.restart();
  assert.notEqual(server.pid, pid);
  assert.equal((await fetch(server.url)).status, 200);
  assert.deepEqual(await server.kill('SIGKILL'), { code: null, signal: 'SIGKILL' });
  assert.deepEqual(await server.exited, { code: null, signal: 'SIGKILL' });
});

test('a server that ends instead of getting ready is told with its output', async () => {
  await using database = await freshDatabase('embedded');
  const main = await standIn(database.folder, "console.error('no such port'); process.exit(1);");
  await assert.rejects(
    startServer({ database, main }),
    /ended before it was ready \(1\).*no such/s,
  );
});

test('a server dies with the test process, however that ends', async (t) => {
  await using database = await freshDatabase('embedded');
  const main = await standIn(database.folder);
  const pidFile = join(database.folder, 'pid');
  const parent = (end: string): string => `
    import { writeFileSync } from 'node:fs';
    import { startServer } from ${JSON.stringify(import.meta.resolve('./server-process.ts'))};
    const server = await startServer({
      database: { url: null, folder: ${JSON.stringify(database.folder)} },
      main: ${JSON.stringify(main)},
    });
    writeFileSync(${JSON.stringify(pidFile)}, String(server.pid));
    ${end}
  `;
  const ends = ['process.exit(0);', "throw new Error('a test failed');"];
  // Without setpriv nothing runs in a process that is killed outright; `npm test` then cleans up.
  if (existsSync('/usr/bin/setpriv')) ends.push("process.kill(process.pid, 'SIGKILL');");
  for (const end of ends) {
    await t.test(end, async () => {
      const runner = spawn(process.execPath, ['--input-type=module', '-e', parent(end)], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      await once(runner, 'exit');
      const pid = Number(await readFile(pidFile, 'utf8'));
      assert.ok(pid > 0);
      await waitUntilGone(pid);
    });
  }
});

/** The kernel takes a moment to end a killed process; a zombie has ended. */
async function waitUntilGone(pid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (stat === null || /\) Z /.test(stat)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail(`process ${pid} is still there`);
}
