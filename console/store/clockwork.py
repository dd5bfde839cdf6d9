"""What happens to a conversation, written down: its events, its ledger, its clocks.

Every other noun changes its own rows, then calls `settle()` once for each conversation it touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from console.core.clocks import (
    Clock,
    FactsChanged,
    Happening,
    LedgerEvent,
    advance,
    headline,
    replay,
)
from console.core.i18n import _
from console.core.policy import Facts, Rules, raised_priority, stars_of
from console.errors import NotFound
from console.store.database import Transaction
from console.store.facets import Facets, derive, tags_column, tags_from
from console.store.instants import to_ms, whole
from console.store.standing import Standing

_clock = msgspec.json.Decoder(Clock)
_event = msgspec.json.Decoder(LedgerEvent)
_encoder = msgspec.json.Encoder()


def record(
    tx: Transaction, conversation: int, at: datetime, actor: str, verb: str, detail: str = ""
) -> None:
    """One line of a conversation's history, under the version that `settle()` will give it."""
    tx.db.execute(
        """
        insert into events (conversation, at, actor, verb, detail, version)
        select id, ?, ?, ?, ?, version + 1 from conversations where id = ?
        """,
        (to_ms(at), actor, verb, detail, conversation),
    )


def settle(
    tx: Transaction,
    conversation: int,
    now: datetime,
    happenings: Iterable[Happening] = (),
    *,
    grow: int = 1,
) -> int:
    """Derive everything about a conversation again after a change; its new version.

    The happenings move the clocks, in order. What policies ask about and the derived columns show
    (mood, rating, language, an automatic priority) is compared here; who changes a tag, an owner
    or a priority by hand says so with `FactsChanged`. `grow` is 0 where only time passed: nobody's
    view of the conversation became stale.
    """
    row = _row(tx.db, conversation)
    facets = derive(tx.db, conversation)
    facts = _facts(tx.db, row, facets, tx.rules)
    priority = raised_priority(tx.rules, facts, set_by_person=bool(row["priority_by"]))
    facts = msgspec.structs.replace(facts, priority=priority)
    due = list(happenings)
    # every happening judges the clocks under the facts as they are now; a change of facts alone
    # has to be one.
    before = _facts(tx.db, row, _cached(row), tx.rules)
    if not due and before != msgspec.structs.replace(facts, text=""):
        due.append(FactsChanged(at=whole(now)))
    clocks = _advance(tx, conversation, due, facts)
    held = _hold_thanks(tx.db, conversation, clocks, now)
    _keep(tx.db, conversation, row, facets, priority, clocks, now, grow=grow, thanked=held)
    tx.visible = True
    return int(row["version"]) + grow


def _hold_thanks(
    db: sqlite3.Connection, conversation: int, clocks: Iterable[Clock], now: datetime
) -> bool:
    """Remember until when a turn counts as mere thanks, if it does; `tick` looks at it then."""
    held = [clock.held_until for clock in clocks if clock.held_until is not None]
    until = to_ms(max((at for at in held if at > now), default=None))
    db.execute(
        "update conversations set thanks_until = ? where id = ? and thanks_until is not ?",
        (until, conversation, until),
    )
    return until is not None


def clocks_of(db: sqlite3.Connection, conversation: int) -> tuple[Clock, ...]:
    """The clocks of a conversation, finished ones too, as the cache holds them."""
    rows = db.execute(
        "select body from clocks where conversation = ? order by place", (conversation,)
    )
    return tuple(_clock.decode(row["body"]) for row in rows)


def ledger_of(db: sqlite3.Connection, conversation: int) -> tuple[LedgerEvent, ...]:
    """The ledger of a conversation, in the order in which it was written."""
    rows = db.execute("select body from ledger where conversation = ? order by id", (conversation,))
    return tuple(_event.decode(row["body"]) for row in rows)


def again(db: sqlite3.Connection, conversation: int, rules: dict[int, Rules]) -> bool:
    """Derive clocks and caches of one conversation from what was written; whether any differed."""
    before = _snapshot(db, conversation)
    row = _row(db, conversation)
    clocks = replay(ledger_of(db, conversation), rules)
    _keep_clocks(db, conversation, clocks)
    thanked = row["thanks_until"] is not None
    facets = derive(db, conversation)
    _keep(db, conversation, row, facets, row["priority"], clocks, None, grow=0, thanked=thanked)
    return before != _snapshot(db, conversation)


def _row(db: sqlite3.Connection, conversation: int) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        """
        select c.id, c.version, c.source, coalesce(s.type, '') as source_type, c.kind, c.private,
            c.status, c.priority, c.priority_by, c.tags, c.language, c.mood, c.mood_score,
            c.uncertain, c.rating, c.rating_max, c.snoozed_at, c.snoozed_until, c.created_at,
            c.thanks_until, c.owner, c.customer
        from conversations c left join sources s on s.name = c.source
        where c.id = ?
        """,
        (conversation,),
    ).fetchone()
    if row is None:
        raise NotFound(_("there is no conversation {number}").format(number=conversation))
    return row


def _cached(row: sqlite3.Row) -> Facets:
    """The facets that policies ask about, as they were before."""
    return Facets(
        language=row["language"],
        rating=row["rating"],
        rating_max=row["rating_max"],
        mood=row["mood"],
        mood_score=row["mood_score"],
        uncertain=bool(row["uncertain"]),
        tags=tags_from(row["tags"]),
    )


def _facts(db: sqlite3.Connection, row: sqlite3.Row, facets: Facets, rules: Rules) -> Facts:
    return Facts(
        source=row["source"],
        source_type=row["source_type"],
        kind=row["kind"],
        priority=row["priority"],
        tags=facets.tags,
        language=facets.language,
        mood=facets.mood,
        mood_score=facets.mood_score,
        uncertain=facets.uncertain,
        stars=stars_of(facets.rating, facets.rating_max),
        private=bool(row["private"]),
        customer_groups=_customer_groups(db, row["customer"], rules),
        assignee_groups=rules.assignee_groups(row["owner"]),
        text=facets.text,
    )


def _customer_groups(db: sqlite3.Connection, customer: int | None, rules: Rules) -> tuple[str, ...]:
    if customer is None or not any(group.customers for group in rules.groups):
        return ()
    handles = db.execute("select source, author_id from handles where customer = ?", (customer,))
    return rules.customer_groups(tuple(f"{one['source']}: {one['author_id']}" for one in handles))


def _advance(
    tx: Transaction, conversation: int, happenings: Sequence[Happening], facts: Facts
) -> tuple[Clock, ...]:
    clocks = clocks_of(tx.db, conversation)
    written: list[LedgerEvent] = []
    for happening in happenings:
        events, clocks = advance(clocks, happening, facts, tx.rules)
        written.extend(events)
    if written:
        _write_ledger(tx.db, conversation, written)
        _keep_clocks(tx.db, conversation, clocks)
    return clocks


def foreseen(
    db: sqlite3.Connection, conversation: int, happening: Happening, rules: Rules
) -> tuple[tuple[Clock, ...], tuple[Clock, ...]]:
    """The clocks before and after something that has not happened yet; nothing is written."""
    clocks = clocks_of(db, conversation)
    facts = _facts(db, _row(db, conversation), derive(db, conversation), rules)
    return clocks, advance(clocks, happening, facts, rules)[1]


def _write_ledger(db: sqlite3.Connection, conversation: int, events: Iterable[LedgerEvent]) -> None:
    db.executemany(
        """
        insert into ledger (conversation, at, verb, clock, instance, body)
        values (?, ?, ?, ?, ?, ?)
        """,
        [
            (
                conversation,
                to_ms(event.at),
                event.kind,
                event.clock,
                event.instance,
                _encoder.encode(event).decode(),
            )
            for event in events
        ],
    )


def _keep_clocks(db: sqlite3.Connection, conversation: int, clocks: Sequence[Clock]) -> None:
    # only what differs is written: most clocks of a long conversation are finished.
    kept = {
        row["place"]: row["body"]
        for row in db.execute(
            "select place, body from clocks where conversation = ?", (conversation,)
        )
    }
    bodies = [_encoder.encode(clock).decode() for clock in clocks]
    db.executemany(
        """
        insert into clocks (conversation, place, clock, instance, state, due_at, breaches_at, body)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (conversation, place) do update set
            clock = excluded.clock, instance = excluded.instance, state = excluded.state,
            due_at = excluded.due_at, breaches_at = excluded.breaches_at, body = excluded.body
        """,
        [
            (
                conversation,
                place,
                clock.kind,
                clock.instance,
                clock.state,
                to_ms(clock.due_at),
                to_ms(_breaches_at(clock)),
                body,
            )
            for place, (clock, body) in enumerate(zip(clocks, bodies, strict=True))
            if kept.get(place) != body
        ],
    )
    db.execute(
        "delete from clocks where conversation = ? and place >= ?", (conversation, len(clocks))
    )


def _breaches_at(clock: Clock) -> datetime | None:
    """When time alone will write a breach of this clock; None for never."""
    if not clock.active or clock.breached_at is not None or clock.due_at is None:
        return None
    if any(submitted <= clock.due_at for _reply, submitted in clock.pending):
        return None
    return max(clock.due_at, clock.held_until or clock.due_at)


def _keep(
    db: sqlite3.Connection,
    conversation: int,
    row: sqlite3.Row,
    facets: Facets,
    priority: int,
    clocks: tuple[Clock, ...],
    now: datetime | None,
    *,
    grow: int,
    thanked: bool,
) -> None:
    """Write the derived columns of a conversation; `grow` counts its version on."""
    shown = headline(clocks, thanked=thanked)
    standing = Standing.of(row, facets, priority, shown, now)
    db.execute(
        """
        update conversations set version = version + ?, priority = ?,
            who = ?, what = ?, folded = ?, url = ?, language = ?, rating = ?, rating_max = ?, mood = ?,
            mood_score = ?, uncertain = ?, contradiction = ?, tags = ?,
            waiting_since = ?, last_activity_at = ?, reply_state = ?, edited = ?, outdated = ?,
            newest_turn = ?, clock = ?, clock_state = ?, due_at = ?, soon_at = ?, critical_at = ?,
            calendar = ?, stage = ?, is_open = ?, queued = ?, order_bucket = ?, order_at = ?, order_urgency = ?,
            order_gloom = ?, order_stars = ?, order_waiting = ?
        where id = ?
        """,
        (
            grow,
            priority,
            facets.who,
            facets.what,
            f"{facets.who} {facets.what}".casefold(),
            facets.url,
            facets.language,
            facets.rating,
            facets.rating_max,
            facets.mood,
            facets.mood_score,
            facets.uncertain,
            facets.contradiction,
            tags_column(facets.tags),
            facets.waiting_since,
            facets.last_activity_at or row["created_at"],
            facets.reply_state,
            facets.edited,
            facets.outdated,
            facets.newest_turn,
            shown.kind if shown else None,
            shown.state if shown else "none",
            to_ms(shown.due_at) if shown else None,
            to_ms(shown.soon_at) if shown else None,
            to_ms(shown.critical_at) if shown else None,
            shown.calendar if shown and shown.business else "",
            standing.stage,
            standing.is_open,
            standing.queued,
            standing.bucket,
            standing.at,
            standing.urgency,
            standing.gloom,
            standing.stars,
            standing.waiting,
            conversation,
        ),
    )


def _snapshot(db: sqlite3.Connection, conversation: int) -> tuple[object, ...]:
    row = db.execute(
        """
        select who, what, folded, url, language, rating, rating_max, mood, mood_score, uncertain,
            contradiction, tags, clock, clock_state, due_at, soon_at, critical_at, calendar,
            waiting_since, last_activity_at, reply_state, edited, outdated, newest_turn, is_open, queued,
            order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting
        from conversations where id = ?
        """,
        (conversation,),
    ).fetchone()
    return (tuple(row), clocks_of(db, conversation))
