"""What the numbers of a report are called, and how their values read."""

from __future__ import annotations

from datetime import timedelta

from console.core.asks import Number
from console.core.i18n import _, mark
from console.core.reports import FEW

_WORDS = {
    "arrived": mark("arrived"),
    "arrived.imported": mark("imported, not counted"),
    "answered": mark("answered"),
    "answered.imported": mark("answers imported, not counted"),
    "solved": mark("solved"),
    "reopened": mark("reopened"),
    "solved.one_touch": mark("solved with one reply"),
    "replies_per_case": mark("replies per case"),
    "breached": mark("promises broken"),
    "saved": mark("saved at the last moment"),
    "mood.negative": mark("came in negative"),
    "mood.neutral": mark("came in neutral"),
    "mood.positive": mark("came in positive"),
    "mood.unknown": mark("came in without a mood"),
    "after.negative": mark("negative after our answer"),
    "after.neutral": mark("neutral after our answer"),
    "after.positive": mark("positive after our answer"),
    "after.unknown": mark("without a mood after our answer"),
    "late": mark("late now"),
    "soon": mark("due soon"),
    "outbox.refused": mark("replies refused"),
    "outbox.unsure": mark("replies nobody is sure of"),
    "outbox.retry_at": mark("replies tried again"),
    "outbox.awaiting_approval": mark("drafts to approve"),
    "effect.answered": mark("reviews answered"),
    "effect.answered.changed": mark("of these edited afterwards"),
    "effect.answered.stars": mark("their change of stars"),
    "effect.unanswered": mark("reviews not answered"),
    "effect.unanswered.changed": mark("of these edited"),
    "effect.unanswered.stars": mark("their change of stars"),
    "right": mark("moods read rightly"),
    "right.negative": mark("negative read rightly"),
    "right.neutral": mark("neutral read rightly"),
    "right.positive": mark("positive read rightly"),
    "wrong": mark("moods misread"),
}

METRIC_WORDS = {
    "frt": mark("first reply"),
    "nrt": mark("next reply"),
    "prom": mark("promise"),
    "res": mark("resolution"),
    "first": mark("first reply"),
    "next": mark("next reply"),
    "first.business": mark("first reply, business time"),
    "next.business": mark("next reply, business time"),
    "lag": mark("until we saw it"),
}

PART_WORDS = {
    "attainment": mark("kept"),
    "met": mark("in time"),
    "met_late": mark("too late"),
    "breached_open": mark("late, still open"),
    "cancelled": mark("cancelled"),
    "backfill": mark("imported"),
    "targetless": mark("no target"),
    "median": mark("median"),
    "p90": mark("p90"),
    "p95": mark("p95"),
}


def split(name: str) -> tuple[str, str, str]:
    """A name's number, dimension and group: `frt.met@source:play` is `frt.met, source, play`."""
    base, _at, of = name.partition("@")
    dimension, _colon, group = of.partition(":")
    return base, dimension, group


def title(name: str) -> str:
    """What a number is called, its group included."""
    base, _dimension, group = split(name)
    if base in _WORDS:
        words = _(_WORDS[base])
    else:
        metric, _dot, part = base.rpartition(".")
        metric_words, part_words = METRIC_WORDS.get(metric, metric), PART_WORDS.get(part, part)
        words = f"{_(metric_words)}: {_(part_words)}"
    return f"{words} · {group}" if group else words


def value(number: Number | None) -> str:
    """A value as people read it; `–` where nothing can be said."""
    if number is None:
        return "–"
    if number.value is None:
        # too few to rank: the values themselves.
        few = number.unit == "seconds" and 0 < len(number.values) < FEW
        return " ".join(span(one) for one in number.values) if few else "–"
    match number.unit:
        case "share":
            return f"{number.value * 100:.0f} %"
        case "seconds":
            return span(number.value)
        case "stars":
            return f"{number.value:+.1f}"
        case "ratio":
            return f"{number.value:.1f}"
        case _:
            return f"{number.value:.0f}"


def span(seconds: float) -> str:
    """`45s`, `12m`, `2h10`, `3d4h`."""
    time = timedelta(seconds=round(seconds))
    days, minutes = time.days, time.seconds // 60
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days}d{hours}h" if hours else f"{days}d"
    if hours:
        return f"{hours}h{minutes:02}"
    return f"{minutes}m" if minutes else f"{time.seconds}s"
