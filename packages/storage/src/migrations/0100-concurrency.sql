-- Requests of an account and its subtree that may run at once.
alter table accounts add column concurrency bigint check (concurrency >= 0);
