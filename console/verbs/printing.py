"""Answers as lines on standard output: JSON for scripts, plain lines for people and readers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from console.core.i18n import _
from console.core.model import Conversation, QueueRow, Turn
from console.core.open_hours import OpenHours
from console.core.order import row_state
from console.core.said import in_our_words
from console.core.sla import PRIORITIES
from console.ui.countdown import countdown
from sources.text import clean


def as_json(value: Any) -> None:
    """One JSON object on one line, flushed: whoever reads along is not kept waiting."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def narrate(text: str) -> None:
    """A sentence for people, on standard error."""
    print(text, file=sys.stderr, flush=True)


def row_object(row: QueueRow, now: datetime) -> dict[str, Any]:
    """A queue row for scripts, with the clock's state as of `now`."""
    made: dict[str, Any] = msgspec.to_builtins(row)
    made["clock_state"] = row_state(row, now)
    made["priority"] = PRIORITIES[row.priority]
    return made


def due_text(row: QueueRow, now: datetime, hours: OpenHours) -> str:
    """`▲late 12m`, `◔14m`, `2h10 biz`, or nothing where no clock runs."""
    return countdown(row, now, hours).text


def stars(rating: float | None, rating_max: int) -> str:
    """`★2` for two of five stars, `8/10` for another scale."""
    if rating is None:
        return ""
    return f"★{rating:g}" if rating_max == 5 else f"{rating:g}/{rating_max}"


def print_rows(rows: tuple[QueueRow, ...], now: datetime, hours: OpenHours) -> None:
    """A queue as aligned lines; open hours are counted in these calendars."""
    for row in rows:
        mood = str(row.mood or "-")
        if row.uncertain:
            mood = f"({mood})"
        owner = row.owner or "-"
        print(
            f"{row.id:>6}  {due_text(row, now, hours):<14} {mood:<11}{row.source:<12.12} "
            f"{stars(row.rating, row.rating_max):<5}{one_line(row.who):<18.18} "
            f"{owner:<8.8} {one_line(row.what)}"
        )


def print_conversation(found: Conversation, now: datetime, hours: OpenHours) -> None:
    """A conversation, oldest turn first."""
    row = found.row
    print(f"{row.id}  {row.kind} · {row.source} · {row.status} · {one_line(row.who)}")
    if due := due_text(row, now, hours).strip():
        print(_("due: {when}").format(when=due))
    for turn in found.turns:
        print(_turn_line(turn))
        for line in turn.text.splitlines():
            print(f"    {line}")
    for reply in found.replies:
        words = f" ({in_our_words(reply.error)})" if reply.error else ""
        print(f"[{reply.state}] {reply.author}, {local(reply.submitted_at)}{words}")
        if reply.state != "sent":
            for line in reply.text.splitlines():
                print(f"    {line}")
    for draft in found.drafts:
        print(_("draft by {name}, {when}").format(name=draft.person, when=local(draft.saved_at)))
    if found.earlier:
        print(_("earlier:"))
        for one in found.earlier:
            print(f"    {one.id}  {local(one.at)}  {one.source}  {one_line(one.what)}")


def _turn_line(turn: Turn) -> str:
    marks = [stars(turn.rating, turn.rating_max)] if turn.rating is not None else []
    if turn.mood:
        marks.append(f"({turn.mood.label})" if turn.mood.uncertain else turn.mood.label)
    marks += [name for name in ("late_arrival", "backfill", "external") if getattr(turn, name)]
    tail = f"  {' '.join(marks)}" if marks else ""
    title = f"  {one_line(turn.title)}" if turn.title else ""
    return f"{local(turn.at)}  {turn.kind}  {one_line(turn.author)}{tail}{title}"


def one_line(text: str) -> str:
    """Foreign text on one line, with nothing in it that a terminal would obey."""
    return " ".join(clean(text).split())


def local(at: datetime) -> str:
    """An instant in this machine's zone, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def now() -> datetime:
    """What time it is, aware UTC: the command line's clock."""
    return datetime.now(UTC)
