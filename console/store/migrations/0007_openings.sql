-- Private conversations that we begin: whom the first message goes to, before they ever wrote there.
begin immediate;

create table openings (
    conversation integer primary key references conversations (id) on delete cascade,
    -- What they wrote in public, which this goes on from.
    turn integer references turns (id) on delete set null,
    -- Where it goes, if not to the public turn's author on their own platform.
    address text not null default '',
    subject text not null default ''
) strict;

create index openings_of_turn on openings (turn);

pragma user_version = 7;

commit;
