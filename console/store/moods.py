"""Moods: the table is the queue. What no model has looked at waits; nothing is lost with a model."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.core.i18n import _
from console.core.model import Mood, MoodLabel
from console.core.mood import BY_RATING, Judgement
from console.core.reports import Period
from console.errors import NotFound
from console.store.clockwork import record, settle
from console.store.database import Database, Transaction
from console.store.instants import to_ms, whole
from console.store.protocol import TaughtText, Unscored
from console.store.undo import TurnMood, fields_of, remember

_BY_PERSON = "agent:"


class Moods(Database):
    """What models and people read from turns."""

    _asked_for = ""
    """The model that last asked for work: a turn it gives up on is done for this model only."""

    async def unscored(self, model: str, count: int) -> tuple[Unscored, ...]:
        """Newest first: turns without a mood, or with one of another model.

        What a person corrected is left alone.
        """
        self._asked_for = model
        return await self.read(_unscored, model, count)

    async def unscored_count(self, model: str) -> int:
        """How many `unscored` would give."""
        return await self.read(_unscored_count, model)

    async def set_moods(
        self, moods: Sequence[tuple[int, Mood | None, bool]], now: datetime
    ) -> tuple[int, ...]:
        """(turn, mood, contradiction) each; None: the model gave up on it. Returns conversations."""
        return await self.write(_set_moods, moods, self._asked_for, whole(now))

    async def correct_mood(
        self, conversation: int, label: MoodLabel, by: str, now: datetime
    ) -> int:
        """A person's word on the newest turn: it stands over every model's. Undoable."""
        return await self.write(_correct, conversation, label, by, whole(now))

    async def known_moods(self, after: int, count: int) -> tuple[TaughtText, ...]:
        """Texts to learn from, by turn, those after one: corrected or rated."""
        return await self.read(_known_moods, after, count)

    async def judgements(self, period: Period) -> tuple[Judgement, ...]:
        """People's words of a period on what a model had said; the last word on each turn.

        A mood that was uncertain, or came from stars alone, was no model's claim.
        """
        return await self.read(judgements_of, period)


def _other_models(db: sqlite3.Connection, model: str) -> list[str]:
    """The models that looked at turns before, "" for none; each found by one step in the index."""
    found: list[str] = []
    row = db.execute("select min(scored_by) as name from turns where kind = 'inbound'").fetchone()
    while row is not None and row["name"] is not None:
        name = row["name"]
        if name != model and not name.startswith(_BY_PERSON):
            found.append(name)
        row = db.execute(
            "select min(scored_by) as name from turns where kind = 'inbound' and scored_by > ?",
            (name,),
        ).fetchone()
    return found


def _unscored(db: sqlite3.Connection, model: str, count: int) -> tuple[Unscored, ...]:
    found: list[Unscored] = []
    for name in _other_models(db, model):
        rows = db.execute(
            """
            select t.id, t.title, t.text, t.rating, t.rating_max, c.kind
            from turns t join conversations c on c.id = t.conversation
            where t.kind = 'inbound' and t.scored_by = ? order by t.id desc limit ?
            """,
            (name, count - len(found)),
        )
        found += [
            Unscored(
                turn=row["id"],
                text=f"{row['title']}\n{row['text']}".strip(),
                rating=row["rating"],
                rating_max=row["rating_max"],
                kind=row["kind"],
            )
            for row in rows
        ]
        if len(found) >= count:
            break
    return tuple(found)


def _unscored_count(db: sqlite3.Connection, model: str) -> int:
    total = 0
    for name in _other_models(db, model):
        (count,) = db.execute(
            "select count(*) from turns where kind = 'inbound' and scored_by = ?", (name,)
        ).fetchone()
        total += count
    return total


def _set_moods(
    tx: Transaction,
    moods: Sequence[tuple[int, Mood | None, bool]],
    asked_for: str,
    now: datetime,
) -> tuple[int, ...]:
    touched: dict[int, None] = {}
    for turn, mood, contradiction in moods:
        row = tx.db.execute(
            f"""
            update turns set mood = ?, mood_score = ?, uncertain = ?, mood_words = ?,
                mood_model = ?, contradiction = ?, scored_by = ?
            where id = ? and scored_by not like '{_BY_PERSON}%'
            returning conversation
            """,
            (
                mood.label if mood else None,
                mood.score if mood else 0.0,
                mood is not None and mood.uncertain,
                msgspec.json.encode(mood.words if mood else ()).decode(),
                mood.model if mood else "",
                contradiction,
                asked_for or (mood.model if mood else "") or "none",
                turn,
            ),
        ).fetchone()
        if row is not None:
            touched[row["conversation"]] = None
    for conversation in touched:
        # a model's word is news to no writer: it does not make a screen stale.
        settle(tx, conversation, now, grow=0)
    return tuple(touched)


def _correct(tx: Transaction, conversation: int, label: MoodLabel, by: str, now: datetime) -> int:
    before = fields_of(tx.db, conversation)
    turn = tx.db.execute(
        """
        select t.id, t.mood, t.mood_score, t.uncertain, t.mood_words, t.mood_model,
            t.contradiction, t.scored_by
        from conversations c join turns t on t.id = c.newest_turn where c.id = ?
        """,
        (conversation,),
    ).fetchone()
    if turn is None:
        raise NotFound(_("nobody has written in this conversation"))
    (correction,) = tx.db.execute(
        """
        insert into corrections (turn, label, model_label, by_person, at) values (?, ?, ?, ?, ?)
        returning id
        """,
        (turn["id"], label, _claimed(tx.db, turn), by, to_ms(now)),
    ).fetchone()
    tx.db.execute(
        """
        update turns set mood = ?, mood_score = 1, uncertain = 0, mood_words = '[]',
            mood_model = ?, contradiction = 0, scored_by = ?
        where id = ?
        """,
        (label, _BY_PERSON + by, _BY_PERSON + by, turn["id"]),
    )
    record(tx, conversation, now, by, "mood", label)
    version = settle(tx, conversation, now)
    was = TurnMood(turn["id"], correction, *tuple(turn)[1:])
    remember(tx, by, conversation, now, f"mood {label}", before=before, mood=was)
    return version


def _claimed(db: sqlite3.Connection, turn: sqlite3.Row) -> MoodLabel | None:
    """What a model had claimed of a turn before people spoke; None if it claimed nothing."""
    if turn["scored_by"].startswith(_BY_PERSON):
        # the mood is a person's by now; whoever spoke first was told the model's.
        first = db.execute(
            "select model_label from corrections where turn = ? order by id limit 1", (turn["id"],)
        ).fetchone()
        return first["model_label"] if first else None
    certain = not turn["uncertain"] and turn["mood_model"] != BY_RATING
    return turn["mood"] if certain else None


def _known_moods(db: sqlite3.Connection, after: int, count: int) -> tuple[TaughtText, ...]:
    rows = db.execute(
        """
        select t.id, t.title, t.text, t.rating, t.rating_max, c.kind,
            (select o.label from corrections o where o.turn = t.id order by o.id desc limit 1)
                as label
        from turns t join conversations c on c.id = t.conversation
        where t.id > ? and t.kind = 'inbound' and t.text <> ''
            and (t.rating is not null or exists (select 1 from corrections o where o.turn = t.id))
        order by t.id limit ?
        """,
        (after, count),
    )
    return tuple(
        TaughtText(
            turn=row["id"],
            text=f"{row['title']}\n{row['text']}".strip(),
            label=row["label"],
            rating=row["rating"],
            rating_max=row["rating_max"],
            kind=row["kind"],
        )
        for row in rows
    )


def judgements_of(db: sqlite3.Connection, period: Period) -> tuple[Judgement, ...]:
    """The last word of people on each turn of which a model had claimed something."""
    rows = db.execute(
        """
        select t.conversation, o.model_label, o.label, t.language
        from corrections o join turns t on t.id = o.turn
        where o.at >= ? and o.at < ? and o.model_label is not null
            and not exists (select 1 from corrections l where l.turn = o.turn and l.id > o.id)
        order by o.id
        """,
        (to_ms(period.start), to_ms(period.end)),
    )
    return tuple(
        Judgement(row["conversation"], row["model_label"], row["label"], row["language"])
        for row in rows
    )
