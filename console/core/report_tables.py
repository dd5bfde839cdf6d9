"""A report as tables: what `shiftdesk report` and the hand-over page show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from console.core.asks import HandOver, Left, Number, ReportPage
from console.core.i18n import _
from console.core.number_words import METRIC_WORDS, PART_WORDS, split, title, value

Time = Callable[[datetime], str]
"""How the reader writes an instant."""

_PROMISES = ("frt", "nrt", "prom", "res")
_PARTS = (
    "attainment", "met", "met_late", "breached_open", "cancelled", "backfill", "targetless",
)  # fmt: skip
_TIMES = ("first", "first.business", "next", "next.business")
_HANDLED = (
    "arrived", "arrived.imported", "answered", "solved", "solved.one_touch", "reopened",
    "replies_per_case", "breached", "saved",
)  # fmt: skip
_NOW = (
    "late", "soon", "outbox.refused", "outbox.unsure", "outbox.retry_at",
    "outbox.awaiting_approval",
)  # fmt: skip


class Table(Struct, frozen=True):
    """A title, and rows of texts under heads; the first column is text, the others numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: bool = False
    """Every column is text."""


def tables(page: ReportPage, time: Time) -> tuple[Table, ...]:
    """Every part of a report that has something to say."""
    known = {number.name: number for number in page.numbers}
    made = [
        _list(_("Handled"), _HANDLED, known),
        _list(_("Now"), _NOW, known),
        _moods(known),
        _promises(known),
        _times(known),
        _cancelled(page.numbers),
        *(_by(dimension, page.numbers) for dimension in ("agent", "source", "language", "hour")),
        _policies(page.numbers),
        _effect(page.numbers),
        _topics(page),
        *_hand_over(page.hand_over, time),
    ]
    return tuple(table for table in made if table.rows)


def _list(name: str, wanted: Iterable[str], known: dict[str, Number]) -> Table:
    rows = tuple((title(one), value(known[one])) for one in wanted if one in known)
    return Table(name, ("", ""), rows)


def _moods(known: dict[str, Number]) -> Table:
    moods = ("negative", "neutral", "positive", "unknown")
    rows = tuple(
        (words, *(value(known.get(f"{prefix}.{mood}")) for mood in moods))
        for prefix, words in (("mood", _("as they came in")), ("after", _("after our answer")))
        if f"{prefix}.negative" in known
    )
    return Table(_("Moods"), ("", _("negative"), _("neutral"), _("positive"), _("unknown")), rows)


def _promises(known: dict[str, Number]) -> Table:
    heads = ("", *(_(PART_WORDS[part]) for part in _PARTS))
    rows = tuple(
        (_(METRIC_WORDS[metric]), *(value(known.get(f"{metric}.{part}")) for part in _PARTS))
        for metric in _PROMISES
        if f"{metric}.attainment" in known
    )
    return Table(_("Promises whose deadline lay in the period"), heads, rows)


def _times(known: dict[str, Number]) -> Table:
    rows = []
    for prefix in _TIMES:
        median = known.get(f"{prefix}.median")
        if median is not None:
            rows.append((_(METRIC_WORDS[prefix]), str(median.n), *_three(prefix, "", known)))
    return Table(_("Reply times"), ("", "n", _("median"), "p90", "p95"), tuple(rows))


def _three(prefix: str, of: str, known: dict[str, Number]) -> tuple[str, str, str]:
    """Median, p90 and p95; few values stand in the place of the median."""
    median, p90, p95 = (known.get(f"{prefix}.{part}{of}") for part in ("median", "p90", "p95"))
    if median is not None and median.value is None:
        return value(median), "", ""
    return value(median), value(p90), value(p95)


def _cancelled(numbers: Iterable[Number]) -> Table:
    """Who cancelled which promise, and why: in sight, because it is the obvious cheat."""
    rows = []
    for number in numbers:
        base, dimension, group = split(number.name)
        metric, _dot, part = base.partition(".")
        if part == "cancelled" and dimension in ("reason", "agent"):
            why = _("reason") if dimension == "reason" else _("by")
            rows.append((_(METRIC_WORDS[metric]), f"{why}: {group}", value(number)))
    return Table(_("Cancelled promises"), ("", "", "n"), tuple(rows))


def _by(dimension: str, numbers: Iterable[Number]) -> Table:
    titles = {
        "agent": _("By agent"),
        "source": _("By source"),
        "language": _("By language"),
        "hour": _("By hour of the reply"),
    }
    known = {number.name: number for number in numbers}
    groups = sorted(
        {
            group
            for base, of, group in map(split, known)
            if of == dimension and group and not base.startswith(("effect", "late", "soon"))
        }
    )
    rows = []
    for group in groups:
        of = f"@{dimension}:{group}"
        first, following = known.get(f"first.median{of}"), known.get(f"next.median{of}")
        counts = (value(known.get(f"{name}{of}")) for name in _counted(dimension))
        rows.append(
            (
                group,
                *counts,
                value(known.get(f"frt.attainment{of}")),
                str(first.n if first else 0),
                *_three("first", of, known),
                str(following.n if following else 0),
                *_three("next", of, known),
            )
        )
    heads = (
        "",
        *(title(name) for name in _counted(dimension)),
        _("kept"),
        _("first: n"),
        _("median"),
        "p90",
        "p95",
        _("next: n"),
        _("median"),
        "p90",
        "p95",
    )
    return Table(titles[dimension], heads, tuple(rows))


def _counted(dimension: str) -> tuple[str, ...]:
    return {"agent": ("answered", "solved"), "source": ("arrived",)}.get(dimension, ())


def _policies(numbers: Iterable[Number]) -> Table:
    known = {number.name: number for number in numbers}
    groups = sorted({group for _b, of, group in map(split, known) if of == "policy"})
    metrics = ("frt", "nrt", "res")
    rows = tuple(
        (
            group,
            *(value(known.get(f"{name}@policy:{group}")) for name in ("late", "soon")),
            *(value(known.get(f"{metric}.attainment@policy:{group}")) for metric in metrics),
        )
        for group in groups
    )
    heads = ("", _("late now"), _("due soon"), *(_(METRIC_WORDS[metric]) for metric in metrics))
    return Table(_("By policy"), heads, rows)


def _effect(numbers: Iterable[Number]) -> Table:
    """Association, not cause: the comparison stands beside it."""
    known = {number.name: number for number in numbers}
    groups = ["", *sorted({g for b, of, g in map(split, known) if b == "effect.answered" and of})]
    rows = []
    for group in groups:
        of = f"@source:{group}" if group else ""
        for side, words in (("answered", _("answered")), ("unanswered", _("not answered"))):
            of_all = known.get(f"effect.{side}{of}")
            if of_all is not None and of_all.n:
                cells = (f"effect.{side}.changed{of}", f"effect.{side}.stars{of}")
                label = f"{group or _('all sources')}: {words}"
                rows.append((label, str(of_all.n), *(value(known.get(cell)) for cell in cells)))
    heads = ("", _("reviews"), _("edited within 90 days"), _("stars"))
    return Table(_("Reviews after an answer (association, not cause)"), heads, tuple(rows))


def _topics(page: ReportPage) -> Table:
    rows = tuple(
        (one.source, one.language or "–", one.word, str(one.n), str(one.before))
        for one in page.topics
    )
    heads = ("", _("language"), _("word"), _("now"), _("before"))
    return Table(_("Said more than in the period before"), heads, rows, words=True)


def _hand_over(left: HandOver | None, time: Time) -> tuple[Table, ...]:
    if left is None:
        return ()
    heads = ("", _("when"), _("who"), _("what"), _("whose"))
    more = left.open_count - len(left.open)
    open_title = _("Open ({n})").format(n="999+" if left.open_count >= 1000 else left.open_count)
    if more > 0:
        open_title += " · " + _("the first {n}").format(n=len(left.open))
    lists = ((open_title, left.open), (_("Promised"), left.promised), (_("Snoozed"), left.snoozed))
    notes = tuple((time(note.at), note.person, note.text) for note in left.notes)
    people = ((", ".join(left.people),),) if left.people else ()
    return (
        Table(_("On shift"), ("",), people, words=True),
        Table(_("Notes for the next shift"), ("", _("from"), ""), notes, words=True),
        *(
            Table(name, heads, tuple(_left(one, time) for one in rows), words=True)
            for name, rows in lists
        ),
    )


def _left(one: Left, time: Time) -> tuple[str, ...]:
    at = time(one.at) if one.at else "–"
    return (str(one.conversation), at, one.who or one.source, one.what, one.person or "–")
