-- What a person has to say something about: words that look like thanks, and days that may be holidays.
begin immediate;

-- What the customer's words ended, for whoever wants it back: the status and the snooze before them.
create table interrupted (
    conversation integer primary key references conversations (id) on delete cascade,
    at integer not null,
    status text not null,
    solved_at integer,
    snoozed_until integer,
    snoozed_until_reply integer not null default 0 check (snoozed_until_reply in (0, 1)),
    snoozed_by text not null default '',
    snooze_reason text not null default ''
) strict;

-- Days of a holiday file, by calendar: they close nothing before somebody accepted them.
create table holidays (
    calendar text not null,
    day text not null check (day glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    name text not null,
    state text not null default 'proposed' check (state in ('proposed', 'accepted', 'rejected')),
    by_person text not null,
    at integer not null,
    primary key (calendar, day)
) strict, without rowid;

pragma user_version = 6;

commit;
