-- What a named key may be used for besides endpoints (`scopes`); NULL means everything.
alter table named_keys
  add column models text[],
  add column limits jsonb not null default '{}',
  add column expires_at timestamptz;

-- The key that an account had before its last rotation, as long as it goes on working.
create table retired_keys (
  account_id  bigint primary key references accounts,
  key_digest  bytea not null,
  valid_until timestamptz not null
);
create unique index retired_keys_digest on retired_keys (key_digest);
