-- The first schema. Instants are integer milliseconds since 1970, UTC; empty text means "none".
begin immediate;

-- One row: what belongs to the whole store.
create table desk (
    id integer primary key check (id = 1),
    version integer not null
) strict;

insert into desk (id, version) values (1, 0);

-- Rules that were in force once: finished clocks name the version they were judged by.
create table rules (
    version integer primary key,
    adopted_at integer not null,
    body text not null,
    -- The last conversation that was judged by them, null once all are.
    judged_to integer
) strict;

-- A source's cursor is its schedule; the rest is what its health says.
create table sources (
    name text primary key,
    type text not null default '',
    channel text,
    configured integer not null default 0 check (configured in (0, 1)),
    polled integer not null default 0 check (polled in (0, 1)),
    position text not null default '',
    etag text not null default '',
    last_modified text not null default '',
    url text not null default '',
    next_poll_at integer,
    last_success_at integer,
    last_post_at integer,
    failures integer not null default 0,
    error text not null default '',
    retired integer not null default 0 check (retired in (0, 1)),
    -- The last success that left no further page: what is older than this came late.
    caught_up_at integer,
    gap_at integer,
    note text not null default '',
    quota_left text not null default '',
    posts integer not null default 0,
    poll_ms integer not null default 0
) strict, without rowid;

create table customers (
    id integer primary key,
    name text not null default '',
    notes text not null default ''
) strict;

create table handles (
    source text not null,
    author_id text not null,
    customer integer not null references customers (id) on delete cascade,
    primary key (source, author_id)
) strict, without rowid;

-- All handles of one customer.
create index handles_of_customer on handles (customer);

create table conversations (
    id integer primary key,
    version integer not null default 1,
    source text not null,
    kind text not null,
    private integer not null default 0 check (private in (0, 1)),
    status text not null
        check (status in ('new', 'open', 'waiting', 'on_hold', 'solved', 'closed')),
    owner text not null default '',
    priority integer not null default 1 check (priority between 0 and 3),
    priority_by text not null default '',
    customer integer references customers (id) on delete set null,
    follows integer references conversations (id) on delete set null,
    created_at integer not null,
    solved_at integer,
    snoozed_at integer,
    snoozed_until integer,
    snoozed_until_reply integer not null default 0 check (snoozed_until_reply in (0, 1)),
    snoozed_by text not null default '',
    snooze_reason text not null default '',
    -- Until then the last turn counts as mere thanks (semantics S10).
    thanks_until integer,
    -- Caches: all that follows can be derived from turns, clocks, replies and tags.
    who text not null default '',
    what text not null default '',
    -- Both in folded letters, for filters by words.
    folded text not null default '',
    url text not null default '',
    language text not null default '',
    rating real,
    rating_max integer not null default 5,
    mood text check (mood in ('negative', 'neutral', 'positive')),
    mood_score real not null default 0,
    uncertain integer not null default 0 check (uncertain in (0, 1)),
    contradiction integer not null default 0 check (contradiction in (0, 1)),
    tags text not null default '[]',
    clock text,
    clock_state text not null default 'none',
    due_at integer,
    soon_at integer,
    critical_at integer,
    calendar text not null default '',
    waiting_since integer,
    last_activity_at integer not null,
    reply_state text,
    edited integer not null default 0 check (edited in (0, 1)),
    outdated integer not null default 0 check (outdated in (0, 1)),
    newest_turn integer not null default 0,
    is_open integer not null default 1 check (is_open in (0, 1)),
    -- In the queue: new, open or on hold, and not snoozed.
    queued integer not null default 1 check (queued in (0, 1)),
    -- How far the clock on the row has come, as the last tick saw it: on time, soon, late.
    stage integer not null default 0 check (stage between 0 and 2),
    -- The total order "due" (semantics S12), every column ascending, none of them null.
    order_bucket integer not null default 3,
    order_at integer not null default 0,
    order_urgency integer not null default 0,
    order_gloom integer not null default 0,
    order_stars real not null default 0,
    order_waiting integer not null default 0
) strict;

-- The default view: is:open -is:snoozed order:due.
create index queue_due on conversations
    (order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id)
    where queued = 1;

-- Every other filter: open rows in the order in which they lie in the table.
create index open_rows on conversations (id) where is_open = 1;

-- is:mine and is:unassigned of these.
create index queue_by_owner on conversations
    (owner, order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id)
    where queued = 1;

-- mood:negative of these; an uncertain mood is none.
create index queue_by_mood on conversations
    (mood, order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id)
    where queued = 1 and uncertain = 0;

-- is:late and is:soon, as the last tick left them.
create index queue_soon on conversations
    (order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id, clock_state, soon_at,
        due_at)
    where stage = 1;
create index queue_late on conversations
    (order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id, clock_state, due_at)
    where stage = 2;

-- Those that became soon or late since the last tick, and the earliest deadlines ahead.
create index becoming_soon on conversations (soon_at) where stage = 0 and soon_at is not null;
create index becoming_late on conversations (due_at) where stage < 2 and due_at is not null;

-- is:waiting, is:on_hold, is:closed and so on, order:due.
create index queue_by_status on conversations
    (status, order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id,
        snoozed_at);

-- is:solved order:newest.
create index queue_newest on conversations (status, last_activity_at, id);

-- is:snoozed order:due; and waking what has slept enough.
create index queue_snoozed on conversations
    (order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id)
    where snoozed_at is not null;
create index waking on conversations (snoozed_until) where snoozed_until is not null;

-- is:unsure and is:refused.
create index queue_by_reply on conversations (reply_state) where reply_state is not null;

-- What looked like thanks and was not judged in time.
create index thanks_held on conversations (thanks_until) where thanks_until is not null;

-- What a person hands back at the end of a shift.
create index owned on conversations (owner) where owner <> '';

-- A customer's earlier conversations.
create index conversations_of_customer on conversations (customer, last_activity_at);

-- What followed a conversation.
create index followers on conversations (follows) where follows is not null;

-- The conversation that a platform's thread belongs to now.
create table threads (
    source text not null,
    thread text not null,
    conversation integer not null references conversations (id) on delete cascade,
    primary key (source, thread)
) strict, without rowid;

create index threads_of_conversation on threads (conversation);

create table turns (
    id integer primary key,
    conversation integer not null references conversations (id) on delete cascade,
    kind text not null check (kind in ('inbound', 'response', 'note')),
    author text not null default '',
    author_id text not null default '',
    title text not null default '',
    text text not null,
    url text not null default '',
    native_id text not null default '',
    thread text not null default '',
    parent text not null default '',
    rating real,
    rating_max integer not null default 5,
    language text not null default '',
    at integer not null,
    seen_at integer not null,
    edit_of integer references turns (id) on delete set null,
    late_arrival integer not null default 0 check (late_arrival in (0, 1)),
    backfill integer not null default 0 check (backfill in (0, 1)),
    assumed_zone integer not null default 0 check (assumed_zone in (0, 1)),
    external integer not null default 0 check (external in (0, 1)),
    manual integer not null default 0 check (manual in (0, 1)),
    automatic integer not null default 0 check (automatic in (0, 1)),
    deleted integer not null default 0 check (deleted in (0, 1)),
    extra text not null default '{}',
    mood text check (mood in ('negative', 'neutral', 'positive')),
    mood_score real not null default 0,
    uncertain integer not null default 0 check (uncertain in (0, 1)),
    mood_words text not null default '[]',
    mood_model text not null default '',
    contradiction integer not null default 0 check (contradiction in (0, 1)),
    -- The model that last looked at this turn, whether it had an answer or gave up.
    scored_by text not null default ''
) strict;

-- The turns of one conversation, newest last.
create index turns_of_conversation on turns (conversation, id);

-- What a model has not looked at: no other queue of scoring exists.
create index turns_to_score on turns (scored_by, id) where kind = 'inbound';

-- The last replies that were sent.
create index responses on turns (id) where kind = 'response';

-- A turn's newer versions, when it is erased.
create index newer_versions on turns (edit_of) where edit_of is not null;

-- What the platforms showed us: identity, and whether it changed since.
create table posts (
    source text not null,
    native_id text not null,
    turn integer not null references turns (id) on delete cascade,
    digest blob not null,
    content_key blob,
    seen_at integer not null,
    primary key (source, native_id)
) strict, without rowid;

-- The second identity, for platforms that change their ids.
create index posts_by_content on posts (source, content_key) where content_key is not null;

create index posts_of_turn on posts (turn);

-- When a source was last heard of, for "quiet for longer than usual".
create index posts_by_time on posts (source, seen_at);

-- Marks of posts that were erased, by a person's wish or by age: they do not come in again.
create table erased (
    mark blob primary key
) strict, without rowid;

create table tags (
    conversation integer not null references conversations (id) on delete cascade,
    tag text not null check (tag <> ''),
    primary key (conversation, tag)
) strict, without rowid;

create table drafts (
    conversation integer not null references conversations (id) on delete cascade,
    person text not null,
    text text not null,
    note integer not null check (note in (0, 1)),
    saved_at integer not null,
    opened_on integer not null,
    version integer not null,
    revision integer not null,
    primary key (conversation, person)
) strict, without rowid;

create table draft_history (
    id integer primary key,
    conversation integer not null references conversations (id) on delete cascade,
    person text not null,
    text text not null,
    note integer not null check (note in (0, 1)),
    saved_at integer not null,
    opened_on integer not null,
    version integer not null,
    revision integer not null
) strict;

create index draft_history_of_person on draft_history (conversation, person, id);

-- Replies on their way: immutable copies of a text, and what became of them.
create table outbox (
    id integer primary key,
    conversation integer not null references conversations (id) on delete cascade,
    key text not null unique check (key <> ''),
    author text not null,
    text text not null check (text <> ''),
    answers integer references turns (id) on delete set null,
    state text not null check (state in ('awaiting_approval', 'held', 'sending', 'retry_at',
        'sent', 'refused', 'unsure', 'taken_back')),
    submitted_at integer not null,
    held_until integer,
    attempts integer not null default 0,
    retry_at integer,
    settled_at integer,
    published integer not null default 1 check (published in (0, 1)),
    error text not null default '',
    url text not null default '',
    external_id text not null default '',
    then_status text not null,
    promise_at integer,
    turn integer references turns (id) on delete set null,
    -- It was `sending` when a desk died.
    interrupted integer not null default 0 check (interrupted in (0, 1)),
    -- When delivery has to look at it, null for never.
    next_at integer
) strict;

-- What is due to be sent.
create index outbox_due on outbox (next_at, id) where next_at is not null;

create index outbox_of_conversation on outbox (conversation, id);

create index outbox_interrupted on outbox (id) where interrupted = 1;

create table events (
    id integer primary key,
    conversation integer not null references conversations (id) on delete cascade,
    at integer not null,
    actor text not null,
    verb text not null,
    detail text not null default '',
    -- The conversation's version that this made.
    version integer not null
) strict;

create index events_of_conversation on events (conversation, id);

-- Which snippets answered what.
create index snippets_used on events (detail, conversation) where verb = 'snippet';

-- Append-only (semantics S9): every clock can be derived from it again.
create table ledger (
    id integer primary key,
    conversation integer not null references conversations (id) on delete cascade,
    at integer not null,
    verb text not null,
    clock text not null,
    instance integer not null,
    body text not null
) strict;

create index ledger_of_conversation on ledger (conversation, id);

create trigger ledger_is_append_only before update on ledger
begin
    select raise(abort, 'the ledger is append-only');
end;

-- Cache of the ledger's outcome, one row for each instance of a clock.
create table clocks (
    conversation integer not null references conversations (id) on delete cascade,
    place integer not null,
    clock text not null,
    instance integer not null,
    state text not null,
    due_at integer,
    -- When a breach is to be written, null for never.
    breaches_at integer,
    body text not null,
    primary key (conversation, place)
) strict, without rowid;

-- Breaches that came due and are not written yet.
create index clocks_to_breach on clocks (breaches_at) where breaches_at is not null;

-- Attainment: instances whose deadline lies in a period.
create index clocks_by_due on clocks (clock, due_at);

create table undo (
    id integer primary key,
    person text not null,
    conversation integer not null references conversations (id) on delete cascade,
    at integer not null,
    what text not null,
    inverse text not null
) strict;

create index undo_of_person on undo (person, id);

create index undo_of_conversation on undo (conversation);

create table corrections (
    id integer primary key,
    turn integer not null references turns (id) on delete cascade,
    label text not null check (label in ('negative', 'neutral', 'positive')),
    model_label text check (model_label in ('negative', 'neutral', 'positive')),
    by_person text not null,
    at integer not null
) strict;

create index corrections_of_turn on corrections (turn);

create table views (
    name text primary key,
    filter text not null,
    order_name text not null,
    by_person text not null
) strict, without rowid;

create table shift (
    person text primary key,
    since integer not null
) strict, without rowid;

-- Full text over everything that customers and agents wrote; newest first is rowid order.
create virtual table words using fts5 (
    title, text, author,
    content = 'turns', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2"
);

create trigger words_of_new_turn after insert on turns
begin
    insert into words (rowid, title, text, author) values (new.id, new.title, new.text, new.author);
end;

create trigger words_of_old_turn after delete on turns
begin
    insert into words (words, rowid, title, text, author)
    values ('delete', old.id, old.title, old.text, old.author);
end;

create trigger words_of_changed_turn after update of title, text, author on turns
begin
    insert into words (words, rowid, title, text, author)
    values ('delete', old.id, old.title, old.text, old.author);
    insert into words (rowid, title, text, author) values (new.id, new.title, new.text, new.author);
end;

pragma user_version = 1;

commit;
