-- News: to everybody below an account (`system` of owners and root, `dna` for a group), or to one account.
create table news (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('system', 'dna', 'account')),
  audience_dna text not null,
  author_id bigint not null references accounts,
  author_dna text not null,
  title text not null,
  content text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index news_audience on news (audience_dna, id);
create index news_author on news (author_dna text_pattern_ops, id);
create index news_expired on news (expires_at);
