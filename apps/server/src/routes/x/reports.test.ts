import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestApplication, testCaller } from '../../edge/management/test-application.ts';
import { managementRoutes } from '../index.ts';
import { createTestServices } from '../test-services.ts';

function world() {
  const { services, calls } = createTestServices();
  const callers = { good: testCaller(42) };
  const { app } = createTestApplication({ routes: managementRoutes(services), callers });
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    app.inject({ method: 'GET', url, headers: { 'x-api-key': 'good', ...headers } });
  return { get, calls };
}

describe('bills and lists of usage', () => {
  it('hand over every parameter, under both of its names', async () => {
    const { get, calls } = world();
    await get('/x-bill?u=L2&d=2026-11-01&page=2&size=5');
    await get('/x-bill?user=acme&start=2026-11-01&end=2026-11-02');
    await get('/dashboard/x-user-bill?days=30&s=2026-11-01&e=2026-11-02&user=acme');
    await get('/x-usage?user=.1.2.&from=2026-11-01&to=2026-11-02T03:04:05%2B02:00&limit=7&after=x');
    assert.deepEqual(calls, [
      ['bill', { u: 'L2', d: '2026-11-01', page: 2, size: 5 }],
      ['bill', { user: 'acme', start: '2026-11-01', end: '2026-11-02' }],
      ['ownBill', { days: 30, s: '2026-11-01', e: '2026-11-02' }],
      [
        'listUsage',
        {
          user: '.1.2.',
          from: '2026-11-01',
          to: '2026-11-02T03:04:05+02:00',
          limit: 7,
          after: 'x',
        },
      ],
    ]);
  });

  it('refuse parameters that mean nothing, by name', async () => {
    const { get } = world();
    const wrong = [
      ['/x-bill?date=2026-02-30', 'date'],
      ['/x-bill?start=yesterday', 'start'],
      ['/x-bill?days=0', 'days'],
      ['/x-bill?days=367', 'days'],
      ['/x-bill?size=1001', 'size'],
      ['/x-bill?format=xml', 'format'],
      ['/dashboard/bill?e=2026-13-01', 'e'],
      ['/x-usage?limit=1001', 'limit'],
      ['/x-usage?outcome=failed', 'outcome'],
      ['/x-usage?from=now', 'from'],
    ] as const;
    for (const [url, param] of wrong) {
      const response = await get(url);
      assert.equal(response.statusCode, 400, url);
      assert.equal(response.json().error.param, param, url);
    }
  });

  it('show a bill with its sums and shares', async () => {
    const { get } = world();
    const response = await get('/x-bill');
    assert.equal(response.headers['x-total-count'], '1');
    const figures = { cost: 0.00003, cost_base: 0.00002 };
    const details = { requests: 2, prompt: 10, completion: 5, cached: 0, ...figures };
    assert.deepEqual(response.json(), {
      object: 'list',
      start: '2026-11-01',
      end: '2026-11-22',
      data: [
        {
          aggregation_timestamp: 1795305600,
          n_requests: 2,
          n_context_tokens_total: 10,
          n_generated_tokens_total: 5,
          n_cached_tokens_total: 0,
          ...figures,
          usage_details: { 'sandbox-chat': details },
        },
      ],
      total_usage: { requests: 2, ...figures },
      usage_users: [
        {
          id: 42,
          name: 'acme',
          email: 'ops@acme.example',
          total_requests: 2,
          total_cost: 0.00003,
          total_cost_base: 0.00002,
          usage_analysis: { request_percentage: 100, cost_percentage: 100 },
        },
      ],
    });
  });

  it('are CSV where that is asked for', async () => {
    const { get } = world();
    const bill = await get('/dashboard/bill', { accept: 'text/csv' });
    assert.match(String(bill.headers['content-type']), /^text\/csv/);
    assert.equal(
      bill.headers['content-disposition'],
      'attachment; filename="bill-2026-11-01-2026-11-22.csv"',
    );
    assert.equal(
      bill.body,
      'date,model,requests,prompt_tokens,completion_tokens,cached_tokens,cost,cost_base\r\n' +
        '2026-11-22,sandbox-chat,2,10,5,0,0.00003,0.00002\r\n',
    );
    const [head, line, end, ...rest] = (await get('/x-usage?format=csv')).body.split('\r\n');
    assert.deepEqual([end, rest], ['', []]);
    assert.equal(head?.split(',').length, line?.split(',').length);
    assert.match(line ?? '', /^019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21,2026-/);
  });
});
