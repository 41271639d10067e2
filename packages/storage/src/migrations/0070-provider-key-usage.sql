-- What provider keys were used for, by day. Kept beside the other roll-ups and in the same breath:
-- whatever leaves `usage_unfolded` is counted here, however it is folded.
create table provider_key_usage (
  provider_key_id int4 not null,
  day int4 not null,
  requests int8 not null,
  cost int8 not null,
  primary key (provider_key_id, day)
) with (fillfactor = 80);

insert into provider_key_usage
select u.provider_key_id, u.day, count(*), sum(u.cost) from usage_records u
where u.provider_key_id is not null
  and not exists (select from usage_unfolded q where q.tx_id = u.tx_id)
group by u.provider_key_id, u.day;

create function provider_key_usage_fold() returns trigger
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
begin
  insert into provider_key_usage as k (provider_key_id, day, requests, cost)
  select u.provider_key_id, u.day, count(*), sum(u.cost)
  from taken t cross join unnest(t.account_ids) a(id)
    join usage_records u on u.account_id = a.id and u.at = t.at and u.tx_id = t.tx_id
  where u.provider_key_id is not null
  group by u.provider_key_id, u.day
  on conflict (provider_key_id, day) do update set
    requests = k.requests + excluded.requests,
    cost = k.cost + excluded.cost;
  return null;
end $$;
create trigger usage_unfolded_provider_keys after delete on usage_unfolded
  referencing old table as taken for each statement execute function provider_key_usage_fold();

-- Requests and cost of provider keys on one day (yyyymmdd): what is folded, and what is not yet.
create function provider_key_usage_sums(p_keys int4[], p_day int4)
returns table (key int4, requests int8, cost int8)
language sql stable set enable_mergejoin = off set enable_memoize = off
set enable_bitmapscan = off set jit = off as $$
  select s.provider_key_id, sum(s.requests)::int8, sum(s.cost)::int8 from (
    select k.provider_key_id, k.requests, k.cost from provider_key_usage k
    where k.provider_key_id = any (p_keys) and k.day = p_day
    union all
    select u.provider_key_id, 1, u.cost
    from usage_unfolded q cross join unnest(q.account_ids) a(id)
      cross join lateral (
        select r.provider_key_id, r.cost, r.day from usage_records r
        where r.account_id = a.id and r.at = q.at and r.tx_id = q.tx_id
        offset 0) u
    where u.day = p_day and u.provider_key_id = any (p_keys)
  ) s group by s.provider_key_id
$$;
