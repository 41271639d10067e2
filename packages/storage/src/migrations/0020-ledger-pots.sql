-- Parts that the operations on pots share. The caller has locked the pot; every statement of a
-- PL/pgSQL function sees what was committed before it began, hence after that lock.

-- Takes `p_amount` from the cards that expire after `p_after`, the first to expire first.
create function ledger_drain(p_tx int8, p_account int4, p_amount int8, p_after timestamptz)
returns void language plpgsql as $$
declare
  v_drained int8;
begin
  if p_amount <= 0 then return; end if;
  with due as (
    select id, remaining,
      (sum(remaining) over (order by expires_at, id))::int8 - remaining as before
    from credit_cards
    where account_id = p_account and remaining > 0 and expires_at > p_after
  ), taken as (
    update credit_cards c set remaining = c.remaining - least(d.remaining, p_amount - d.before)
    from due d where c.id = d.id and d.before < p_amount
    returning c.id, least(d.remaining, p_amount - d.before) as part
  ), posted as (
    insert into postings (tx_id, account_id, book, card_id, amount)
    select p_tx, p_account, 1, id, -part from taken
    returning amount
  )
  select -sum(amount)::int8 into v_drained from posted;
  if v_drained is distinct from p_amount then
    raise exception 'the cards of account % cover % of %', p_account, v_drained, p_amount
      using errcode = '55000';
  end if;
end $$;

create function ledger_begin(p_kind int2) returns int8 language sql as $$
  insert into ledger_tx (kind) values (p_kind) returning id
$$;

-- Forfeits what is left on expired cards, but for what leases from before the expiry may hold.
-- Such a claim only shrinks, and ends an hour (the longest hold) after the expiry as far as other
-- cards cover the leases. Something new that stays claimed is recalled.
create function ledger_expire(p_pot int4) returns void language plpgsql as $$
declare
  p pots;
  v_now timestamptz := clock_timestamp();
  v_expired int8;
  v_old int8;
  v_is_new boolean;
  v_claimed int8;
  v_last int8;
  v_first int8;
  v_tx int8;
begin
  select * into strict p from pots where id = p_pot;
  if p.period > 0 or p.next_expiry > v_now then return; end if;
  select coalesce(sum(remaining), 0),
    coalesce(sum(remaining) filter (where expires_at <= v_now - interval '1 hour'), 0),
    coalesce(bool_or(expires_at > p.expired_upto), false)
    into v_expired, v_old, v_is_new
    from credit_cards
    where account_id = p.account_id and remaining > 0 and expires_at <= v_now;
  p.expiry_no := p.expiry_no + v_is_new::int4;
  select coalesce(sum(spent + case when expiry_no = p.expiry_no
      then least(claim, amount - spent) else amount - spent end), 0)
    into v_claimed from leases where pot_id = p_pot;
  -- Charges drain the first to expire, so the claimed rest stays on those; old ones go regardless.
  v_last := least(greatest(v_expired - v_claimed, 0), p.balance - p.leased);
  v_first := least(v_old, v_expired - v_last, p.balance - p.leased - v_last);
  if v_last + v_first > 0 then
    v_tx := ledger_begin(3::int2);
    with expired as (
      select id, remaining,
        (sum(remaining) over (order by expires_at desc, id desc))::int8 - remaining as behind,
        (sum(remaining) over (order by expires_at, id))::int8 - remaining as before
      from credit_cards
      where account_id = p.account_id and remaining > 0 and expires_at <= v_now
    ), parts as (
      select id, greatest(0, least(remaining, v_last - behind))
        + greatest(0, least(remaining, v_first - before)) as part
      from expired
    ), taken as (
      update credit_cards c set remaining = c.remaining - t.part
      from parts t where c.id = t.id and t.part > 0
      returning c.id, t.part
    )
    insert into postings (tx_id, account_id, book, card_id, amount)
    select v_tx, p.account_id, 1, id, -part from taken
    union all
    select v_tx, p.account_id, 6, null, v_last + v_first;
  end if;
  v_is_new := v_is_new and v_expired > v_last + v_first;
  update pots set
    balance = balance - v_last - v_first,
    expired_upto = v_now,
    expiry_no = p.expiry_no,
    recall_seq = recall_seq + v_is_new::int4,
    next_expiry = case
      when p.closed_to is not null and p.balance - v_last - v_first > p.leased then '-infinity'
      else coalesce((
        select min(expires_at) from credit_cards
        where account_id = p.account_id and remaining > 0), 'infinity') end
    where id = p_pot;
  if v_is_new then
    perform pg_notify('ledger_recall', p_pot || ':' || recall_seq) from pots where id = p_pot;
  end if;
end $$;

-- Moves what a node spent from its lease onto the cards, gives `p_back` of the lease back to the
-- pot, and lets free credit repay overdraft.
create function ledger_shrink(p_pot int4, p_node int4, p_back int8) returns void
language plpgsql as $$
declare
  p pots;
  l leases;
  v_back int8;
  v_repaid int8 := 0;
  v_tx int8;
begin
  select * into strict p from pots where id = p_pot;
  select * into strict l from leases where node_id = p_node and pot_id = p_pot for update;
  v_back := least(greatest(p_back, 0), l.amount - l.spent);
  if l.spent = 0 and v_back = 0 then return; end if;
  if p.period = 0 and l.spent > 0 then
    v_tx := ledger_begin(2::int2);
    perform ledger_drain(v_tx, p.account_id, l.spent, '-infinity');
    insert into postings (tx_id, account_id, book, amount)
      values (v_tx, p.account_id, 2, l.spent);
  end if;
  if p.overdraft > 0 and v_back > 0 then
    v_repaid := least(p.overdraft, v_back);
    v_tx := ledger_begin(4::int2);
    perform ledger_drain(v_tx, p.account_id, v_repaid, '-infinity');
    insert into postings (tx_id, account_id, book, amount)
      values (v_tx, p.account_id, 3, v_repaid);
  end if;
  update leases set
    amount = l.amount - l.spent - v_back,
    spent = 0,
    folded = l.folded + l.spent,
    expiry_no = p.expiry_no,
    claim = least(case when l.expiry_no = p.expiry_no then l.claim else l.amount - l.spent end,
      l.amount - l.spent - v_back)
    where node_id = p_node and pot_id = p_pot;
  update pots set
    balance = p.balance - l.spent - v_repaid,
    leased = p.leased - l.spent - v_back,
    overdraft = p.overdraft - v_repaid,
    next_expiry = case
      when p.closed_to is not null and v_back > v_repaid then '-infinity' else p.next_expiry end
    where id = p_pot;
end $$;

-- Charges what no lease covers: free credit first, then overdraft. A month's limit may go below zero.
create function ledger_charge_free(p_tx int8, p_pot int4, p_amount int8) returns void
language plpgsql as $$
declare
  p pots;
  v_covered int8;
begin
  perform 1 from pots where id = p_pot for update;
  perform ledger_expire(p_pot);
  select * into strict p from pots where id = p_pot;
  if p.period > 0 then
    update pots set balance = balance - p_amount where id = p_pot;
    return;
  end if;
  v_covered := least(p_amount, p.balance - p.leased);
  perform ledger_drain(p_tx, p.account_id, v_covered, p.expired_upto);
  insert into postings (tx_id, account_id, book, amount)
    values (p_tx, p.account_id, 2, p_amount);
  if v_covered < p_amount then
    insert into postings (tx_id, account_id, book, amount)
      values (p_tx, p.account_id, 3, v_covered - p_amount);
  end if;
  update pots set
    balance = p.balance - v_covered,
    overdraft = p.overdraft + p_amount - v_covered
    where id = p_pot;
end $$;
