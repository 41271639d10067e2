-- The operation log as chains of hashes, one per owner: each line's hash covers its text and the hash
-- before it, so that no line can be changed, dropped or put in between without all later ones telling.

create table operation_links (
  operation_id bigint primary key references operation_log,
  owner_id bigint not null,
  seq bigint not null check (seq > 0),
  hash bytea not null,
  unique (owner_id, seq)
);
create trigger operation_links_append_only before update or delete or truncate on operation_links
  for each statement execute function refuse_change();

-- The end of each chain, which also tells when lines are missing there.
create table operation_chains (
  owner_id bigint primary key,
  seq bigint not null,
  hash bytea not null
);

-- What is hashed: the fields in their order, as JSON; the time in UTC to the microsecond.
create function operation_text(p_line operation_log) returns text language sql stable as $$
  select jsonb_build_array(p_line.id,
    to_char(p_line.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p_line.action,
    p_line.operator_id, p_line.target_id, p_line.target_dna, p_line.address, p_line.status,
    p_line.changes)::text
$$;

create function operation_hash(p_previous bytea, p_line operation_log) returns bytea
language sql stable as $$
  select sha256(p_previous || convert_to(operation_text(p_line), 'UTF8'))
$$;

-- Appends a line to the chain of the nearest owner on its target's path.
create function operation_link_append(p_line operation_log) returns void language plpgsql as $$
declare
  v_owner bigint := coalesce((
    select a.id from accounts a
    where a.id = any (string_to_array(trim('.' from p_line.target_dna), '.')::bigint[]) and a.is_owner
    order by length(a.dna) desc limit 1), 1);
  v_seq bigint;
  v_hash bytea;
begin
  insert into operation_chains values (v_owner, 0, '') on conflict do nothing;
  select seq + 1, hash into v_seq, v_hash from operation_chains where owner_id = v_owner for update;
  v_hash := operation_hash(v_hash, p_line);
  insert into operation_links values (p_line.id, v_owner, v_seq, v_hash);
  update operation_chains set seq = v_seq, hash = v_hash where owner_id = v_owner;
end $$;

do $$
declare
  v_line operation_log;
begin
  for v_line in select * from operation_log order by id loop
    perform operation_link_append(v_line);
  end loop;
end $$;

-- At the very end of the transaction, so that nobody waits for a chain longer than a commit takes.
create function operation_linked() returns trigger language plpgsql as $$
begin
  perform operation_link_append(new);
  return null;
end $$;
create constraint trigger operation_log_chained after insert on operation_log
  deferrable initially deferred for each row execute function operation_linked();

create index operation_log_by_target on operation_log (target_id, id);
create index operation_log_by_action on operation_log (action, id);

-- What is wrong with the log; no row where it is whole. The hash before a line is the stored one, so
-- that a line that was changed is named, and not every line after it.
create view operation_log_breaks as
with links as (
  select l.*, row_number() over chain as expected_seq,
    coalesce(lag(l.hash) over chain, '') as previous
  from operation_links l window chain as (partition by l.owner_id order by l.seq)
), ends as (
  select distinct on (owner_id) owner_id, seq, hash from operation_links
  order by owner_id, seq desc
)
select 'a line is as it was written' as rule, l.owner_id, l.seq, l.operation_id
from links l join operation_log o on o.id = l.operation_id
where l.hash <> operation_hash(l.previous, o)
union all
select 'a chain has no gaps', owner_id, seq, operation_id from links where seq <> expected_seq
union all
select 'a link has its line', owner_id, seq, operation_id from operation_links l
where not exists (select from operation_log o where o.id = l.operation_id)
union all
select 'a line is in a chain', null, null, o.id from operation_log o
where not exists (select from operation_links l where l.operation_id = o.id)
union all
select 'a chain ends where its owner’s log ends', coalesce(c.owner_id, e.owner_id),
  coalesce(c.seq, e.seq), null
from operation_chains c full join ends e using (owner_id)
where coalesce(c.seq, 0) <> coalesce(e.seq, 0) or c.hash is distinct from e.hash and e.hash is not null;
