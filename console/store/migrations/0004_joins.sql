-- Two customers that a person joined: what it takes to part them again, at any time.
begin immediate;

create table joins (
    id integer primary key,
    customer integer not null references customers (id) on delete cascade,
    other_name text not null,
    other_notes text not null,
    handles text not null,
    conversations text not null,
    by_person text not null,
    at integer not null
) strict;

create index joins_of_customer on joins (customer);

-- Who else is called so, or has the same id on another platform.
create index customers_by_name on customers (name collate nocase);
create index handles_by_author on handles (author_id);

pragma user_version = 4;

commit;
