-- What each source's last polls gave, for its log; and judged moods by time, for reports.
begin immediate;

create table polls (
    id integer primary key,
    source text not null,
    at integer not null,
    took_ms integer not null default 0,
    -- Of the last answer; null where nothing was asked by HTTP.
    status integer,
    new integer not null default 0,
    edited integer not null default 0,
    -- Told to us by the platform, not asked by us.
    heard integer not null default 0 check (heard in (0, 1)),
    error text not null default ''
) strict;

-- The log of one source, newest first; and what is worth remembering of it.
create index polls_of_source on polls (source, id);
create index notable_polls on polls (source, id) where error <> '' or new > 0 or edited > 0;

create index corrections_by_time on corrections (at);

pragma user_version = 8;

commit;
