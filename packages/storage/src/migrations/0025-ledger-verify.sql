-- The books, rebuilt from the postings and the usage records and compared with every projection. A row
-- is a discrepancy: what, whose, what the books say, and what is stored. No row: all sums agree.
create view ledger_discrepancies as
with leased as (
  select pot_id, sum(amount)::int8 as amount, sum(spent)::int8 as spent from leases group by pot_id
), booked as (
  select account_id,
    sum(amount) filter (where book = 1) as card,
    sum(amount) filter (where book = 2) as tail,
    sum(amount) filter (where book = 3) as overdraft
  from postings where book in (1, 2, 3) group by account_id
), wallets as (
  select p.*, coalesce(l.amount, 0) as lease_amount, coalesce(l.spent, 0) as lease_spent
  from pots p left join leased l on l.pot_id = p.id where p.period = 0
), charged as (
  select tx_id, account_id, sum(amount) as amount
  from postings join ledger_tx t on t.id = tx_id
  where t.kind = 1 and book in (1, 2, 3, 5) group by tx_id, account_id
), used as (
  select tx_id, account_id, sum(cost) as cost, count(*) as requests
  from usage_records group by tx_id, account_id
), counted as (
  select member as account_id, u.day / 100 as period, sum(u.cost) as cost
  from usage_records u join budget_sets b on b.id = u.budget_set_id
    cross join unnest(b.account_ids) member
  group by member, u.day / 100
), found as (
  select 'postings of a transaction sum to zero' as rule, 'tx ' || tx_id as subject,
    0::numeric as expected, sum(amount) as stored
  from postings group by tx_id
  union all
  select 'a card is the sum of its postings', 'card ' || coalesce(c.id, p.card_id),
    coalesce(p.amount, 0), coalesce(c.remaining, 0)
  from credit_cards c full join (
    select card_id, account_id, sum(amount) as amount from postings where book = 1
    group by card_id, account_id
  ) p on p.card_id = c.id and p.account_id = c.account_id
  union all
  select 'a wallet is the sum of its cards', 'account ' || w.account_id,
    coalesce(c.remaining, 0), w.balance
  from wallets w left join (
    select account_id, sum(remaining) as remaining from credit_cards group by account_id
  ) c using (account_id)
  union all
  select 'a wallet is the sum of its card postings', 'account ' || coalesce(w.account_id, b.account_id),
    coalesce(b.card, 0), coalesce(w.balance, 0)
  from wallets w full join booked b using (account_id)
  union all
  select 'what is leased is the sum of the leases', 'pot ' || p.id, coalesce(l.amount, 0), p.leased
  from pots p left join leased l on l.pot_id = p.id
  union all
  select 'a lease has a pot', 'pot ' || l.pot_id, 0, l.amount
  from leased l where not exists (select from pots p where p.id = l.pot_id)
  union all
  select 'the tail is what leases have spent', 'account ' || coalesce(w.account_id, b.account_id),
    -coalesce(b.tail, 0), coalesce(w.lease_spent, 0)
  from wallets w full join booked b using (account_id)
  union all
  select 'overdraft is the sum of its postings', 'account ' || coalesce(w.account_id, b.account_id),
    -coalesce(b.overdraft, 0), coalesce(w.overdraft, 0)
  from wallets w full join booked b using (account_id)
  union all
  select 'usage is what was charged', 'tx ' || coalesce(u.tx_id, c.tx_id)
    || ', account ' || coalesce(u.account_id, c.account_id),
    coalesce(u.cost, 0), -coalesce(c.amount, 0)
  from used u full join charged c using (tx_id, account_id)
  union all
  select 'usage is revenue', 'tx ' || coalesce(u.tx_id, r.tx_id), coalesce(u.cost, 0), coalesce(r.amount, 0)
  from (select tx_id, sum(cost) as cost from used group by tx_id) u
  full join (select tx_id, sum(amount) as amount from postings where book = 4 group by tx_id) r
    using (tx_id)
  union all
  select 'a month counts the usage under its limit',
    'account ' || coalesce(p.account_id, c.account_id) || ', month ' || coalesce(p.period, c.period),
    coalesce(c.cost, 0), coalesce(p.allowance - p.balance - p.opening + coalesce(l.spent, 0), 0)
  from (select * from pots where period > 0) p left join leased l on l.pot_id = p.id
  full join counted c on c.account_id = p.account_id and c.period = p.period
  union all
  select 'roll-ups and what is not folded are all usage', 'account ' || coalesce(u.account_id, r.account_id),
    coalesce(u.requests, 0), coalesce(r.requests, 0)
  from (select account_id, sum(requests) as requests from used group by account_id) u
  full join (
    select account_id, sum(requests) as requests from (
      select account_id, requests from usage_rollups
      union all
      select u.account_id, u.requests from used u join usage_unfolded using (tx_id)
    ) parts group by account_id
  ) r using (account_id)
  union all
  select 'roll-ups and what is not folded are all cost', 'account ' || coalesce(u.account_id, r.account_id),
    coalesce(u.cost, 0), coalesce(r.cost, 0)
  from (select account_id, sum(cost) as cost from used group by account_id) u
  full join (
    select account_id, sum(cost) as cost from (
      select account_id, cost from usage_rollups
      union all
      select u.account_id, u.cost from used u join usage_unfolded using (tx_id)
    ) parts group by account_id
  ) r using (account_id)
)
select rule, subject, expected, stored from found where expected <> stored;
