import type { LoggedOperation, Operation, OperationLog } from '@meridian/core/accounts';
import type { Parameter, Queries, Row } from '../database.ts';

/** Writes one line of the operation log, within the transaction of what it tells. */
export async function recordOperation(queries: Queries, operation: Operation): Promise<void> {
  await queries.query(
    `insert into operation_log (action, operator_id, target_id, target_dna, address, status, changes)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      operation.action,
      operation.operatorId,
      operation.targetId,
      operation.targetDna,
      operation.address,
      operation.status,
      JSON.stringify(operation.changes),
    ],
  );
}

function toOperation(row: Row): LoggedOperation {
  return {
    id: Number(row.id),
    at: (row.at as Date).getTime(),
    action: row.action as string,
    operatorId: Number(row.operator_id),
    targetId: Number(row.target_id),
    targetDna: row.target_dna as string,
    address: row.address as string | null,
    status: row.status as Operation['status'],
    changes: row.changes as Operation['changes'],
  };
}

/** The operation log in the database. */
export function createOperationLog(queries: Queries): OperationLog {
  return {
    async list(viewer, filter, { page, size }) {
      const parameters: Parameter[] = [`${viewer.dna}%`, viewer.accountId];
      const conditions = ['(target_dna like $1 or operator_id = $2)'];
      const equals = (column: string, value: Parameter | undefined): void => {
        if (value === undefined) return;
        parameters.push(value);
        conditions.push(`${column} = $${parameters.length}`);
      };
      equals('action', filter.action);
      equals('target_id', filter.targetId);
      equals('status', filter.status);
      const where = `from operation_log where ${conditions.join(' and ')}`;
      const [counted] = await queries.query(`select count(*)::int4 as total ${where}`, parameters);
      const rows = await queries.query(
        `select id, at, action, operator_id, target_id, target_dna, address, status, changes ${where}
          order by id desc limit $${parameters.length + 1} offset $${parameters.length + 2}`,
        [...parameters, size, (page - 1) * size],
      );
      return { entries: rows.map(toOperation), total: Number(counted?.total ?? 0) };
    },
  };
}
