import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEvents, type Log } from './events.ts';
import { createMetrics } from './metrics.ts';

/** Events that write `level message` to a list, `access` for the access log. */
function listen() {
  const lines: string[] = [];
  const at = (level: string) => (_fields: object, message: string) => {
    lines.push(`${level} ${message}`);
  };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const access = { line: (message: string) => void lines.push(`access ${message}`) };
  return { lines, events: createEvents(log, access, createMetrics()) };
}

const EVENT = { requestId: 'r', accountId: 1, surface: 'chat' };

test('a failure that the configuration asks for is no error of the server', () => {
  const { lines, events } = listen();
  events.uncharged({ ...EVENT, status: 503, code: 'no_provider_key' });
  events.uncharged({ ...EVENT, status: 500, code: 'server_error' });
  events.uncharged({ ...EVENT, status: 503, code: 'upstream_unavailable' });
  assert.deepEqual(lines, [
    'access request not charged',
    'error request failed',
    'error request failed',
  ]);
});
