"""The rows behind reports and the lead's screen: each method is one question of a period."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from console.core.figures import METRICS
from console.core.ledger import Clock
from console.core.period_rows import Arrival, Response, Rows, Solve
from console.core.policy import Rules
from console.core.reports import ClockRow, Period, Review
from console.store.database import Database
from console.store.instants import from_ms, to_ms
from console.store.moods import judgements_of
from console.store.protocol import Text
from console.store.timekeeping import rules_by_version

_clock = msgspec.json.Decoder(Clock)

SENT_BEFORE_MET = timedelta(days=2)
"""A reply that was tried for longer is reported under the day on which it was accepted."""

_MARGIN = timedelta(seconds=1)
"""Instants in a body are compared as text, which errs by fractions of a second."""

TEXTS = 5_000
"""Of how many turns of a period the words are read, the newest first."""


class Reporting(Database):
    """Rows of a period, by indexes; nothing is counted here."""

    async def report_rows(self, period: Period) -> Rows:
        """Everything that the numbers of a period are made of."""
        return await self.read(_rows, period)

    async def rules_known(self) -> dict[int, Rules]:
        """Every version of the rules that was ever in force, for the business time of the past."""
        return await self.read(rules_by_version)

    async def said(self, period: Period) -> tuple[Text, ...]:
        """What customers wrote in a period, the newest first; at most `TEXTS`."""
        return await self.read(_said, period)

    async def mood_counts(self, period: Period) -> dict[tuple[str, str], int]:
        """How many turns had which mood, by (source, mood); imported and uncertain ones left out."""
        return await self.read(_mood_counts, period)


def _rows(db: sqlite3.Connection, period: Period) -> Rows:
    clocks = _clocks(db, period)
    return Rows(
        clocks=clocks,
        arrivals=_arrivals(db, period),
        responses=_responses(db, period),
        solved=_solved(db, period),
        reopened=_reopened(db, period),
        reviews=_reviews(db, period),
        cancelled_by=_cancelled_by(db, clocks),
        judgements=judgements_of(db, period),
    )


_CLOCKS = """
    select k.conversation, k.body, c.source, c.language, c.kind
    from (
        select conversation, place from clocks where clock = :clock and due_at >= :start
            and due_at < :end
        union
        select conversation, place from clocks where clock = :clock
            and json_extract(body, '$.started_at') >= :start_text
            and json_extract(body, '$.started_at') < :end_text
        union
        select conversation, place from clocks where clock = :clock
            and state in ('met', 'met_late')
            and json_extract(body, '$.met_at') >= :start_text
            and json_extract(body, '$.met_at') < :met_text
    ) found
    cross join clocks k on k.conversation = found.conversation and k.place = found.place
    join conversations c on c.id = k.conversation
    order by k.conversation, k.place
"""


def _clocks(db: sqlite3.Connection, period: Period) -> tuple[ClockRow, ...]:
    found: list[ClockRow] = []
    for metric in METRICS:
        rows = db.execute(
            _CLOCKS,
            {
                "clock": metric,
                "start": to_ms(period.start),
                "end": to_ms(period.end),
                "start_text": _text(period.start - _MARGIN),
                "end_text": _text(period.end + _MARGIN),
                "met_text": _text(period.end + SENT_BEFORE_MET),
            },
        )
        found += [
            ClockRow(
                conversation=row["conversation"],
                clock=_judged(db, row["conversation"], _clock.decode(row["body"])),
                source=row["source"],
                language=row["language"],
                kind=row["kind"],
            )
            for row in rows
        ]
    return tuple(found)


def _judged(db: sqlite3.Connection, conversation: int, clock: Clock) -> Clock:
    """A clock that an imported answer stopped counts as imported: nobody here kept that promise."""
    if clock.met_at is None or clock.answered_by or clock.backfill:
        return clock
    history = db.execute(
        """
        select 1 from turns
        where conversation = ? and kind = 'response' and backfill = 1 and at = ?
        """,
        (conversation, to_ms(clock.met_at)),
    ).fetchone()
    return msgspec.structs.replace(clock, backfill=True) if history else clock


def _text(at: datetime) -> str:
    """An instant as a clock's body has it."""
    encoded: str = msgspec.to_builtins(at)
    return encoded


def _arrivals(db: sqlite3.Connection, period: Period) -> tuple[Arrival, ...]:
    rows = db.execute(
        """
        select t.conversation, c.source, t.language, t.at, t.seen_at, t.backfill,
            case when t.uncertain = 0 then t.mood end as mood
        from turns t join conversations c on c.id = t.conversation
        where t.kind = 'inbound' and t.at >= ? and t.at < ? and t.automatic = 0 and t.deleted = 0
        order by t.at, t.id
        """,
        _bounds(period),
    )
    return tuple(
        Arrival(
            conversation=row["conversation"],
            source=row["source"],
            language=row["language"],
            at=from_ms(row["at"]),
            mood=row["mood"],
            backfill=bool(row["backfill"]),
            seen_at=from_ms(row["seen_at"]),
        )
        for row in rows
    )


def _bounds(period: Period) -> tuple[int, int]:
    return to_ms(period.start), to_ms(period.end)


def _responses(db: sqlite3.Connection, period: Period) -> tuple[Response, ...]:
    rows = db.execute(
        """
        select conversation, at, backfill,
            case when external = 0 or manual = 1 then author else '' end as agent
        from turns
        where kind = 'response' and at >= ? and at < ? and automatic = 0 and deleted = 0
        order by at, id
        """,
        _bounds(period),
    )
    return tuple(
        Response(row["conversation"], from_ms(row["at"]), row["agent"], bool(row["backfill"]))
        for row in rows
    )


def _solved(db: sqlite3.Connection, period: Period) -> tuple[Solve, ...]:
    """Each time a conversation was solved, unless that was taken back."""
    rows = db.execute(
        """
        select l.conversation, l.at, json_extract(l.body, '$.actor') as actor, c.source,
            (select count(*) from turns t where t.conversation = l.conversation
                and t.kind = 'response' and t.automatic = 0 and t.backfill = 0
                and t.at <= l.at) as replies
        from ledger l join conversations c on c.id = l.conversation
        where l.clock = 'res' and l.verb = 'fulfil' and l.at >= ? and l.at < ?
            and not exists (
                select 1 from ledger u
                where u.conversation = l.conversation and u.id > l.id and u.clock = 'res'
                    and u.verb = 'resume' and json_extract(u.body, '$.detail.undone') = 1
                    and json_extract(u.body, '$.detail.undoes') = json_extract(l.body, '$.at')
            )
        order by l.at, l.id
        """,
        _bounds(period),
    )
    return tuple(
        Solve(row["conversation"], from_ms(row["at"]), row["source"], row["actor"], row["replies"])
        for row in rows
    )


def _reopened(db: sqlite3.Connection, period: Period) -> tuple[int, ...]:
    rows = db.execute(
        """
        select conversation from ledger
        where clock = 'res' and verb = 'activate' and json_extract(body, '$.detail.reopened') = 1
            and at >= ? and at < ?
        order by at, id
        """,
        _bounds(period),
    )
    return tuple(row["conversation"] for row in rows)


def _reviews(db: sqlite3.Connection, period: Period) -> tuple[Review, ...]:
    """Reviews first written in the period: every version, and our first public answer."""
    rows = db.execute(
        """
        select c.id, c.source, v.kind, v.at, v.rating * 5.0 / v.rating_max as stars
        from (
            select distinct t.conversation from turns t join conversations c on c.id = t.conversation
            where t.kind = 'inbound' and t.at >= ? and t.at < ? and t.automatic = 0
                and t.deleted = 0 and c.kind = 'review'
        ) found
        cross join conversations c on c.id = found.conversation
        join turns v on v.conversation = c.id
        where v.kind in ('inbound', 'response') and v.automatic = 0 and v.deleted = 0
        order by c.id, v.at, v.id
        """,
        _bounds(period),
    )
    found: dict[int, Review] = {}
    for row in rows:
        review = found.get(row["id"]) or Review(row["id"], row["source"], ())
        at = from_ms(row["at"])
        if row["kind"] == "inbound":
            ratings = (*review.ratings, (at, row["stars"]))
            found[row["id"]] = msgspec.structs.replace(review, ratings=ratings)
        elif review.replied_at is None:
            found[row["id"]] = msgspec.structs.replace(review, replied_at=at)
    return tuple(review for review in found.values() if review.ratings)


def _cancelled_by(
    db: sqlite3.Connection, clocks: Iterable[ClockRow]
) -> dict[tuple[int, str, int], str]:
    """Who cancelled those clocks that are cancelled."""
    found: dict[tuple[int, str, int], str] = {}
    for row in clocks:
        if row.clock.cancelled_at is None:
            continue
        key = (row.conversation, row.clock.kind, row.clock.instance)
        last = db.execute(
            """
            select json_extract(body, '$.actor') as actor from ledger
            where conversation = ? and verb = 'cancel' and clock = ? and instance = ?
            order by id desc limit 1
            """,
            key,
        ).fetchone()
        found[key] = last["actor"] or "" if last else ""
    return found


def _said(db: sqlite3.Connection, period: Period) -> tuple[Text, ...]:
    rows = db.execute(
        """
        select t.conversation, c.source, t.language, t.title, t.text
        from turns t join conversations c on c.id = t.conversation
        where t.kind = 'inbound' and t.at >= ? and t.at < ? and t.automatic = 0 and t.deleted = 0
        order by t.at desc, t.id desc limit ?
        """,
        (*_bounds(period), TEXTS),
    )
    return tuple(
        Text(
            row["conversation"],
            row["source"],
            row["language"],
            f"{row['title']}\n{row['text']}".strip(),
        )
        for row in rows
    )


def _mood_counts(db: sqlite3.Connection, period: Period) -> dict[tuple[str, str], int]:
    rows = db.execute(
        """
        select c.source, t.mood, count(*) as n
        from turns t join conversations c on c.id = t.conversation
        where t.kind = 'inbound' and t.at >= ? and t.at < ? and t.automatic = 0 and t.deleted = 0
            and t.backfill = 0 and t.uncertain = 0 and t.mood is not null
        group by c.source, t.mood
        """,
        _bounds(period),
    )
    return {(row["source"], row["mood"]): row["n"] for row in rows}
