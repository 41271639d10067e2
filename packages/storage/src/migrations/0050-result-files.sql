-- Files that answers refer to by address, for a while. Whoever knows the name may read one: the
-- database has its digest only, and what is in the file is sealed by the process.
create table result_files (
  name_digest  bytea primary key,
  account_id   bigint not null,
  content_type text not null,
  -- Bytes before they were sealed.
  size         int4 not null check (size > 0),
  sealed       bytea not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null
);
-- Pictures do not become smaller.
alter table result_files alter column sealed set storage external;
create index result_files_account on result_files (account_id, created_at);
create index result_files_expiry on result_files (expires_at);
