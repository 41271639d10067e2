-- Numbers for what usage records repeat, made where there is none: row n is for the n-th entry.
create function ledger_intern_models(p_entries text[]) returns table (n int8, id int4)
language plpgsql as $$
begin
  insert into models (name)
    select distinct e from unnest(p_entries) e
    where not exists (select from models t where t.name = e) order by 1
    on conflict do nothing;
  return query select e.n, t.id from unnest(p_entries) with ordinality e(entry, n)
    join models t on t.name = e.entry;
end $$;

create function ledger_intern_surfaces(p_entries text[]) returns table (n int8, id int2)
language plpgsql as $$
begin
  insert into surfaces (name)
    select distinct e from unnest(p_entries) e
    where not exists (select from surfaces t where t.name = e) order by 1
    on conflict do nothing;
  return query select e.n, t.id from unnest(p_entries) with ordinality e(entry, n)
    join surfaces t on t.name = e.entry;
end $$;

create function ledger_intern_budget_sets(p_entries text[]) returns table (n int8, id int4)
language plpgsql as $$
begin
  insert into budget_sets (account_ids)
    select distinct e::int4[] from unnest(p_entries) e
    where not exists (select from budget_sets t where t.account_ids = e::int4[]) order by 1
    on conflict do nothing;
  return query select e.n, t.id from unnest(p_entries) with ordinality e(entry, n)
    join budget_sets t on t.account_ids = e.entry::int4[];
end $$;

create function ledger_intern_prices(p_digests bytea[], p_bodies text[])
returns table (n int8, id int4)
language plpgsql as $$
begin
  insert into prices (digest, body)
    select distinct e.digest, e.body from unnest(p_digests, p_bodies) e(digest, body)
    where not exists (select from prices t where t.digest = e.digest) order by 1
    on conflict do nothing;
  return query select e.n, t.id from unnest(p_digests) with ordinality e(digest, n)
    join prices t on t.digest = e.digest;
end $$;

-- Writes a batch of usage records and charges them. It touches leases of its own node and inserts;
-- only a charge that no lease covers locks a pot. The same key again answers `is_repeated`. Returns
-- the pots whose lease was gone: their charges were taken from the pots, and count as late.
create function ledger_settle(
  p_node int4, p_key text,
  -- One element per record.
  p_ids uuid[], p_accounts int4[], p_days int4[], p_started int8[], p_costs int8[],
  p_factors int8[], p_rates int8[], p_asked int4[], p_used int4[], p_prices int4[],
  p_durations int4[], p_first_bytes int4[], p_named_keys int4[], p_provider_keys int4[],
  p_budget_sets int4[], p_input int4[], p_cache_read int4[], p_cache_write_5m int4[],
  p_cache_write_1h int4[], p_input_audio int4[], p_input_image int4[], p_output int4[],
  p_reasoning int4[], p_output_audio int4[], p_output_image int4[], p_units int4[],
  p_surfaces int2[], p_attempts int2[], p_flags int2[],
  -- One element per pot: what leases cover, and what they do not; ascending.
  p_lease_pots int4[], p_lease_amounts int8[], p_direct_pots int4[], p_direct_amounts int8[],
  -- One element per account; book 2 (tail), or 5 (mint) for an account without limits.
  p_payers int4[], p_payer_books int2[], p_payer_amounts int8[]
) returns table (is_repeated boolean, late_pots int4[])
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
declare
  v_tx int8;
  v_at timestamptz;
  v_late_amounts int8[] := '{}';
  v_late_accounts int4[] := '{}';
begin
  is_repeated := false;
  late_pots := '{}';
  insert into ledger_tx (kind, key) values (1, p_key)
    on conflict (key) do nothing returning id, ledger_tx.at into v_tx, v_at;
  if v_tx is null then
    is_repeated := true;
    return next;
    return;
  end if;

  if cardinality(p_direct_pots) > 0 then
    perform 1 from pots where id = any (p_direct_pots) order by id for update;
  end if;
  -- One lookup a pot. As a join, a plan made while there were few leases reads all leases of the
  -- node for each pot, and stays when there are many.
  for i in 1 .. cardinality(p_lease_pots) loop
    update leases set spent = spent + p_lease_amounts[i]
      where node_id = p_node and pot_id = p_lease_pots[i];
    if not found then
      late_pots := late_pots || p_lease_pots[i];
      v_late_amounts := v_late_amounts || p_lease_amounts[i];
    end if;
  end loop;
  if cardinality(late_pots) > 0 then
    select coalesce(array_agg(account_id), '{}') into v_late_accounts
      from pots where id = any (late_pots) and period = 0;
  end if;

  insert into usage_records (
    id, tx_id, at, started_at, cost, late, factor, rates, account_id, day,
    model_asked, model_used, price_id, duration_ms, first_byte_ms, named_key_id, provider_key_id,
    budget_set_id, input, cache_read, cache_write_5m, cache_write_1h, input_audio, input_image,
    output, reasoning, output_audio, output_image, units, surface_id, attempts, flags)
  select r.id, v_tx, v_at, to_timestamp(r.started / 1000.0), r.cost,
    case when r.account = any (v_late_accounts) then nullif(r.cost, 0) end,
    nullif(r.factor, 1000000), nullif(r.rates, 1000000), r.account, r.day,
    r.asked, r.used, r.price, r.duration, r.first_byte, r.named_key, r.provider_key, r.budget_set,
    nullif(r.input, 0), nullif(r.cache_read, 0), nullif(r.cache_write_5m, 0),
    nullif(r.cache_write_1h, 0), nullif(r.input_audio, 0), nullif(r.input_image, 0),
    nullif(r.output, 0), nullif(r.reasoning, 0), nullif(r.output_audio, 0),
    nullif(r.output_image, 0), nullif(r.units, 0), r.surface, r.attempts, r.flags
  from unnest(
    p_ids, p_accounts, p_days, p_started, p_costs, p_factors, p_rates, p_asked, p_used, p_prices,
    p_durations, p_first_bytes, p_named_keys, p_provider_keys, p_budget_sets, p_input,
    p_cache_read, p_cache_write_5m, p_cache_write_1h, p_input_audio, p_input_image, p_output,
    p_reasoning, p_output_audio, p_output_image, p_units, p_surfaces, p_attempts, p_flags
  ) r(id, account, day, started, cost, factor, rates, asked, used, price, duration, first_byte,
    named_key, provider_key, budget_set, input, cache_read, cache_write_5m, cache_write_1h,
    input_audio, input_image, output, reasoning, output_audio, output_image, units, surface,
    attempts, flags);
  insert into usage_unfolded (tx_id, at, account_ids) values (v_tx, v_at, p_payers);

  insert into postings (tx_id, account_id, book, amount)
  select v_tx, d.account, d.book, -d.amount
    from unnest(p_payers, p_payer_books, p_payer_amounts) d(account, book, amount)
    where d.amount <> 0
  union all
  select v_tx, 0, 4, sum(d.amount)::int8 from unnest(p_payer_amounts) d(amount)
    having sum(d.amount) <> 0;

  for i in 1 .. cardinality(p_direct_pots) loop
    perform ledger_charge_free(v_tx, p_direct_pots[i], p_direct_amounts[i]);
  end loop;
  for i in 1 .. cardinality(late_pots) loop
    perform ledger_charge_free(v_tx, late_pots[i], v_late_amounts[i]);
  end loop;
  return next;
end $$;
