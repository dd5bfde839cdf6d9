"""The lead's figures in words and lines: what each pane of numbers shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from console.core.asks import Doing, LeadPage, Number
from console.core.i18n import mark
from console.core.model import SourceHealth
from console.core.number_words import METRIC_WORDS, PART_WORDS, span, split, title, value
from console.core.report_tables import model_table
from console.ui.widgets.numbers import Cell, Line
from console.ui.words import _, ago, local_time, ngettext

DIMENSIONS = (
    ("agent", mark("By agent")),
    ("source", mark("By source")),
    ("language", mark("By language")),
    ("hour", mark("By hour of the reply")),
)

_DAY = (
    "arrived", "answered", "solved", "breached", "saved", "mood.negative",
    "frt.attainment", "nrt.attainment", "res.attainment",
    "first.median", "first.p90", "first.p95", "next.median", "next.p90", "next.p95",
)  # fmt: skip
NOTABLE_LAG_S = 60.0
"""A source that shows posts sooner than this is prompt."""
_OUTBOX = ("outbox.refused", "outbox.unsure", "outbox.retry_at", "outbox.awaiting_approval")
_WORTH_A_LOOK = {
    "late": "$late bold",
    "soon": "$soon",
    "outbox.refused": "$trouble bold",
    "outbox.unsure": "$trouble bold",
    "outbox.awaiting_approval": "bold",
}


def forecast_sentence(page: LeadPage, now: datetime) -> str:
    """ "At this inflow and this pace the queue breaches at 15:40; one more agent …"."""
    pace, found = page.pace, page.forecast
    if pace.people <= 0:
        return _("No forecast: nobody is on shift.")
    if found is None:
        return _("No forecast: nothing was answered in the last hour.")
    rates = _("At this inflow ({inflow} an hour) and this pace ({answered} an hour)").format(
        inflow=f"{pace.inflow:g}", answered=f"{pace.answered:g}"
    )
    if found.breach_at is None:
        return _("{rates} no promise breaks in the next 12 hours.").format(rates=rates)
    first = _("{rates} the queue breaches at {at}").format(
        rates=rates, at=local_time(found.breach_at, now)
    )
    if found.with_one_more is None:
        return _("{first}; with one more agent it does not in the next 12 hours.").format(
            first=first
        )
    if local_time(found.with_one_more, now) == local_time(found.breach_at, now):
        return _("{first}; one more agent does not change that.").format(first=first)
    return _("{first}; one more agent moves it to {at}.").format(
        first=first, at=local_time(found.with_one_more, now)
    )


def now_lines(page: LeadPage) -> tuple[Line, ...]:
    """Late and soon, in all and by policy, then what is not through."""
    known = {number.name: number for number in page.live}
    groups = sorted({group for _b, of, group in map(split, known) if of == "policy"})
    lines = [_pair(_("all"), "late", "soon", known)]
    lines += [_pair(one, f"late@policy:{one}", f"soon@policy:{one}", known) for one in groups]
    lines += [Line(title(name), (_cell(known.get(name), name), Cell(""))) for name in _OUTBOX]
    return tuple(lines)


def _pair(label: str, left: str, right: str, known: dict[str, Number]) -> Line:
    return Line(label, (_cell(known.get(left), left), _cell(known.get(right), right)))


def _cell(number: Number | None, name: str) -> Cell:
    text = value(number)
    if number is None or not number.n:
        return Cell(text, style="$muted")
    return Cell(text, name, _WORTH_A_LOOK.get(split(name)[0], ""))


def day_lines(page: LeadPage) -> tuple[Line, ...]:
    """Today beside the weekday before, with how many there are where a figure needs it."""
    today = {number.name: number for number in page.today}
    before = {number.name: number for number in page.before}
    return tuple(
        Line(
            title(name),
            (
                _ranked(today.get(name), name, _counted),
                _ranked(before.get(name), f"before/{name}", _counted),
            ),
        )
        for name in _DAY
    )


def _counted(number: Number | None, name: str) -> Cell:
    made = _cell(number, name)
    if number is None or number.unit == "count" or not number.n:
        return made
    return Cell(f"{made.text} (n {number.n})", made.name, made.style)


def group_lines(page: LeadPage, dimension: str) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Heads and lines of today's figures by agent, source, language or hour."""
    known = {number.name: number for number in page.today}
    groups = sorted(
        {
            group
            for base, of, group in map(split, known)
            if of == dimension and not base.startswith("effect")
        }
    )
    counted = {"agent": "answered", "source": "arrived"}.get(dimension)
    wanted = (
        *([counted] if counted else []),
        *(["frt.attainment"] if dimension != "hour" else []),
        "first.median", "first.p90", "first.p95", "next.median",
    )  # fmt: skip
    lines = [
        Line(
            group,
            tuple(
                _ranked(known.get(f"{name}@{dimension}:{group}"), f"{name}@{dimension}:{group}")
                for name in wanted
            ),
        )
        for group in groups
    ]
    if not lines:
        return (), (Line(_("Nothing yet today.")),)
    return tuple(map(_short_head, wanted)), tuple(lines)


def _ranked(
    number: Number | None, name: str, drawn: Callable[[Number | None, str], Cell] = _cell
) -> Cell:
    """Too few values to rank stand once, in the place of the median."""
    few = number is not None and number.value is None
    if few and split(name)[0].endswith((".p90", ".p95")):
        return Cell("–", style="$muted")
    return drawn(number, name)


def _short_head(name: str) -> str:
    metric, _dot, part = name.rpartition(".")
    if not metric:
        return title(name)
    short = {"frt": "", "first": _("first") + " ", "next": _("next") + " "}.get(
        metric, _(METRIC_WORDS.get(metric, metric)) + " "
    )
    return short + _(PART_WORDS.get(part, part))


def model_lines(page: LeadPage) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Heads and lines of how rightly moods are read; a sentence where nobody has judged any."""
    table = model_table({number.name: number for number in page.model})
    lines = [
        Line(
            row.cells[0],
            tuple(
                Cell(text, f"model/{name}" if name else "", "" if name else "$muted")
                for text, name in zip(row.cells[1:], row.names[1:], strict=True)
            ),
        )
        for row in table.rows
    ]
    if not lines:
        return (), (Line(_("Nobody has judged a mood of late.")),)
    return table.heads[1:], tuple(lines)


def team_lines(page: LeadPage) -> tuple[Line, ...]:
    """Each of the team: where they are, what they have, what they answered."""
    return tuple(
        Line(
            _whereabouts(one),
            (
                Cell(
                    str(one.owned),
                    f"filter:is:open owner:{one.person}" if one.owned else "",
                    "" if one.owned else "$muted",
                ),
                Cell(
                    "–" if one.answered is None else str(one.answered),
                    f"answered@agent:{one.person}" if one.answered else "",
                    "" if one.answered else "$muted",
                ),
            ),
            "" if one.on_shift or one.connected else "$muted",
        )
        for one in page.team
    )


def _whereabouts(one: Doing) -> str:
    if one.writing is not None:
        place = _("writes in {id}").format(id=one.writing)
    elif one.viewing is not None:
        place = _("reads {id}").format(id=one.viewing)
    elif one.connected:
        place = _("is here")
    else:
        place = _("is away")
    shift = "●" if one.on_shift else "○"
    return f"{shift} {one.person} {place}"


def source_lines(
    page: LeadPage, sources: Iterable[SourceHealth], now: datetime
) -> tuple[Line, ...]:
    """How each source is doing, the troubled ones first; how late it shows us things, if it does."""
    known = {number.name: number for number in page.today}
    ordered = sorted(sources, key=lambda one: (not one.error, not one.quiet, one.name))
    lines = [_source(one, known.get(f"lag.median@source:{one.name}"), now) for one in ordered]
    return tuple(lines) or (Line(_("No sources are connected.")),)


def _source(one: SourceHealth, lag: Number | None, now: datetime) -> Line:
    from console.core.said import in_our_words

    last = ago(one.last_success_at, now) if one.last_success_at else _("never")
    if one.retired:
        return Line(f"✗ {one.name}  " + _("retired"))
    if one.error:
        failures = ngettext("{n} failure", "{n} failures", one.failures).format(n=one.failures)
        return Line(f"⚠ {one.name}  {failures}: {in_our_words(one.error)}", style="$trouble")
    if one.quiet:
        quiet = _("quiet for longer than usual")
        return Line(f"◦ {one.name}  {quiet} · {last}", style="$soon")
    words = [last]
    if lag is not None and lag.value is not None and lag.value >= NOTABLE_LAG_S:
        words.append(_("shows posts after {time}").format(time=span(lag.value)))
    words += [in_our_words(one.quota_left)] if one.quota_left else []
    return Line(f"✓ {one.name}  " + " · ".join(words), style="$foreground")
