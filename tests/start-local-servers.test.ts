import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { test } from 'node:test';
import { chatCompletion } from '@meridian/testkit';
import { runMeridian } from './support/run-meridian.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** Where model servers are looked for. Another program may have one of them, seldom all. */
const PORTS = [11_434, 1_234, 1_337, 4_891] as const;
const MODEL = 'tiny-local-model:1b';

/** A model server without keys, as Ollama is one; on the first port that is free. */
async function startModelServer(): Promise<{ readonly server: Server; readonly port: number }> {
  for (const port of PORTS) {
    const server = createServer((request, response) => {
      request.resume();
      const isList = request.url === '/v1/models';
      const body = isList ? { data: [{ id: MODEL }] } : chatCompletion({ model: MODEL });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    server.listen(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(server, 'listening').then(() => 'listening' as const),
      once(server, 'error'),
    ]).catch(() => undefined);
    if (outcome === 'listening') return { server, port };
  }
  throw new Error(`None of the ports ${PORTS.join(', ')} is free.`);
}

test('a model server on this machine is found, serves at once, and costs nothing', async () => {
  const { server, port } = await startModelServer();
  try {
    await using folder = await temporaryFolder();
    const key = `sk-Xvs${'LocalKeys'.repeat(5)}`;
    await using meridian = runMeridian({
      MERIDIAN_PORT: '0',
      MERIDIAN_DATA_DIR: folder.path,
      MERIDIAN_ROOT_KEY: key,
    });
    const url = await meridian.url;
    const found = `http://127.0.0.1:${port} with 1 model`;
    assert.ok(meridian.stdout.includes(found), meridian.stdout);
    assert.doesNotMatch(meridian.stdout, /sandbox/);
    assert.ok(meridian.stdout.includes(`"model":"${MODEL}"`), meridian.stdout);

    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const model = await (await fetch(`${url}/v1/models/${MODEL}`, { headers })).json();
    const { meridian: facts } = model as { meridian: { pricing: Record<string, unknown> } };
    assert.deepEqual([facts.pricing.input, facts.pricing.output], [0, 0]);
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(Number(answer.headers.get('x-meridian-cost')), 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
