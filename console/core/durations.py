"""Lengths of time in words of the interface's language, for sentences and explanations."""

from __future__ import annotations

from datetime import timedelta

from console.core.i18n import _, ngettext


def in_words(span: timedelta, *, days: bool = True) -> str:
    """The span in its largest unit and the next below: `2 hours 10 minutes`, `3 days`.

    Without `days`, hours are the largest: an open day has no fixed length.

    Smaller units are cut, not rounded: what is promised is never longer than what is left.
    A negative span is told without its sign.
    """
    seconds = int(abs(span).total_seconds())
    minutes, hours, whole_days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes == 0:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    if hours == 0:
        return _minutes(minutes)
    if whole_days == 0 or not days:
        return _together(_hours(hours), _minutes(minutes % 60) if minutes % 60 else "")
    told = ngettext("{n} day", "{n} days", whole_days).format(n=whole_days)
    return _together(told, _hours(hours % 24) if hours % 24 else "")


def _hours(n: int) -> str:
    return ngettext("{n} hour", "{n} hours", n).format(n=n)


def _minutes(n: int) -> str:
    return ngettext("{n} minute", "{n} minutes", n).format(n=n)


def _together(larger: str, smaller: str) -> str:
    return _("{larger} {smaller}").format(larger=larger, smaller=smaller) if smaller else larger
