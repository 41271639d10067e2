-- Whether an account has `p_amount` free, and if not, asks nodes for what they have leased but do not
-- use. Moves nothing: a change of the tree that moves credit is one transaction, and a question
-- asked inside it would be heard by nobody. `p_seq` is 0, or the question of the call before.
create function ledger_gather(p_account int4, p_amount int8, p_seq int4)
returns table (free int8, unanswered int4, seq int4) language plpgsql as $$
declare
  p pots;
begin
  free := 0; unanswered := 0; seq := p_seq;
  select * into p from pots where account_id = p_account and period = 0;
  if not found then return next; return; end if;
  free := p.balance - p.leased;
  if free < p_amount then
    perform 1 from pots where id = p.id for update;
    perform ledger_expire(p.id);
    select balance - leased into free from pots where id = p.id;
    if p_seq = 0 and ledger_unanswered(p.id, 0, 0) > 0 then seq := ledger_recall(p.id, 0); end if;
    unanswered := ledger_unanswered(p.id, 0, seq);
  end if;
  return next;
end $$;
