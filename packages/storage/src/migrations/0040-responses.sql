-- Responses that later requests go on from, fetch and list. What they say is sealed by the process:
-- the database sees ids, times and sizes. Accounts are referred to by number without a foreign key,
-- so that keeping an answer never waits for a row of the account.
create table responses (
  account_id    bigint not null,
  id            text not null,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null,
  status        text not null check
    (status in ('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled')),
  is_background boolean not null,
  -- When the node that runs it was last heard of.
  beat_at       timestamptz not null default now(),
  previous_id   text,
  -- The provider key whose upstream has stored it too. Keys go; the number means nothing else then.
  upstream_key  bigint,
  -- Ids of its output items, by which later requests refer to them.
  item_ids      text[] not null,
  sealed        bytea not null,
  primary key (account_id, id)
);
create index responses_items on responses using gin (item_ids);
create index responses_expiry on responses (expires_at);

-- A response with those that it goes on from, the newest first, as far as they are there and the
-- limits allow.
create function responses_chain(p_account bigint, p_id text, p_count int4, p_bytes int8)
returns setof responses language plpgsql stable as $$
declare
  r responses;
  next_id text := p_id;
  bytes int8 := 0;
begin
  for i in 1 .. p_count loop
    select * into r from responses
      where account_id = p_account and id = next_id and expires_at > now();
    if not found then return; end if;
    bytes := bytes + octet_length(r.sealed);
    if bytes > p_bytes then return; end if;
    return next r;
    if r.previous_id is null then return; end if;
    next_id := r.previous_id;
  end loop;
end $$;
