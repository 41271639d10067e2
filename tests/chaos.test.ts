import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from '../bench/chaos/chaos.ts';
import { SHORT_RUN } from '../bench/chaos/options.ts';
import { problemsOf } from '../bench/chaos/report.ts';

test('while keys, nodes, Redis and PostgreSQL fail, clients are answered, limits kept, bills right', {
  timeout: 120_000,
}, async (context) => {
  const result = await runChaos({ ...SHORT_RUN, report: undefined });
  const { service, bills, limits } = result;
  context.diagnostic(
    `${service.answered} of ${service.sent} answered, ${service.inFlight} in flight`,
  );
  assert.deepEqual(problemsOf(result), [], result.log.slice(-20_000));
  assert.ok(service.sent > 400 && bills.records > service.answered, 'there was traffic');
  for (const { name, refused } of limits) assert.ok(refused > 0, `${name} was reached`);
});
