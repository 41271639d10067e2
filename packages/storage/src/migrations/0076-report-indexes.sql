-- What was granted to accounts is asked with every list of them, of cards that are used up too.
create index credit_cards_account on credit_cards (account_id);

-- The accounts of a subtree are a range of paths: looked up, also while there are few accounts.
alter function usage_accounts(int4[], int4) set enable_seqscan = off;
