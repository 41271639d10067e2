import type { ClaimedJob, JobQueue, ListedJob, NewJob } from '@meridian/core/jobs';
import type { Database, Parameter, Row } from '../database.ts';

const COLUMNS = `id, kind, key, owner_id, account_id, payload, state, attempts, run_at, error, created_at,
  ended_at`;

function nullable(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function toJob(row: Row): ClaimedJob {
  return {
    id: Number(row.id),
    kind: row.kind as string,
    key: row.key as string,
    ownerId: nullable(row.owner_id),
    accountId: nullable(row.account_id),
    payload: row.payload as NewJob['payload'],
    attempts: Number(row.attempts),
  };
}

function toListed(row: Row): ListedJob {
  return {
    ...toJob(row),
    state: row.state as ListedJob['state'],
    runAt: (row.run_at as Date).getTime(),
    error: row.error as string | null,
    createdAt: (row.created_at as Date).getTime(),
    endedAt: (row.ended_at as Date | null)?.getTime() ?? null,
  };
}

/** The queue of jobs in the database, whose clock is the one that counts. */
export function createJobQueue({ database }: { readonly database: Database }): JobQueue {
  return {
    async add(jobs) {
      if (jobs.length === 0) return 0;
      const rows = await database.query(
        `insert into jobs (kind, key, owner_id, account_id, payload, keep_until)
          select j.kind, j.key, j.owner_id, j.account_id, j.payload::jsonb,
            now() + j.keep_ms * interval '1 millisecond'
          from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::float8[])
            j (kind, key, owner_id, account_id, payload, keep_ms)
          on conflict (key) do nothing returning id`,
        [
          jobs.map(({ kind }) => kind),
          jobs.map(({ key }) => key),
          jobs.map(({ ownerId }) => ownerId),
          jobs.map(({ accountId }) => accountId),
          jobs.map(({ payload }) => JSON.stringify(payload)),
          jobs.map(({ keepMs }) => keepMs),
        ],
      );
      return rows.length;
    },
    async claim(kinds, limit, leaseMs) {
      const rows = await database.query(
        `update jobs set state = 'running', attempts = attempts + 1,
            leased_until = now() + $3 * interval '1 millisecond'
          where id in (
            select id from jobs where kind = any ($1)
              and (state = 'queued' and run_at <= now() or state = 'running' and leased_until < now())
            order by run_at limit $2 for update skip locked)
          returning ${COLUMNS}`,
        [kinds, limit, leaseMs],
      );
      return rows.map(toJob);
    },
    async end({ id, attempts }, how) {
      const { delayMs, error } = { delayMs: 0, error: null, ...how };
      await database.query(
        `update jobs set state = $3, leased_until = null, error = coalesce($4, error),
            run_at = now() + $5 * interval '1 millisecond',
            ended_at = case when $3 = 'queued' then null else now() end
          where id = $1 and attempts = $2 and state = 'running'`,
        [id, attempts, how.state, error, delayMs],
      );
    },
    async list(ownerId, { kind, state }, { page, size }) {
      const values: Parameter[] = [ownerId, kind, ...(state === undefined ? [] : [state])];
      const where = `from jobs where owner_id = $1 and kind = $2${state === undefined ? '' : ' and state = $3'}`;
      const [counted] = await database.query(`select count(*)::int4 as total ${where}`, values);
      const next = values.length + 1;
      const rows = await database.query(
        `select ${COLUMNS} ${where} order by id desc limit $${next} offset $${next + 1}`,
        [...values, size, (page - 1) * size],
      );
      return { entries: rows.map(toListed), total: Number(counted?.total ?? 0) };
    },
    async revive(ownerId, kind, id) {
      const rows = await database.query(
        `update jobs set state = 'queued', attempts = 0, run_at = now(), ended_at = null
          where owner_id = $1 and kind = $2 and id = $3 and state = 'dead' returning id`,
        [ownerId, kind, id],
      );
      return rows.length > 0;
    },
    async sweep() {
      await database.query(`delete from jobs where state = 'done' and keep_until < now()`);
    },
  };
}
