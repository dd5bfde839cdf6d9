-- Deleting a turn asks which replies answer it or became it, for retention and for those who are forgotten.
begin immediate;

create index outbox_of_answered_turn on outbox (answers) where answers is not null;
create index outbox_of_own_turn on outbox (turn) where turn is not null;

pragma user_version = 9;

commit;
