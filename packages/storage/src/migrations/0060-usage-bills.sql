-- Bills and lists of usage. `shown` is what accounts were shown: each charge × its Rates of the time,
-- rounded once per record, so that sums of it are exact too.

create function usage_shown(p_cost int8, p_rates int8) returns int8 language sql immutable as $$
  select case when p_rates is null then p_cost
    else round(p_cost::numeric * p_rates / 1000000)::int8 end
$$;

-- `input_media` and `output_media` are tokens of audio and images.
alter table usage_rollups
  add column shown int8 not null default 0,
  add column input_media int8 not null default 0,
  add column output_media int8 not null default 0;

-- The same sums over an account and all below it, whoever was charged.
create table usage_subtree_rollups (
  account_id int4 not null,
  day int4 not null,
  model_id int4 not null,
  requests int8 not null,
  cost int8 not null,
  shown int8 not null,
  input int8 not null,
  input_media int8 not null,
  cache_read int8 not null,
  cache_write int8 not null,
  output int8 not null,
  output_media int8 not null,
  primary key (account_id, day, model_id)
) with (fillfactor = 80);

-- All that an account was charged up to the end of a day, for days with usage: what it was charged in
-- any days is the difference of two rows, however many days that are.
create table usage_totals (
  account_id int4 not null,
  day int4 not null,
  requests int8 not null,
  cost int8 not null,
  shown int8 not null,
  primary key (account_id, day)
) with (fillfactor = 80);

-- The accounts that an account's usage counts for: its path. It never moves, and stays when deleted.
create function usage_path(p_account int4) returns int4[] language sql stable as $$
  select coalesce((select string_to_array(trim('.' from a.dna), '.')::int4[]
    from accounts a where a.id = p_account), array[p_account])
$$;

-- Accounts by number, or an account and all below it, deleted ones too.
create function usage_accounts(p_accounts int4[], p_top int4) returns int4[]
language sql stable as $$
  select case when p_top is null then p_accounts else coalesce((
    -- A path is digits and dots, so that its subtree is the range up to the path and a tilde.
    select array_agg(member.id::int4) from accounts top join accounts member
      on member.dna ~>=~ top.dna and member.dna ~<~ (top.dna || '~')
    where top.id = p_top), array[p_top]) end
$$;

-- What had been folded before these figures were kept.
update usage_rollups r set
  shown = s.shown, input_media = s.input_media, output_media = s.output_media
from (
  select u.account_id, u.day, u.model_used, sum(usage_shown(u.cost, u.rates)) as shown,
    sum(coalesce(u.input_audio, 0) + coalesce(u.input_image, 0)) as input_media,
    sum(coalesce(u.output_audio, 0) + coalesce(u.output_image, 0)) as output_media
  from usage_records u where not exists (select from usage_unfolded q where q.tx_id = u.tx_id)
  group by u.account_id, u.day, u.model_used
) s where r.account_id = s.account_id and r.day = s.day and r.model_id = s.model_used;

insert into usage_subtree_rollups
select top.id, r.day, r.model_id, sum(r.requests), sum(r.cost), sum(r.shown), sum(r.input),
  sum(r.input_media), sum(r.cache_read), sum(r.cache_write), sum(r.output), sum(r.output_media)
from usage_rollups r cross join unnest(usage_path(r.account_id)) top(id)
group by top.id, r.day, r.model_id;

insert into usage_totals
select account_id, day, sum(requests) over upto, sum(cost) over upto, sum(shown) over upto
from (
  select account_id, day, sum(requests) as requests, sum(cost) as cost, sum(shown) as shown
  from usage_rollups group by account_id, day
) days window upto as (partition by account_id order by day);

-- Moves up to `p_limit` settlements into the roll-ups; returns how many. One caller at a time.
create or replace function ledger_fold_usage(p_limit int4) returns int4
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
declare
  v_folded int4;
begin
  if not pg_try_advisory_xact_lock(7301996442) then return 0; end if;
  with taken as (
    delete from usage_unfolded where tx_id in (
      select tx_id from usage_unfolded order by tx_id limit p_limit)
    returning tx_id, at, account_ids
  ), sums as materialized (
    select u.account_id, u.day, u.model_used as model_id, count(*) as requests,
      sum(u.cost) as cost, sum(usage_shown(u.cost, u.rates)) as shown,
      sum(coalesce(u.input, 0)) as input,
      sum(coalesce(u.input_audio, 0) + coalesce(u.input_image, 0)) as input_media,
      sum(coalesce(u.cache_read, 0)) as cache_read,
      sum(coalesce(u.cache_write_5m, 0) + coalesce(u.cache_write_1h, 0)) as cache_write,
      sum(coalesce(u.output, 0) + coalesce(u.reasoning, 0)) as output,
      sum(coalesce(u.output_audio, 0) + coalesce(u.output_image, 0)) as output_media,
      sum(coalesce(u.units, 0)) as units
    from taken t cross join unnest(t.account_ids) a(id)
      join usage_records u on u.account_id = a.id and u.at = t.at and u.tx_id = t.tx_id
    group by u.account_id, u.day, u.model_used
  ), own as (
    insert into usage_rollups as r (account_id, day, model_id, requests, cost, shown, input,
      input_media, cache_read, cache_write, output, output_media, units)
    select account_id, day, model_id, requests, cost, shown, input, input_media, cache_read,
      cache_write, output, output_media, units from sums
    on conflict (account_id, day, model_id) do update set
      requests = r.requests + excluded.requests,
      cost = r.cost + excluded.cost,
      shown = r.shown + excluded.shown,
      input = r.input + excluded.input,
      input_media = r.input_media + excluded.input_media,
      cache_read = r.cache_read + excluded.cache_read,
      cache_write = r.cache_write + excluded.cache_write,
      output = r.output + excluded.output,
      output_media = r.output_media + excluded.output_media,
      units = r.units + excluded.units
  ), subtrees as (
    insert into usage_subtree_rollups as r (account_id, day, model_id, requests, cost, shown, input,
      input_media, cache_read, cache_write, output, output_media)
    select top.id, day, model_id, sum(requests), sum(cost), sum(shown), sum(input),
      sum(input_media), sum(cache_read), sum(cache_write), sum(output), sum(output_media)
    from sums cross join unnest(usage_path(account_id)) top(id) group by top.id, day, model_id
    on conflict (account_id, day, model_id) do update set
      requests = r.requests + excluded.requests,
      cost = r.cost + excluded.cost,
      shown = r.shown + excluded.shown,
      input = r.input + excluded.input,
      input_media = r.input_media + excluded.input_media,
      cache_read = r.cache_read + excluded.cache_read,
      cache_write = r.cache_write + excluded.cache_write,
      output = r.output + excluded.output,
      output_media = r.output_media + excluded.output_media
  ), days as materialized (
    select account_id, day, sum(requests) as requests, sum(cost) as cost, sum(shown) as shown
    from sums group by account_id, day
  ), later as (
    update usage_totals t set requests = t.requests + d.requests, cost = t.cost + d.cost,
      shown = t.shown + d.shown
    from (
      select o.account_id, o.day, sum(n.requests) as requests, sum(n.cost) as cost,
        sum(n.shown) as shown
      from days n join usage_totals o on o.account_id = n.account_id and o.day >= n.day
      group by o.account_id, o.day
    ) d where t.account_id = d.account_id and t.day = d.day
  ), firsts as (
    insert into usage_totals (account_id, day, requests, cost, shown)
    select n.account_id, n.day, n.requests + coalesce(o.requests, 0),
      n.cost + coalesce(o.cost, 0), n.shown + coalesce(o.shown, 0)
    from (
      select account_id, day, sum(requests) over upto as requests, sum(cost) over upto as cost,
        sum(shown) over upto as shown
      from days window upto as (partition by account_id order by day)
    ) n left join lateral (
      select * from usage_totals t where t.account_id = n.account_id and t.day < n.day
      order by t.day desc limit 1) o on true
    where not exists (
      select from usage_totals t where t.account_id = n.account_id and t.day = n.day)
  )
  select count(*) into v_folded from taken;
  return v_folded;
end $$;

-- What is not folded yet of some accounts. The accounts may be thousands, so they are hashed; the
-- records are looked up one by one: LATERAL with OFFSET is what no plan turns into a scan of all.
create function usage_tail(p_accounts int4[], p_from_day int4, p_to_day int4)
returns table (account_id int4, day int4, model_id int4, requests int8, cost int8, shown int8,
  input int8, input_media int8, cache_read int8, cache_write int8, output int8, output_media int8)
language sql stable set enable_mergejoin = off set enable_memoize = off
set enable_bitmapscan = off set jit = off as $$
  select a.id, u.day, u.model_used, count(*), sum(u.cost)::int8,
    sum(usage_shown(u.cost, u.rates))::int8, sum(coalesce(u.input, 0)),
    sum(coalesce(u.input_audio, 0) + coalesce(u.input_image, 0)),
    sum(coalesce(u.cache_read, 0)),
    sum(coalesce(u.cache_write_5m, 0) + coalesce(u.cache_write_1h, 0)),
    sum(coalesce(u.output, 0) + coalesce(u.reasoning, 0)),
    sum(coalesce(u.output_audio, 0) + coalesce(u.output_image, 0))
  from usage_unfolded q cross join unnest(q.account_ids) a(id)
    cross join lateral (
      select * from usage_records r
      where r.account_id = a.id and r.at = q.at and r.tx_id = q.tx_id
        and r.day between p_from_day and p_to_day
      offset 0) u
  where a.id in (select unnest(p_accounts))
  group by a.id, u.day, u.model_used
$$;

-- The bill of some accounts, or of `p_top` and all below it: rows with a day and a model, and rows
-- with an account. Both come from one statement, hence from one snapshot.
create function usage_bill(p_accounts int4[], p_top int4, p_from_day int4, p_to_day int4)
returns table (account int4, bill_day int4, model int4, requests int8, cost int8, shown int8,
  prompt int8, cached int8, completion int8)
language sql stable set enable_mergejoin = off set enable_memoize = off
set enable_bitmapscan = off set jit = off as $$
  with billed as materialized (
    select usage_accounts(p_accounts, p_top) as ids
  ), tail as materialized (
    select t.* from billed b cross join lateral usage_tail(b.ids, p_from_day, p_to_day) t
  ), days as (
    select day, model_id, requests, cost, shown, input + input_media + cache_read + cache_write
      as prompt, cache_read as cached, output + output_media as completion
    from usage_subtree_rollups
    where account_id = p_top and day between p_from_day and p_to_day
    union all
    select r.day, r.model_id, r.requests, r.cost, r.shown, r.input + r.input_media + r.cache_read
      + r.cache_write, r.cache_read, r.output + r.output_media
    from unnest(case when p_top is null then p_accounts end) m(id) cross join lateral (
      select * from usage_rollups where account_id = m.id and day between p_from_day and p_to_day
      offset 0) r
    union all
    select day, model_id, requests, cost, shown, input + input_media + cache_read + cache_write,
      cache_read, output + output_media
    from tail
  ), shares as (
    select m.id, upto.requests - coalesce(until.requests, 0) as requests,
      upto.cost - coalesce(until.cost, 0) as cost, upto.shown - coalesce(until.shown, 0) as shown
    from billed b cross join unnest(b.ids) m(id) cross join lateral (
      select * from usage_totals t where t.account_id = m.id and t.day <= p_to_day
      order by t.day desc limit 1) upto left join lateral (
      select * from usage_totals t where t.account_id = m.id and t.day < p_from_day
      order by t.day desc limit 1) until on true
    where upto.day >= p_from_day
    union all
    select account_id, requests, cost, shown from tail
  )
  select null, day, model_id, sum(requests)::int8, sum(cost)::int8, sum(shown)::int8,
    sum(prompt)::int8, sum(cached)::int8, sum(completion)::int8
  from days group by day, model_id
  union all
  select id, null, null, sum(requests)::int8, sum(cost)::int8, sum(shown)::int8, 0, 0, 0
  from shares group by id
$$;

-- The newest records of some accounts, or of `p_top` and all below it, from p_since until before
-- (p_before, p_before_id). Of many accounts only those contribute whose newest record is among the
-- p_limit newest, and nothing older than the last of these: one look at the index per account.
create function usage_page(p_accounts int4[], p_top int4, p_since timestamptz,
  p_before timestamptz, p_before_id uuid, p_model text, p_surface text, p_outcome int2, p_limit int4)
returns setof usage_records
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
set enable_memoize = off set jit = off as $$
declare
  v_model int4 := (select id from models where name = p_model);
  v_surface int2 := (select id from surfaces where name = p_surface);
begin
  if (p_model is not null and v_model is null) or (p_surface is not null and v_surface is null) then
    return;
  end if;
  return query
  with heads as materialized (
    select m.id, h.at from unnest(usage_accounts(p_accounts, p_top)) m(id) cross join lateral (
      select u.at from usage_records u
      where u.account_id = m.id and u.at >= p_since and u.at <= p_before
        and (u.at < p_before or u.id < p_before_id)
        and (v_model is null or u.model_used = v_model or u.model_asked = v_model)
        and (v_surface is null or u.surface_id = v_surface)
        and (p_outcome is null or (u.flags >> 2) & 3 = p_outcome)
      order by u.at desc limit 1) h
  ), floor as materialized (
    select coalesce((select at from heads order by at desc offset p_limit - 1 limit 1), p_since) as at
  )
  select r.* from floor f join heads h on h.at >= f.at cross join lateral (
    select u.* from usage_records u
    where u.account_id = h.id and u.at >= f.at and u.at <= p_before
      and (u.at < p_before or u.id < p_before_id)
      and (v_model is null or u.model_used = v_model or u.model_asked = v_model)
      and (v_surface is null or u.surface_id = v_surface)
      and (p_outcome is null or (u.flags >> 2) & 3 = p_outcome)
    order by u.at desc, u.id desc limit p_limit) r
  order by r.at desc, r.id desc limit p_limit;
end $$;

-- What `ledger verify` reads, with the sums that were added.
alter view ledger_discrepancies rename to ledger_book_discrepancies;
create view ledger_discrepancies as
with folded as (
  select u.account_id, sum(usage_shown(u.cost, u.rates)) as shown from usage_records u
  where not exists (select from usage_unfolded q where q.tx_id = u.tx_id)
  group by u.account_id
), subtrees as (
  select top.id, r.day, r.model_id, sum(r.requests) as requests, sum(r.cost) as cost,
    sum(r.shown) as shown
  from usage_rollups r cross join unnest(usage_path(r.account_id)) top(id)
  group by top.id, r.day, r.model_id
), found as (
  select 'roll-ups are all shown cost that is folded' as rule,
    'account ' || coalesce(f.account_id, r.account_id) as subject,
    coalesce(f.shown, 0) as expected, coalesce(r.shown, 0) as stored
  from folded f full join (
    select account_id, sum(shown) as shown from usage_rollups group by account_id
  ) r using (account_id)
  union all
  select 'a total is the sum of the days until then: ' || figure.name,
    'account ' || coalesce(d.account_id, t.account_id) || ', day ' || coalesce(d.day, t.day),
    coalesce(figure.expected, 0), coalesce(figure.stored, 0)
  from (
    select account_id, day, sum(sum(requests)) over upto as requests, sum(sum(cost)) over upto as cost,
      sum(sum(shown)) over upto as shown
    from usage_rollups group by account_id, day
    window upto as (partition by account_id order by day)
  ) d full join usage_totals t on t.account_id = d.account_id and t.day = d.day
    cross join lateral (values ('requests', d.requests, t.requests), ('cost', d.cost, t.cost),
      ('shown cost', d.shown, t.shown)) figure(name, expected, stored)
  union all
  select 'a subtree is the sum of its accounts: ' || figure.name,
    'account ' || coalesce(s.id, r.account_id) || ', day ' || coalesce(s.day, r.day)
      || ', model ' || coalesce(s.model_id, r.model_id),
    coalesce(figure.expected, 0), coalesce(figure.stored, 0)
  from subtrees s full join usage_subtree_rollups r
      on r.account_id = s.id and r.day = s.day and r.model_id = s.model_id
    cross join lateral (values ('requests', s.requests, r.requests), ('cost', s.cost, r.cost),
      ('shown cost', s.shown, r.shown)) figure(name, expected, stored)
)
select rule, subject, expected, stored from ledger_book_discrepancies
union all
select rule, subject, expected, stored from found where expected <> stored;
