import { operationLogRoutes } from '@meridian/contract';
import type { LoggedOperation, OperationLog } from '@meridian/core/accounts';
import { pageAnswer } from '../../edge/management/paging.ts';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import { describeOperation } from './describe-operation.ts';

const PAGE_SIZE = 24;

/** `GET /dashboard/logs`, and its older name. */
export function listLogs(log: Pick<OperationLog, 'list'>): readonly ServedRoute[] {
  return [operationLogRoutes.listLogs, operationLogRoutes.listLogsAlias].map((route) =>
    serve(route, async ({ caller, query }) => {
      const { page = 1, size = PAGE_SIZE, action, target_id: targetId, status } = query;
      const { entries, total } = await log.list(
        { accountId: caller.accountId, dna: caller.policy.dna },
        {
          ...(action !== undefined && { action }),
          ...(targetId !== undefined && { targetId }),
          ...(status !== undefined && { status }),
        },
        { page, size },
      );
      const body = { logs: entries.map(toView), total, page, size };
      return pageAnswer({ ...body, has_more: page * size < total }, { page, size, total });
    }),
  );
}

function toView(line: LoggedOperation) {
  const { chain } = line;
  return {
    id: line.id,
    action: line.action,
    operator_id: line.operatorId,
    operator_name: line.operatorName,
    target_id: line.targetId,
    target_name: line.targetName,
    status: line.status,
    details: describeOperation(line),
    changes: line.changes,
    address: line.address,
    created_at: new Date(line.at).toISOString().slice(0, 19).replace('T', ' '),
    chain: { owner_id: chain.ownerId, seq: chain.seq, hash: chain.hash },
  };
}
