"""A report as tables: what `shiftdesk report` and the hand-over page show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from console.core.asks import HandOver, Left, Number, ReportPage
from console.core.i18n import _, ngettext
from console.core.mood import LABELS, LEAST_JUDGED
from console.core.number_words import METRIC_WORDS, PART_WORDS, split, title, value

Time = Callable[[datetime], str]
"""How the reader writes an instant."""

Known = Mapping[str, Number]
"""The report's numbers by name."""

Part = Literal[
    "people", "notes", "open", "promised", "snoozed", "handled", "now", "moods", "promises", "times",
    "cancelled", "agent", "source", "language", "hour", "policy", "effect", "model", "topics",
]  # fmt: skip
PARTS: tuple[Part, ...] = get_args(Part)
"""Every table there can be, in the order of a page: what one has to know comes first."""

_PROMISES = ("frt", "nrt", "prom", "res")
_PARTS = (
    "attainment", "met", "met_late", "breached_open", "cancelled", "backfill", "targetless",
)  # fmt: skip
_TIMES = ("first", "first.business", "next", "next.business", "lag")
_HANDLED = (
    "arrived", "arrived.imported", "answered", "answered.imported", "solved", "solved.one_touch",
    "reopened", "replies_per_case", "breached", "saved",
)  # fmt: skip
_DIMENSIONS: tuple[Part, ...] = ("agent", "source", "language", "hour")
_COUNTED: dict[Part, tuple[str, ...]] = {"agent": ("answered", "solved"), "source": ("arrived",)}
_NOW = (
    "late", "soon", "outbox.refused", "outbox.unsure", "outbox.retry_at",
    "outbox.awaiting_approval",
)  # fmt: skip


class Row(Struct, frozen=True):
    """A line of a table: its texts, and the names of the numbers among them."""

    cells: tuple[str, ...]
    names: tuple[str, ...] = ()
    """As many as cells, empty for those that are no number. Among words the first stands for the
    whole line: a number's name, or `id:7` for a conversation; none where nothing stands behind it."""


class Table(Struct, frozen=True):
    """A title, and rows under heads; the first column is text, the others are numbers."""

    part: Part
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    words: bool = False
    """Every column is text."""


def tables(page: ReportPage, time: Time) -> tuple[Table, ...]:
    """Every part of a report that has something to say."""
    known = {number.name: number for number in page.numbers}
    made = [
        *_hand_over(page.hand_over, time),
        _list("handled", _("Handled"), _HANDLED, known),
        _list("now", _("Now"), _NOW, known),
        _moods(known),
        _promises(known),
        _times(known),
        _cancelled(known),
        *(_by(dimension, known) for dimension in _DIMENSIONS),
        _policies(known),
        _effect(known),
        model_table(known),
        _topics(page),
    ]
    return tuple(table for table in made if table.rows)


def _row(label: str, names: Iterable[str], known: Known) -> Row:
    """A label and the values of these numbers; `#name` stands for how many a number speaks of."""
    cells, named = [label], [""]
    for name in names:
        number = known.get(name.removeprefix("#"))
        if name.startswith("#"):
            cells.append(str(number.n if number else 0))
        else:
            cells.append(value(number) if name else "")
        named.append(name.removeprefix("#") if number is not None and number.n else "")
    return Row(tuple(cells), tuple(named))


def _list(part: Part, words: str, wanted: Iterable[str], known: Known) -> Table:
    rows = tuple(_row(title(one), [one], known) for one in wanted if one in known)
    return Table(part, words, ("", ""), rows)


def _moods(known: Known) -> Table:
    moods = ("negative", "neutral", "positive", "unknown")
    rows = tuple(
        _row(words, [f"{prefix}.{mood}" for mood in moods], known)
        for prefix, words in (("mood", _("as they came in")), ("after", _("after our answer")))
        if f"{prefix}.negative" in known
    )
    heads = ("", _("negative"), _("neutral"), _("positive"), _("unknown"))
    return Table("moods", _("Moods"), heads, rows)


def _promises(known: Known) -> Table:
    heads = ("", *(_(PART_WORDS[part]) for part in _PARTS))
    rows = tuple(
        _row(_(METRIC_WORDS[metric]), [f"{metric}.{part}" for part in _PARTS], known)
        for metric in _PROMISES
        if f"{metric}.attainment" in known
    )
    return Table("promises", _("Promises whose deadline lay in the period"), heads, rows)


def _times(known: Known) -> Table:
    rows = tuple(
        _row(_(METRIC_WORDS[one]), [f"#{one}.median", *_three(one, "", known)], known)
        for one in _TIMES
        if f"{one}.median" in known
    )
    heads = ("", "n", _("median"), "p90", "p95")
    return Table("times", _("Reply times"), heads, rows)


def _three(prefix: str, of: str, known: Known) -> tuple[str, str, str]:
    """Median, p90 and p95; few values stand in the place of the median."""
    median = f"{prefix}.median{of}"
    number = known.get(median)
    if number is not None and number.value is None:
        return median, "", ""
    return median, f"{prefix}.p90{of}", f"{prefix}.p95{of}"


def _cancelled(known: Known) -> Table:
    """Who cancelled which promise, and why: in sight, because it is the obvious cheat."""
    rows = []
    for name in known:
        base, dimension, group = split(name)
        metric, _dot, part = base.partition(".")
        if part == "cancelled" and dimension in ("reason", "agent"):
            why = _("reason") if dimension == "reason" else _("by")
            rows.append(_row(f"{_(METRIC_WORDS[metric])} · {why}: {group}", [name], known))
    return Table("cancelled", _("Cancelled promises"), ("", "n"), tuple(rows))


def _by(dimension: Part, known: Known) -> Table:
    titles: dict[Part, str] = {
        "agent": _("By agent"),
        "source": _("By source"),
        "language": _("By language"),
        "hour": _("By hour of the reply"),
    }
    groups = sorted(
        {
            group
            for base, of, group in map(split, known)
            if of == dimension and group and not base.startswith(("effect", "late", "soon"))
        }
    )
    counted = _COUNTED.get(dimension, ())
    rows = []
    for group in groups:
        of = f"@{dimension}:{group}"
        names = [f"{name}{of}" for name in (*counted, "frt.attainment")]
        for prefix in ("first", "next"):
            names += [f"#{prefix}.median{of}", *_three(prefix, of, known)]
        rows.append(_row(group, names, known))
    heads = ("", *map(title, counted), _("kept"))
    for words in (_("first: n"), _("next: n")):
        heads = (*heads, words, _("median"), "p90", "p95")
    return Table(dimension, titles[dimension], heads, tuple(rows))


def _policies(known: Known) -> Table:
    groups = sorted({group for _b, of, group in map(split, known) if of == "policy"})
    metrics = ("frt", "nrt", "res")
    wanted = ("late", "soon", *(f"{metric}.attainment" for metric in metrics))
    rows = tuple(_row(one, [f"{name}@policy:{one}" for name in wanted], known) for one in groups)
    heads = ("", _("late now"), _("due soon"), *(_(METRIC_WORDS[metric]) for metric in metrics))
    return Table("policy", _("By policy"), heads, rows)


def _effect(known: Known) -> Table:
    """Association, not cause: the comparison stands beside it."""
    groups = ["", *sorted({g for b, of, g in map(split, known) if b == "effect.answered" and of})]
    rows = []
    for group in groups:
        of = f"@source:{group}" if group else ""
        for side, words in (("answered", _("answered")), ("unanswered", _("not answered"))):
            of_all = known.get(f"effect.{side}{of}")
            if of_all is not None and of_all.n:
                names = [f"effect.{side}{part}{of}" for part in ("", ".changed", ".stars")]
                name = group or _("all sources")
                rows.append(_row(f"{name}: {words}", names, known))
    heads = ("", _("reviews"), _("edited within 90 days"), _("stars"))
    words = _("Reviews after an answer (association, not cause)")
    return Table("effect", words, heads, tuple(rows))


def model_table(known: Known) -> Table:
    """How rightly moods are read, as people judged them: by language, and by the label given."""
    rows = tuple(
        _row(
            _("unknown") if group == "?" else group,
            (
                f"#right@model:{group}", f"right@model:{group}", f"wrong@model:{group}",
                *(f"right.{label}@model:{group}" for label in LABELS),
            ),
            known,
        )
        for base, of, group in map(split, known)
        if of == "model" and base == "right"
    )  # fmt: skip
    heads = ("", _("judged"), _("right"), _("misread"), *map(_, LABELS))
    words = ngettext(
        "Moods read rightly, as people judged them (shares from {n} on)",
        "Moods read rightly, as people judged them (shares from {n} on)",
        LEAST_JUDGED,
    ).format(n=LEAST_JUDGED)
    return Table("model", words, heads, rows)


def _topics(page: ReportPage) -> Table:
    rows = tuple(
        Row((one.source, one.language or "–", one.word, str(one.n), str(one.before)), (one.name,))
        for one in page.topics
    )
    heads = (_("source"), _("language"), _("word"), _("now"), _("before"))
    return Table("topics", _("Said more than in the period before"), heads, rows, words=True)


def _hand_over(left: HandOver | None, time: Time) -> tuple[Table, ...]:
    if left is None:
        return ()
    many = "999+" if left.open_count >= 1000 else left.open_count
    open_title = _("Open ({n})").format(n=many)
    if left.open_count > len(left.open):
        open_title += " · " + _("the first {n}").format(n=len(left.open))
    notes = tuple(Row((time(note.at), note.person, note.text)) for note in left.notes)
    people = (Row((", ".join(left.people),)),) if left.people else ()
    heads = (_("number"), _("when"), _("who"), _("what"), _("whose"))
    lists: tuple[tuple[Part, str, tuple[Left, ...]], ...] = (
        ("open", open_title, left.open),
        ("promised", _("Promised"), left.promised),
        ("snoozed", _("Snoozed"), left.snoozed),
    )
    return (
        Table("people", _("On shift"), ("",), people, words=True),
        Table(
            "notes", _("Notes for the next shift"), (_("when"), _("from"), ""), notes, words=True
        ),
        *(
            Table(part, words, heads, tuple(_left(one, time) for one in rows), words=True)
            for part, words, rows in lists
        ),
    )


def _left(one: Left, time: Time) -> Row:
    at = time(one.at) if one.at else "–"
    cells = (str(one.conversation), at, one.who or one.source, one.what, one.person or "–")
    return Row(cells, (f"id:{one.conversation}",))
