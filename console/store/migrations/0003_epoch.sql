-- Which desk may write: each that starts takes the next number, and an older one is refused.
-- The lock beside the file does the same; this holds where somebody has removed it.
begin immediate;

alter table desk add column epoch integer not null default 0;

pragma user_version = 3;

commit;
