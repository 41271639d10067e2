-- The tables of the ledger. Amounts are nanodollars, times are this database's clock. Accounts are
-- referred to by number without foreign keys: no settlement may wait for a row of another table.

-- One row per incarnation of a node; the id is its fencing token and is never used again.
create table nodes (
  id int4 generated always as identity primary key,
  name text not null,
  state int2 not null default 1 check (state in (1, 2, 3)), -- 1 live, 2 dead, 3 dead and reaped
  started_at timestamptz not null default clock_timestamp(),
  beat_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
create index nodes_unreaped on nodes (state) where state < 3;

-- Everything that can run out: an account's wallet (period 0) or its monthly limit (period yyyymm).
create table pots (
  id int4 generated always as identity primary key,
  account_id int4 not null,
  period int4 not null check (period = 0 or period between 197001 and 999912),
  balance int8 not null default 0,
  leased int8 not null default 0 check (leased >= 0),
  overdraft int8 not null default 0 check (overdraft >= 0),
  -- The newest question to all holders of leases, and when it was asked.
  recall_seq int4 not null default 0,
  recalled_at timestamptz not null default '-infinity',
  -- Wallets: the earliest expiry of a card that has something left, or -infinity when a closed wallet
  -- has got credit back; when expiry was last looked at; how often something expired; where what
  -- comes back after closing goes, less which fee.
  next_expiry timestamptz not null default 'infinity',
  expired_upto timestamptz not null default '-infinity',
  expiry_no int4 not null default 0,
  closed_to int4,
  fee_due int8 not null default 0 check (fee_due >= 0),
  -- Months: the limit; what had been used before the pot was made; whether the limit is lifted.
  allowance int8 not null default 0,
  opening int8 not null default 0,
  is_dormant boolean not null default false,
  unique (account_id, period),
  constraint wallet_covers_leases check (period > 0 or leased <= balance),
  constraint debt_before_free_credit check (overdraft = 0 or balance = leased)
) with (fillfactor = 60);
create index pots_due on pots (next_expiry) where period = 0;

-- The part of a pot that one node may spend. `folded` counts what has moved from `spent` to the
-- cards, so that amount + folded is all that the node ever took less what it gave back.
create table leases (
  node_id int4 not null,
  pot_id int4 not null,
  amount int8 not null default 0,
  spent int8 not null default 0,
  folded int8 not null default 0,
  turn int8 not null,
  answered int4 not null default 0,
  expiry_no int4 not null default 0,
  claim int8 not null default 0 check (claim >= 0),
  primary key (node_id, pot_id),
  constraint lease_covers_spent check (0 <= spent and spent <= amount)
) with (fillfactor = 60);
create index leases_pot on leases (pot_id);

create table credit_cards (
  id int8 generated always as identity primary key,
  account_id int4 not null,
  tx_id int8 not null,
  amount int8 not null check (amount > 0),
  remaining int8 not null,
  reference text not null,
  granted_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  merged_into int8,
  constraint card_within_amount check (0 <= remaining and remaining <= amount)
) with (fillfactor = 70);
create index credit_cards_left on credit_cards (account_id, expires_at, id) where remaining > 0;

-- One row per movement. The key makes a repetition a no-op; `memo` tells whether a repeated key
-- means the same movement. Kinds: 1 settle, 2 fold, 3 expire, 4 repay, 5 grant, 6 take back, 7 close.
create table ledger_tx (
  id int8 generated always as identity primary key,
  kind int2 not null check (kind between 1 and 7),
  at timestamptz not null default clock_timestamp(),
  key text unique,
  memo text
);

-- Books: 1 card, 2 tail (spent, not yet on a card), 3 overdraft, 4 revenue, 5 mint, 6 breakage,
-- 7 fee. The postings of one transaction sum to zero.
create table postings (
  tx_id int8 not null,
  card_id int8,
  amount int8 not null check (amount <> 0),
  account_id int4 not null,
  book int2 not null check (book between 1 and 7),
  check ((book = 1) = (card_id is not null))
);
create index postings_account on postings (account_id, tx_id);

-- Dictionaries of what usage records repeat.
create table models (id int4 generated always as identity primary key, name text not null unique);
create table surfaces (id int2 generated always as identity primary key, name text not null unique);
create table prices (
  id int4 generated always as identity primary key,
  digest bytea not null unique,
  body text not null
);
create table budget_sets (
  id int4 generated always as identity primary key,
  account_ids int4[] not null unique
);

-- One row per request, written once. Widest columns first, rare values as null: null is 0 for a
-- token bucket and for `late`, and 1 for a multiplier. `day` (yyyymmdd) is the day of admission.
create table usage_records (
  id uuid primary key,
  tx_id int8 not null,
  at timestamptz not null,
  started_at timestamptz not null,
  cost int8 not null check (cost >= 0),
  late int8,
  factor int8,
  rates int8,
  account_id int4 not null,
  day int4 not null,
  model_asked int4 not null,
  model_used int4 not null,
  price_id int4 not null,
  duration_ms int4 not null,
  first_byte_ms int4,
  named_key_id int4,
  provider_key_id int4,
  budget_set_id int4,
  input int4,
  cache_read int4,
  cache_write_5m int4,
  cache_write_1h int4,
  input_audio int4,
  input_image int4,
  output int4,
  reasoning int4,
  output_audio int4,
  output_image int4,
  units int4,
  surface_id int2 not null,
  attempts int2 not null,
  flags int2 not null
);
create index usage_records_account on usage_records (account_id, at);

-- Settlements whose records are not in the roll-ups yet.
create table usage_unfolded (
  tx_id int8 primary key,
  at timestamptz not null,
  account_ids int4[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create table usage_rollups (
  account_id int4 not null,
  day int4 not null,
  model_id int4 not null,
  requests int8 not null,
  cost int8 not null,
  input int8 not null,
  cache_read int8 not null,
  cache_write int8 not null,
  output int8 not null,
  units int8 not null,
  primary key (account_id, day, model_id)
) with (fillfactor = 80);

-- What is written into the books stays.
create function ledger_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = '55000';
end $$;
create trigger ledger_tx_append_only before update or delete or truncate on ledger_tx
  for each statement execute function ledger_append_only();
create trigger postings_append_only before update or delete or truncate on postings
  for each statement execute function ledger_append_only();
create trigger usage_records_append_only before update or delete or truncate on usage_records
  for each statement execute function ledger_append_only();
