-- Work to be done outside of requests, once across all nodes. A key is never used twice while its row
-- is kept: that is what makes a mail go out once per cause and month.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null unique,
  owner_id bigint,
  account_id bigint,
  payload jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'dead')),
  attempts int4 not null default 0,
  run_at timestamptz not null default now(),
  leased_until timestamptz,
  error text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  keep_until timestamptz not null
) with (fillfactor = 80);
create index jobs_due on jobs (kind, run_at) where state = 'queued';
create index jobs_leased on jobs (leased_until) where state = 'running';
create index jobs_owner on jobs (owner_id, id) where owner_id is not null;
create index jobs_kept on jobs (keep_until) where state = 'done';
