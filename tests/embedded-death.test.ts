import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freshDatabase, startServer } from '@meridian/testkit';

const MORTAL_SERVER = fileURLToPath(import.meta.resolve('./support/mortal-server.ts'));

test('a server whose embedded database died ends with a clear line, and can be started again', async () => {
  await using database = await freshDatabase('embedded');
  await using server = await startServer({ database, main: MORTAL_SERVER });
  process.kill(server.pid, 'SIGUSR2');
  assert.deepEqual(await server.exited, { code: 1, signal: null });
  assert.match(server.stderr, /^meridian: the embedded database has stopped; .*start it again$/m);
  await server.restart();
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});
