-- What reports read: by when something was said, began, was met, was solved; and the shift's notes.
begin immediate;

-- Arrivals and moods of a period; its answers. Partial, so that a question about one conversation
-- is never tempted to read a stretch of time instead.
create index inbound_by_time on turns (at) where kind = 'inbound' and automatic = 0 and deleted = 0;
create index responses_by_time on turns (at)
    where kind = 'response' and automatic = 0 and deleted = 0;

-- Clocks that began in a period: what attainment leaves out is counted by its beginning.
-- Instants in a body are ISO 8601 in UTC, so their order as text is their order in time, but for
-- fractions of a second: whoever asks takes a second more on both sides and looks again.
create index clocks_by_start on clocks (clock, json_extract(body, '$.started_at'));

-- Clocks that were met in a period: reply times.
create index clocks_by_met on clocks (clock, json_extract(body, '$.met_at'))
    where state in ('met', 'met_late');

-- Conversations solved, and reopened, in a period.
create index ledger_solved on ledger (at) where clock = 'res' and verb = 'fulfil';
create index ledger_reopened on ledger (at)
    where clock = 'res' and verb = 'activate' and json_extract(body, '$.detail.reopened') = 1;

-- What one shift leaves to the next.
create table shift_notes (
    id integer primary key,
    at integer not null,
    person text not null,
    text text not null check (text <> '')
) strict;

-- The notes since a time.
create index shift_notes_by_time on shift_notes (at);

pragma user_version = 2;

commit;
