-- What provider keys cost, from when on, and what was earned and paid, by account, day, model and key.

-- One version per write; a version without rows means that the cost is not known from then on.
create table provider_key_cost_versions (
  id bigint generated always as identity primary key,
  provider_key_id bigint not null,
  since timestamptz not null default clock_timestamp()
);
create index provider_key_cost_versions_key on provider_key_cost_versions (provider_key_id, since, id);

-- Rates of a version: for models whose lower-case name is LIKE the pattern, the greatest weight first.
-- Either `share` (millionths of the charge at Factor 1), or picodollars per token, per unit, and
-- nanodollars per call.
create table provider_key_costs (
  version_id bigint not null references provider_key_cost_versions,
  pattern text not null,
  weight int4 not null,
  share int8,
  input int8 not null default 0,
  cache_read int8 not null default 0,
  cache_write int8 not null default 0,
  input_audio int8 not null default 0,
  input_image int8 not null default 0,
  output int8 not null default 0,
  reasoning int8 not null default 0,
  output_audio int8 not null default 0,
  output_image int8 not null default 0,
  unit int8 not null default 0,
  call int8 not null default 0,
  primary key (version_id, pattern)
);
create trigger provider_key_cost_versions_append_only before update or delete or truncate
  on provider_key_cost_versions for each statement execute function refuse_change();
create trigger provider_key_costs_append_only before update or delete or truncate
  on provider_key_costs for each statement execute function refuse_change();

-- What a request cost at its provider, nanodollars, half up; null where that is not known.
create function usage_buy_cost(u usage_records) returns int8 language sql stable as $$
  select case
    when c.share is not null and u.factor = 0 then null
    when c.share is not null
      then round(u.cost::numeric * c.share / coalesce(u.factor, 1000000))::int8
    else c.call + round((
      coalesce(u.input, 0)::numeric * c.input + coalesce(u.cache_read, 0)::numeric * c.cache_read
      + (coalesce(u.cache_write_5m, 0)::numeric + coalesce(u.cache_write_1h, 0)) * c.cache_write
      + coalesce(u.input_audio, 0)::numeric * c.input_audio
      + coalesce(u.input_image, 0)::numeric * c.input_image
      + coalesce(u.output, 0)::numeric * c.output + coalesce(u.reasoning, 0)::numeric * c.reasoning
      + coalesce(u.output_audio, 0)::numeric * c.output_audio
      + coalesce(u.output_image, 0)::numeric * c.output_image
      + coalesce(u.units, 0)::numeric * c.unit) / 1000)::int8
    end
  from provider_key_costs c
  where c.version_id = (
      select v.id from provider_key_cost_versions v
      where v.provider_key_id = u.provider_key_id and v.since <= u.at
      order by v.since desc, v.id desc limit 1)
    and (select lower(m.name) from models m where m.id = u.model_used) like c.pattern
  order by c.weight desc, c.pattern limit 1
$$;

-- Sums over an account and all below it. `unpriced` counts requests whose cost is not known; key 0
-- stands for keys that are not stored.
create table margin_rollups (
  account_id int4 not null,
  day int4 not null,
  model_id int4 not null,
  provider_key_id int4 not null,
  requests int8 not null,
  revenue int8 not null,
  shown int8 not null,
  cost int8 not null,
  unpriced int8 not null,
  primary key (account_id, day, model_id, provider_key_id)
) with (fillfactor = 80);

insert into margin_rollups
select top.id, u.day, u.model_used, coalesce(u.provider_key_id, 0), count(*), sum(u.cost),
  sum(usage_shown(u.cost, u.rates)), 0, count(*)
from usage_records u cross join unnest(usage_path(u.account_id)) top(id)
where not exists (select from usage_unfolded q where q.tx_id = u.tx_id)
group by 1, 2, 3, 4;

-- Folded in the same breath as all other roll-ups.
create function margin_fold() returns trigger
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
begin
  insert into margin_rollups as r (account_id, day, model_id, provider_key_id, requests, revenue,
    shown, cost, unpriced)
  select top.id, s.day, s.model_used, s.provider_key, sum(s.requests), sum(s.revenue), sum(s.shown),
    sum(s.bought), sum(s.unpriced)
  from (
    select u.account_id, u.day, u.model_used, coalesce(u.provider_key_id, 0) as provider_key,
      count(*) as requests, sum(u.cost) as revenue, sum(usage_shown(u.cost, u.rates)) as shown,
      coalesce(sum(b.cost), 0) as bought, count(*) filter (where b.cost is null) as unpriced
    from taken t cross join unnest(t.account_ids) a(id)
      join usage_records u on u.account_id = a.id and u.at = t.at and u.tx_id = t.tx_id
      cross join lateral (select usage_buy_cost(u) as cost offset 0) b
    group by u.account_id, u.day, u.model_used, coalesce(u.provider_key_id, 0)
  ) s cross join unnest(usage_path(s.account_id)) top(id)
  group by top.id, s.day, s.model_used, s.provider_key
  on conflict (account_id, day, model_id, provider_key_id) do update set
    requests = r.requests + excluded.requests,
    revenue = r.revenue + excluded.revenue,
    shown = r.shown + excluded.shown,
    cost = r.cost + excluded.cost,
    unpriced = r.unpriced + excluded.unpriced;
  return null;
end $$;
create trigger usage_unfolded_margins after delete on usage_unfolded
  referencing old table as taken for each statement execute function margin_fold();

-- The same for the subtrees of some accounts: what is folded, and what is not yet, in one statement.
create function margin_sums(p_tops int4[], p_from_day int4, p_to_day int4)
returns table (account int4, on_day int4, model int4, provider_key int4, requests int8,
  revenue int8, shown int8, cost int8, unpriced int8)
language sql stable set enable_seqscan = off set enable_mergejoin = off set enable_memoize = off
set enable_bitmapscan = off set jit = off as $$
  select s.account_id, s.day, s.model_id, s.provider_key_id, sum(s.requests)::int8,
    sum(s.revenue)::int8, sum(s.shown)::int8, sum(s.cost)::int8, sum(s.unpriced)::int8
  from (
    select r.* from unnest(p_tops) m(id) cross join lateral (
      select * from margin_rollups where account_id = m.id and day between p_from_day and p_to_day
      offset 0) r
    union all
    select top.id, u.day, u.model_used, coalesce(u.provider_key_id, 0), 1, u.cost,
      usage_shown(u.cost, u.rates), coalesce(b.cost, 0), (b.cost is null)::int4
    from usage_unfolded q cross join unnest(q.account_ids) a(id)
      cross join lateral (
        select * from usage_records r
        where r.account_id = a.id and r.at = q.at and r.tx_id = q.tx_id
          and r.day between p_from_day and p_to_day
        offset 0) u
      cross join lateral (select usage_buy_cost(u) as cost offset 0) b
      cross join lateral (
        select path.id from unnest(usage_path(a.id)) path(id) where path.id = any (p_tops)) top
  ) s group by s.account_id, s.day, s.model_id, s.provider_key_id
$$;

-- Children that are gone are in the reports of those above them.
create index accounts_children on accounts (parent_id, id);

alter view ledger_discrepancies rename to ledger_usage_discrepancies;
create view ledger_discrepancies as
select rule, subject, expected, stored from ledger_usage_discrepancies
union all
select 'margins are all revenue that is folded', 'account ' || coalesce(s.account_id, m.account_id)
    || ', day ' || coalesce(s.day, m.day) || ', model ' || coalesce(s.model_id, m.model_id),
  coalesce(s.cost, 0), coalesce(m.revenue, 0)
from usage_subtree_rollups s full join (
  select account_id, day, model_id, sum(revenue) as revenue from margin_rollups
  group by account_id, day, model_id
) m using (account_id, day, model_id)
where coalesce(s.cost, 0) <> coalesce(m.revenue, 0);
