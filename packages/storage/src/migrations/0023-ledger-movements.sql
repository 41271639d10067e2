-- Credit between accounts. All wallets concerned are locked first, ascending; only free credit moves.

-- Lets an account hold credit; again is a no-op.
create function ledger_open(p_account int4) returns void language sql as $$
  insert into pots (account_id, period) values (p_account, 0)
    on conflict (account_id, period) do nothing
$$;

-- Merges cards until at most ten are left that can be spent: each time the two neighbours by expiry
-- whose earlier one gains least by the later date.
create function ledger_merge(p_tx int8, p_account int4) returns void language plpgsql as $$
declare
  v_from credit_cards;
  v_into int8;
begin
  while (
    select count(*) from credit_cards
    where account_id = p_account and remaining > 0 and expires_at > clock_timestamp()
  ) > 10 loop
    select id, next_id into v_from.id, v_into from (
      select id, lead(id) over w as next_id,
        remaining * extract(epoch from lead(expires_at) over w - expires_at) as gain
      from credit_cards
      where account_id = p_account and remaining > 0 and expires_at > clock_timestamp()
      window w as (order by expires_at, id)
    ) neighbours where next_id is not null order by gain, id limit 1;
    select * into strict v_from from credit_cards where id = v_from.id;
    update credit_cards set remaining = 0, merged_into = v_into where id = v_from.id;
    update credit_cards
      set remaining = remaining + v_from.remaining, amount = amount + v_from.amount
      where id = v_into;
    insert into postings (tx_id, account_id, book, card_id, amount) values
      (p_tx, p_account, 1, v_from.id, -v_from.remaining),
      (p_tx, p_account, 1, v_into, v_from.remaining);
  end loop;
end $$;

-- Puts credit on a new card of a locked wallet; repays overdraft first.
create function ledger_credit(
  p_tx int8, p_account int4, p_amount int8, p_now timestamptz, p_expires_at timestamptz,
  p_reference text
) returns int8 language plpgsql as $$
declare
  p pots;
  v_repaid int8;
  v_card int8;
begin
  select * into strict p from pots where account_id = p_account and period = 0;
  v_repaid := least(p.overdraft, p_amount);
  insert into credit_cards
    (account_id, tx_id, amount, remaining, reference, granted_at, expires_at)
    values (p_account, p_tx, p_amount, p_amount - v_repaid, p_reference, p_now, p_expires_at)
    returning id into v_card;
  insert into postings (tx_id, account_id, book, card_id, amount)
    values (p_tx, p_account, 1, v_card, p_amount);
  if v_repaid > 0 then
    insert into postings (tx_id, account_id, book, card_id, amount) values
      (p_tx, p_account, 1, v_card, -v_repaid), (p_tx, p_account, 3, null, v_repaid);
  end if;
  update pots set
    balance = p.balance + p_amount - v_repaid,
    overdraft = p.overdraft - v_repaid,
    next_expiry = case when p_amount > v_repaid
      then least(p.next_expiry, p_expires_at) else p.next_expiry end
    where id = p.id;
  perform ledger_merge(p_tx, p_account);
  return v_card;
end $$;

-- Moves `p_amount` from one account to another, and a fee besides to a third. An account with its
-- flag set has no limits: it mints what it gives. `p_life_ms` is the validity of the new card; null:
-- what is taken keeps its expiry. Status 1 done, 2 done before, 3 not enough free credit (then see
-- `unanswered`), 4 would fall below `p_minimum`, 5 an account has no open wallet, 6 the key was used
-- for another movement.
create function ledger_transfer(
  p_kind int2, p_key text, p_memo text,
  p_from int4, p_from_mints boolean, p_to int4, p_to_mints boolean, p_amount int8,
  p_fee int8, p_fee_to int4, p_fee_to_mints boolean,
  p_life_ms int8, p_reference text, p_minimum int8, p_seq int4
) returns table (status int2, free int8, settled int8, unanswered int4, seq int4)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
declare
  v_wallets int4[];
  v_memo text;
  v_tx int8;
  p pots;
  v_part record;
  v_now timestamptz := clock_timestamp();
  v_expires_at timestamptz := v_now + p_life_ms * interval '1 millisecond';
begin
  free := 0; settled := 0; unanswered := 0; seq := p_seq;
  select array_agg(distinct a) into v_wallets from unnest(array[
    case when not p_from_mints then p_from end, case when not p_to_mints then p_to end,
    case when p_fee > 0 and not p_fee_to_mints then p_fee_to end]) a where a is not null;
  perform 1 from pots where account_id = any (v_wallets) and period = 0 order by id for update;

  select memo into v_memo from ledger_tx where key = p_key;
  if found then
    status := case when v_memo = p_memo then 2 else 6 end;
    return next; return;
  end if;
  if (select count(*) from pots where account_id = any (v_wallets) and period = 0 and closed_to is null)
    < coalesce(cardinality(v_wallets), 0)
  then
    status := 5; return next; return;
  end if;
  perform ledger_expire(id) from pots where account_id = any (v_wallets) and period = 0;

  if not p_from_mints then
    select * into strict p from pots where account_id = p_from and period = 0;
    free := p.balance - p.leased;
    select p.balance - p.overdraft - coalesce(sum(spent), 0) into settled
      from leases where pot_id = p.id;
    if settled < p_amount + p_fee + coalesce(p_minimum, 0) or free < p_amount + p_fee then
      status := case when settled >= p_amount + p_fee then 4 else 3 end;
      if settled >= p_amount + p_fee + coalesce(p_minimum, 0) then
        status := 3;
        if p_seq = 0 and ledger_unanswered(p.id, 0, 0) > 0 then seq := ledger_recall(p.id, 0); end if;
        unanswered := ledger_unanswered(p.id, 0, seq);
      end if;
      return next; return;
    end if;
  end if;

  insert into ledger_tx (kind, key, memo) values (p_kind, p_key, p_memo) returning id into v_tx;
  if p_from_mints then
    insert into postings (tx_id, account_id, book, amount)
      values (v_tx, p_from, 5, -p_amount - p_fee);
  else
    perform ledger_drain(v_tx, p_from, p_amount + p_fee, p.expired_upto);
    update pots set balance = balance - p_amount - p_fee where id = p.id;
    settled := settled - p_amount - p_fee;
    free := free - p_amount - p_fee;
  end if;
  if p_fee > 0 and p_fee_to_mints then
    insert into postings (tx_id, account_id, book, amount) values (v_tx, p_fee_to, 5, p_fee);
  elsif p_fee > 0 then
    perform ledger_credit(v_tx, p_fee_to, p_fee, v_now, v_expires_at, p_reference);
  end if;
  if p_to_mints then
    insert into postings (tx_id, account_id, book, amount) values (v_tx, p_to, 5, p_amount);
  elsif p_life_ms is not null then
    perform ledger_credit(v_tx, p_to, p_amount, v_now, v_expires_at, p_reference);
  else
    for v_part in
      select c.expires_at, -sum(t.amount)::int8 as amount
      from postings t join credit_cards c on c.id = t.card_id
      where t.account_id = p_from and t.tx_id = v_tx and t.book = 1
      group by c.expires_at order by c.expires_at
    loop
      perform ledger_credit(v_tx, p_to, v_part.amount, v_now, v_part.expires_at, p_reference);
    end loop;
  end if;
  status := 1;
  return next;
end $$;

-- Closes a wallet: nobody may lease from it any more, and what is free goes to `p_to` on a card of
-- `p_life_ms`, less the fee, of which never more is taken than there is. What holds still bind is
-- paid out by calling it again later. Status 1 done, 3 idle leases are still to be answered, 5 no
-- such wallet. A repetition keeps the first call's `p_to` and fee.
create function ledger_close(p_account int4, p_to int4, p_fee int8, p_life_ms int8, p_seq int4)
returns table (status int2, refunded int8, fee int8, held int8, unanswered int4, seq int4)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_memoize = off set jit = off as $$
declare
  p pots;
  v_now timestamptz := clock_timestamp();
  v_to int4 := p_to;
  v_next int4;
  v_tx int8;
begin
  refunded := 0; fee := 0; held := 0; unanswered := 0; seq := p_seq; status := 5;
  select * into p from pots where account_id = p_account and period = 0;
  if not found then return next; return; end if;
  v_to := coalesce(p.closed_to, p_to);
  -- An heir that was closed meanwhile passes the credit on to its own.
  loop
    select closed_to into v_next from pots where account_id = v_to and period = 0;
    exit when v_next is null;
    v_to := v_next;
  end loop;
  perform 1 from pots where account_id in (p_account, v_to) and period = 0 order by id for update;
  update pots set closed_to = p_to, fee_due = p_fee where id = p.id and closed_to is null;
  perform ledger_expire(id) from pots where account_id in (p_account, v_to) and period = 0;
  if p_seq = 0 and ledger_unanswered(p.id, 0, 0) > 0 then seq := ledger_recall(p.id, 0); end if;
  unanswered := ledger_unanswered(p.id, 0, seq);
  select coalesce(sum(amount - spent), 0) into held from leases where pot_id = p.id;
  if unanswered > 0 then status := 3; return next; return; end if;

  status := 1;
  select * into strict p from pots where id = p.id;
  if p.balance = p.leased then return next; return; end if;
  fee := least(p.fee_due, p.balance - p.leased);
  refunded := p.balance - p.leased - fee;
  insert into ledger_tx (kind) values (7) returning id into v_tx;
  perform ledger_drain(v_tx, p_account, refunded + fee, p.expired_upto);
  update pots set balance = leased, fee_due = fee_due - fee, next_expiry = 'infinity'
    where id = p.id;
  if fee > 0 then
    insert into postings (tx_id, account_id, book, amount) values (v_tx, p_account, 7, fee);
  end if;
  if refunded > 0 and exists (select from pots where account_id = v_to and period = 0) then
    perform ledger_credit(v_tx, v_to, refunded, v_now,
      v_now + p_life_ms * interval '1 millisecond', 'refund of account ' || p_account);
  elsif refunded > 0 then
    insert into postings (tx_id, account_id, book, amount) values (v_tx, v_to, 5, refunded);
  end if;
  return next;
end $$;

-- Wallets that need care: cards have expired, or a closed one has got credit back (`closed_to`).
create function ledger_due(p_limit int4) returns table (pot int4, account int4, closed_to int4)
language sql as $$
  select id, account_id, closed_to from pots
  where period = 0 and next_expiry <= clock_timestamp() order by next_expiry limit p_limit
$$;

-- Forfeits what has expired in one wallet.
create function ledger_expire_one(p_pot int4) returns void language plpgsql as $$
begin
  perform 1 from pots where id = p_pot for update;
  perform ledger_expire(p_pot);
end $$;
