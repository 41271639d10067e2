import type { LogBreak, LoggedOperation, Operation, OperationLog } from '@meridian/core/accounts';
import type { Parameter, Queries, Row } from '../database.ts';

const MASK = '***';
/** Keys of accounts, named keys and the usual keys of providers, should one ever get this far. */
const KEYS = /\b(?:sk-|xln_live_|AIza|AKIA)[\w-]{12,}/g;

/** The changes as JSON; what looks like a secret key is masked, whoever forgot to. */
function changesText(changes: Operation['changes']): string {
  return JSON.stringify(changes).replace(KEYS, MASK);
}

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
      changesText(operation.changes),
    ],
  );
}

function toOperation(row: Row): LoggedOperation {
  return {
    id: Number(row.id),
    at: (row.at as Date).getTime(),
    action: row.action as string,
    operatorId: Number(row.operator_id),
    operatorName: row.operator_name as string,
    targetId: Number(row.target_id),
    targetName: row.target_name as string | null,
    targetDna: row.target_dna as string,
    address: row.address as string | null,
    status: row.status as Operation['status'],
    changes: row.changes as Operation['changes'],
    chain: {
      ownerId: Number(row.owner_id),
      seq: Number(row.seq),
      hash: (row.hash as Buffer).toString('hex'),
    },
  };
}

function toBreak({ rule, owner_id, seq, operation_id }: Row): LogBreak {
  const number = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    rule: String(rule),
    ownerId: number(owner_id),
    seq: number(seq),
    operationId: number(operation_id),
  };
}

const COLUMNS = `l.id, l.at, l.action, l.operator_id, o.name as operator_name, l.target_id,
  t.name as target_name, l.target_dna, case when o.dna like $1 then l.address end as address,
  l.status, l.changes, k.owner_id, k.seq, k.hash`;

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
        `select ${COLUMNS} from (
            select * ${where} order by id desc
            limit $${parameters.length + 1} offset $${parameters.length + 2}) l
          join operation_links k on k.operation_id = l.id
          join accounts o on o.id = l.operator_id
          left join accounts t on t.id = l.target_id
          order by l.id desc`,
        [...parameters, size, (page - 1) * size],
      );
      return { entries: rows.map(toOperation), total: Number(counted?.total ?? 0) };
    },
    async verify() {
      const rows = await queries.query(
        'select rule, owner_id, seq, operation_id from operation_log_breaks order by 2, 3, 4',
      );
      return rows.map(toBreak);
    },
  };
}
