import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageExplanation } from '@meridian/contract';
import { createApiClient, WORLD_MODEL, world } from '@meridian/testkit';
import { until } from './support/until.ts';

const PATH = '/v1/chat/completions';
const METRICS_TOKEN = 'token-of-the-metrics-reader';

test('records name the endpoint by its path, metrics by one label also for what was turned away', async () => {
  await using here = await world({ env: { MERIDIAN_METRICS_TOKEN: METRICS_TOKEN } });
  const body = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'hi' }] };
  const answer = await here.account.api.request('POST', PATH, { body });
  assert.equal(answer.status, 200, answer.text);
  const record = await until('the usage record', async () => {
    const id = answer.headers.get('x-request-id');
    const found = await here.root.request('GET', `/x-usage/${id}`);
    return found.status === 200 ? found.json<UsageExplanation>() : undefined;
  });
  assert.equal(record.endpoint, PATH);
  const stranger = createApiClient(() => here.server.url, `sk-Xvs${'Unknown00'.repeat(5)}`);
  assert.equal((await stranger.request('POST', PATH, { body })).status, 401);
  const reader = createApiClient(() => here.server.url, METRICS_TOKEN);
  const { text } = await reader.request('GET', '/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith('meridian_requests_total{'));
  assert.equal(lines.length, 2, text);
  assert.ok(
    lines.every((line) => line.includes('surface="chat"')),
    lines.join('\n'),
  );
});
