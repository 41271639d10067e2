-- Accounts whose nearest owner has a mail server. The few such owners come first; then the accounts of
-- each subtree by its range of paths, less those below another owner.
create view mail_readers as
select a.id::int4 as account_id, o.id as owner_id, a.dna, a.rates, a.hard_limit, a.soft_limit
from owner_settings s
  join accounts o on o.id = s.owner_id and o.deleted_at is null
  join accounts a on a.dna ~>=~ o.dna and a.dna ~<~ (o.dna || '~') and a.deleted_at is null
where s.name = 'EMAIL_SMTP' and not exists (
  select from accounts nearer
  where nearer.id = any (string_to_array(trim('.' from a.dna), '.')::bigint[])
    and nearer.is_owner and length(nearer.dna) > length(o.dna));
