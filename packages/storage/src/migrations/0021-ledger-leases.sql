-- Nodes and their leases. Lock law: pots in ascending order, then the own lease row, then cards;
-- each function here locks one pot. The settings on the functions keep every plan on its index
-- however small the tables were when it was made, and keep the JIT compiler out.

-- Starts an incarnation. `p_alone`: the caller holds the lock of the only database folder, so that
-- every other node is dead.
create function ledger_register(p_name text, p_alone boolean) returns table (node int4, now_ms int8)
language plpgsql as $$
begin
  -- After waiting for a lock, a statement must see what was committed meanwhile.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'the ledger needs the isolation level "read committed"' using errcode = '55000';
  end if;
  if p_alone then update nodes set state = 2 where state = 1; end if;
  insert into nodes (name) values (p_name) returning id into node;
  now_ms := (extract(epoch from clock_timestamp()) * 1000)::int8;
  return next;
end $$;

-- Keeps a node alive and tells which recalls it has not answered; is_live is false when fenced.
create function ledger_beat(p_node int4) returns table (
  is_live boolean, now_ms int8, live_nodes int4, nodes_before int4,
  pot_ids int4[], account_ids int4[], periods int4[], seqs int4[]
)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
begin
  update nodes set beat_at = clock_timestamp() where id = p_node and state = 1;
  is_live := found;
  now_ms := (extract(epoch from clock_timestamp()) * 1000)::int8;
  select count(*), count(*) filter (where id < p_node) into live_nodes, nodes_before
    from nodes where state = 1;
  select coalesce(array_agg(p.id), '{}'), coalesce(array_agg(p.account_id), '{}'),
      coalesce(array_agg(p.period), '{}'), coalesce(array_agg(p.recall_seq), '{}')
    into pot_ids, account_ids, periods, seqs
    from leases l join pots p on p.id = l.pot_id
    where l.node_id = p_node and l.amount > 0 and l.answered < p.recall_seq;
  return next;
end $$;

-- Ends an incarnation in good order; its leases are reaped like those of a dead node.
create function ledger_leave(p_node int4) returns void language sql as $$
  update nodes set state = 2 where id = p_node and state = 1
$$;

-- Declares silent nodes dead, but not `p_first`, who asks; lists leases to be reaped, its own (when
-- it has left) before others.
create function ledger_bury(p_ttl_ms int4, p_limit int4, p_first int4) returns table (node int4, pot int4)
language plpgsql as $$
begin
  update nodes n set state = 2 from (
    select id from nodes
    where state = 1 and id <> p_first
      and beat_at < clock_timestamp() - p_ttl_ms * interval '1 millisecond'
    for update skip locked
  ) silent where n.id = silent.id;
  -- A call that a dead node had sent may still take a lease; a minute later none can.
  update nodes n set state = 3
    where n.state = 2 and n.beat_at < clock_timestamp() - interval '1 minute'
      and not exists (select from leases l where l.node_id = n.id);
  return query
    select l.node_id, l.pot_id from nodes n join leases l on l.node_id = n.id
    where n.state = 2 order by (n.id = p_first) desc, l.node_id, l.pot_id limit p_limit;
end $$;

-- Returns the lease of a dead node to its pot.
create function ledger_reap(p_node int4, p_pot int4) returns boolean
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
begin
  perform 1 from pots where id = p_pot for update;
  perform 1 from leases l join nodes n on n.id = l.node_id
    where l.node_id = p_node and l.pot_id = p_pot and n.state > 1 for update of l;
  if not found then return false; end if;
  perform ledger_shrink(p_pot, p_node, 9223372036854775807);
  delete from leases where node_id = p_node and pot_id = p_pot;
  perform ledger_expire(p_pot);
  perform pg_notify('ledger_freed', p_pot::text);
  return true;
end $$;

-- How far the leases of other nodes stand in the way: whose question `p_seq` is unanswered, where 0
-- is a new question that nobody has answered.
create function ledger_unanswered(p_pot int4, p_node int4, p_seq int4) returns int4 language sql as $$
  select count(*)::int4 from leases
  where pot_id = p_pot and node_id <> p_node and amount > spent and (p_seq = 0 or answered < p_seq)
$$;

-- Publishes a question: every holder is to give back what it does not use. A node that has answered
-- all earlier ones has nothing to answer to its own; that tells it that no older one is open.
create function ledger_recall(p_pot int4, p_node int4) returns int4 language plpgsql as $$
declare
  v_seq int4;
begin
  update pots set recall_seq = recall_seq + 1, recalled_at = clock_timestamp()
    where id = p_pot returning recall_seq into v_seq;
  update leases set answered = v_seq
    where node_id = p_node and pot_id = p_pot and answered = v_seq - 1;
  perform pg_notify('ledger_recall', p_pot || ':' || v_seq);
  return v_seq;
end $$;

-- What all members of an account may still spend this month is a pot of its own; made when first
-- needed, and again after a time without a limit, it starts with what was used without it.
create function ledger_set_limit(p_account int4, p_period int4, p_limit int8) returns int4
language plpgsql as $$
declare
  p pots;
  v_counted int8;
  v_opening int8;
  v_seq int4;
begin
  insert into pots (account_id, period, is_dormant) values (p_account, p_period, true)
    on conflict (account_id, period) do nothing;
  select * into strict p from pots where account_id = p_account and period = p_period for update;
  v_opening := p.opening;
  if p.is_dormant then
    select p.allowance - p.balance - p.opening + coalesce(sum(spent), 0) into v_counted
      from leases where pot_id = p.id;
    v_opening := greatest(0, ledger_month_usage(p_account, p_period) - v_counted);
  end if;
  p.balance := p.balance + p_limit - p.allowance - v_opening + p.opening;
  update pots set balance = p.balance, allowance = p_limit, opening = v_opening, is_dormant = false
    where id = p.id;
  if p.balance < p.leased then v_seq := ledger_recall(p.id, 0); end if;
  return p.id;
end $$;

create function ledger_lift_limit(p_account int4, p_period int4) returns void language sql as $$
  update pots set is_dormant = true where account_id = p_account and period = p_period
$$;

-- The one call about a lease: gives back `p_back`, answers recall number `p_answer`, asks for at
-- least `p_need` and at most `p_want` (both 0: nothing). `p_turn` rises with every call of a node: a
-- call that was overtaken by a later one is void. `p_seq`: the recall that this question has caused,
-- 0 for a new question. `p_limit`: the monthly limit if the caller's differs from what it last heard.
-- Answers status 1 done, 2 node is fenced, 3 no such pot or closed, 4 void.
create function ledger_lease(
  p_node int4, p_turn int8, p_account int4, p_period int4, p_limit int8,
  p_back int8, p_need int8, p_want int8, p_answer int4, p_seq int4, p_is_closing boolean
) returns table (
  status int2, pot int4, taken int8, free int8, settled int8, valid_ms int8, allowance int8,
  unanswered int4, seq int4, recall_seq int4, answered int4, now_ms int8
)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
declare
  p pots;
  v_others int4;
  v_grant int8 := 0;
begin
  now_ms := (extract(epoch from clock_timestamp()) * 1000)::int8;
  taken := 0; free := 0; settled := 0; unanswered := 0; seq := p_seq; recall_seq := 0; answered := 0;
  status := 2;
  if not exists (select from nodes where id = p_node and state = 1) then return next; return; end if;
  status := 3;
  select * into p from pots where account_id = p_account and period = p_period;
  if p_period > 0 and p_limit is not null and (p.id is null or p.allowance <> p_limit or p.is_dormant) then
    perform ledger_set_limit(p_account, p_period, p_limit);
    select * into p from pots where account_id = p_account and period = p_period;
  end if;
  if p.id is null then return next; return; end if;
  pot := p.id;

  -- A question to which the answer is surely no costs no lock and writes nothing.
  if p_need > p.balance - p.leased and p_back = 0 and p_answer = 0 and not p_is_closing
    and p.closed_to is null and p.next_expiry > clock_timestamp()
    and ledger_unanswered(p.id, p_node, p_seq) = 0
    and exists (select from leases l where l.node_id = p_node and l.pot_id = p.id and l.turn < p_turn)
  then
    status := 1;
  else
    select * into strict p from pots where id = p.id for update;
    insert into leases as l (node_id, pot_id, turn, answered, expiry_no)
      values (p_node, p.id, p_turn, p.recall_seq, p.expiry_no)
      on conflict (node_id, pot_id) do update
        set turn = p_turn, answered = greatest(l.answered, least(p_answer, p.recall_seq))
        where l.turn < p_turn;
    if not found then status := 4; return next; return; end if;
    status := 1;
    perform ledger_shrink(p.id, p_node, p_back);
    perform ledger_expire(p.id);
    select * into strict p from pots where id = p.id;
    if p_answer > 0 then perform pg_notify('ledger_freed', p.id::text); end if;
    if p.closed_to is not null then
      status := 3;
    elsif p_need > 0 or p_want > 0 then
      if p.balance - p.leased >= p_need then
        select count(*) into v_others from leases l
          where l.pot_id = p.id and l.node_id <> p_node and l.amount > 0;
        -- While somebody asks for more than there is, nobody gets more than is needed at once.
        v_grant := greatest(0, p_need, case when p.recalled_at < clock_timestamp() - interval '1 second'
          then least(p_want, (p.balance - p.leased) / (2 * (v_others + 1))) else 0 end);
      elsif p_need > 0 and p_seq = 0 and ledger_unanswered(p.id, p_node, 0) > 0 then
        seq := ledger_recall(p.id, p_node);
      end if;
    end if;
    if v_grant > 0 then
      update leases l set amount = l.amount + v_grant, expiry_no = p.expiry_no,
        claim = case when l.expiry_no = p.expiry_no then l.claim else l.amount end
        where l.node_id = p_node and l.pot_id = p.id;
      update pots set leased = leased + v_grant where id = p.id;
    end if;
    if p_is_closing then
      delete from leases l where l.node_id = p_node and l.pot_id = p.id and l.amount = 0;
    end if;
  end if;
  if p_need > 0 then unanswered := ledger_unanswered(p.id, p_node, seq); end if;

  select q.balance - q.leased, q.balance - q.overdraft - coalesce(sum(l.spent), 0),
      case when not q.is_dormant then q.allowance end,
      coalesce(max(l.amount + l.folded) filter (where l.node_id = p_node), 0),
      q.recall_seq, coalesce(max(l.answered) filter (where l.node_id = p_node), q.recall_seq)
    into free, settled, allowance, taken, recall_seq, answered
    from pots q left join leases l on l.pot_id = q.id where q.id = p.id group by q.id;
  if p_period = 0 and p.next_expiry < 'infinity' then
    select floor(extract(epoch from min(expires_at) - clock_timestamp()) * 1000) into valid_ms
      from credit_cards
      where account_id = p_account and remaining > 0 and expires_at > clock_timestamp();
  end if;
  return next;
end $$;
