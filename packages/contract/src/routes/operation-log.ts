import { pagingHeaders } from '../headers.ts';
import { type OperationLogView, operationLogQuery, operationLogView } from '../operation-log.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const example: OperationLogView = {
  logs: [
    {
      id: 123,
      action: 'add_user',
      operator_id: 1,
      operator_name: 'root',
      target_id: 42,
      target_name: 'acme-production',
      status: 'success',
      details: 'Created user with email: ops@acme.example',
      changes: { Email: [null, 'ops@acme.example'] },
      address: '203.0.113.7',
      created_at: '2026-11-22 10:30:00',
      chain: { owner_id: 1, seq: 87, hash: '9f'.repeat(32) },
    },
  ],
  total: 150,
  page: 1,
  size: 24,
  has_more: true,
};

const listLogs = defineRoute({
  id: 'logs.list',
  method: 'GET',
  path: '/dashboard/logs',
  summary: 'See what was changed, by whom and from where',
  description:
    'Every change of an account, its keys and its configuration within the own subtree, and what the caller did itself. Lines are never changed; `meridian ledger verify` proves it.',
  tag: 'Dashboard',
  auth: 'key',
  query: operationLogQuery,
  responses: {
    200: { description: 'One page.', schema: operationLogView, headers: pagingHeaders, example },
  },
  errors: [],
});

/** The operation log. */
export const operationLogRoutes = {
  listLogs,
  listLogsAlias: aliasRoute(listLogs, { id: 'logs.listAlias', path: '/dashboard/x-user-logs' }),
};
