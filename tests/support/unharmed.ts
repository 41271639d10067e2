import assert from 'node:assert/strict';
import type { ServerProcess } from '@meridian/testkit';

/** Proves that the server is alive, ready, and met nothing that it did not expect. */
export async function assertUnharmed(server: ServerProcess): Promise<void> {
  for (const path of ['/healthz', '/readyz']) {
    assert.equal((await fetch(server.url + path)).status, 200, path);
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.deepEqual(metrics.match(/^meridian_unexpected_errors_total.*$/gm) ?? [], []);
  assert.doesNotMatch(server.stderr, /unhandled rejection|unexpected error|uncaught/i);
}
