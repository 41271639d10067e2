-- Sums of usage: roll-ups that a job folds, plus the records that are not folded yet. One statement
-- reads both from one snapshot, so that no record is missed or counted twice.

-- Moves up to `p_limit` settlements into the roll-ups; returns how many. One caller at a time.
create function ledger_fold_usage(p_limit int4) returns int4
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
  ), sums as (
    select u.account_id, u.day, u.model_used, count(*) as requests, sum(u.cost) as cost,
      sum(u.input) as input, sum(u.cache_read) as cache_read,
      sum(coalesce(u.cache_write_5m, 0) + coalesce(u.cache_write_1h, 0)) as cache_write,
      sum(coalesce(u.output, 0) + coalesce(u.reasoning, 0)) as output, sum(u.units) as units
    from taken t cross join unnest(t.account_ids) a(id)
      join usage_records u on u.account_id = a.id and u.at = t.at and u.tx_id = t.tx_id
    group by u.account_id, u.day, u.model_used
  ), written as (
    insert into usage_rollups as r (account_id, day, model_id, requests, cost, input, cache_read,
      cache_write, output, units)
    select account_id, day, model_used, requests, cost, coalesce(input, 0),
      coalesce(cache_read, 0), cache_write, output, coalesce(units, 0) from sums
    on conflict (account_id, day, model_id) do update set
      requests = r.requests + excluded.requests,
      cost = r.cost + excluded.cost,
      input = r.input + excluded.input,
      cache_read = r.cache_read + excluded.cache_read,
      cache_write = r.cache_write + excluded.cache_write,
      output = r.output + excluded.output,
      units = r.units + excluded.units
  )
  select count(*) into v_folded from taken;
  return v_folded;
end $$;

-- Requests and cost per account from `p_from_day` to `p_to_day` (yyyymmdd, inclusive).
create function ledger_usage_sums(p_accounts int4[], p_from_day int4, p_to_day int4)
returns table (account int4, requests int8, cost int8)
language sql stable set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off set jit = off as $$
  select s.account_id, sum(s.requests)::int8, sum(s.cost)::int8 from (
    select r.account_id, r.requests, r.cost from usage_rollups r
    where r.account_id = any (p_accounts) and r.day between p_from_day and p_to_day
    union all
    select u.account_id, 1, u.cost
    from usage_unfolded q cross join unnest(q.account_ids) a(id)
      join usage_records u on u.account_id = a.id and u.at = q.at and u.tx_id = q.tx_id
    where q.account_ids && p_accounts and a.id = any (p_accounts)
      and u.day between p_from_day and p_to_day
  ) s group by s.account_id
$$;

-- The accounts whose traffic a monthly limit of this one bounds: itself and its descendants, but not
-- those below an owner, whose limits end at the owner.
create function ledger_members(p_account int4) returns int4[] language plpgsql stable as $$
declare
  v_members int4[];
begin
  if to_regclass('accounts') is not null then
    -- A path is digits and dots, so that its subtree is the range up to the path and a tilde.
    execute 'select array_agg(member.id::int4) from accounts top join accounts member
        on member.dna ~>=~ top.dna and member.dna ~<~ (top.dna || ''~'')
      where top.id = $1 and (member.id = $1 or not top.is_owner and not exists (
        select from accounts owner where owner.is_owner and owner.id <> $1
          and owner.dna ~>=~ top.dna and owner.dna ~<~ (top.dna || ''~'')
          and member.dna ~>=~ owner.dna and member.dna ~<~ (owner.dna || ''~'')))'
      into v_members using p_account;
  end if;
  return coalesce(v_members, array[p_account]);
end $$;

-- What the members of an account have used in a month (yyyymm).
create function ledger_month_usage(p_account int4, p_period int4) returns int8
language sql stable as $$
  select coalesce(sum(cost), 0)::int8
  from ledger_usage_sums(ledger_members(p_account), p_period * 100, p_period * 100 + 99)
$$;

-- What counts against an account's monthly limit; without one, what its members have used.
create function ledger_month_spent(p_account int4, p_period int4) returns int8
language sql stable as $$
  select coalesce(
    (select p.allowance - p.balance + coalesce((select sum(spent) from leases where pot_id = p.id), 0)
      from pots p where p.account_id = p_account and p.period = p_period and not p.is_dormant),
    ledger_month_usage(p_account, p_period))::int8
$$;
