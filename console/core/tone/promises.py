"""Promises with a time: found in a reply, and when they fall due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache

import msgspec

from console.core.tone.fold import fold, key, sentences
from console.core.tone.pack import Pack, pack
from console.core.tone.pattern import Patterns

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
_END_OF_DAY = time(23, 59)
_RANGE = r"(?:\s*(?:-|–|—|to|or|до|или|الی|تا|یا|او)\s*(?P<upper>\d+))?"


class Promise(msgspec.Struct, frozen=True):
    """A commitment in a reply."""

    due: datetime
    """When it falls due, in the zone of the `now` it was reckoned from."""
    start: int
    """Code-point offsets of the time in the reply."""
    end: int


class _Moment(msgspec.Struct, frozen=True):
    start: int
    end: int
    after: timedelta | None = None
    """How long from now; None when it is a day or a time that cannot be reckoned."""
    day: int | None = None
    weekday: int | None = None
    date: tuple[int, int] | None = None
    """Month and day."""


def promise(text: str, language: str, now: datetime) -> Promise | None:
    """The first promise in a reply that names its time, or None.

    Hours and minutes run from `now`, days end at midnight in its zone. A vague
    time ("soon") is no promise.
    """
    lexicon = pack(language)
    if lexicon is None:
        return None
    folded = fold(text)
    for sentence in sentences(folded.text):
        if not (
            lexicon.part("promise").find(sentence.text)
            or lexicon.part("action").find(sentence.text)
        ):
            continue
        for moment in _moments(sentence.text, lexicon):
            due = _due(moment, now)
            if due and due > now:
                span = folded.span(sentence.start + moment.start, sentence.start + moment.end)
                return Promise(due, *span)
    return None


def has_time(folded_text: str, lexicon: Pack) -> bool:
    """Whether a time to come is named at all, reckonable or not."""
    times = _times(lexicon.language)
    return next(_moments(folded_text, lexicon), None) is not None or bool(
        times.vague.find(folded_text) or times.clock.find(folded_text)
    )


def _due(moment: _Moment, now: datetime) -> datetime | None:
    if moment.after is not None:
        return now + moment.after
    if moment.day is not None:
        return _end_of(now + timedelta(days=moment.day))
    if moment.weekday is not None:
        return _end_of(now + timedelta(days=(moment.weekday - now.weekday()) % 7))
    if moment.date is None:
        return None
    try:
        this_year = _end_of(now.replace(month=moment.date[0], day=moment.date[1]))
        return this_year if this_year > now else this_year.replace(year=now.year + 1)
    except ValueError:
        return None


def _end_of(day: datetime) -> datetime:
    return datetime.combine(day.date(), _END_OF_DAY, day.tzinfo)


class _Times:
    """The time expressions of one language, compiled."""

    def __init__(self, lexicon: Pack) -> None:
        self._lexicon = lexicon
        self._file = lexicon.file.time
        self.vague = lexicon.patterns(self._file.vague)
        self.clock = lexicon.patterns(self._file.clock)
        self.past = lexicon.patterns(self._file.past)

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """A number and a unit: 48 hours, 3-5 working days, two weeks."""
        numbers = sorted(map(key, self._file.numbers), key=len, reverse=True)
        spoken = "|".join(map(re.escape, numbers)) or "(?!)"
        units = "|".join(
            f"(?P<{name}>{'|'.join(_unit(entry) for entry in getattr(self._file, name))})"
            for name in _UNITS
        )
        return re.compile(
            rf"(?<![\w.])(?:(?P<figure>\d+){_RANGE}|(?P<spoken>{spoken})(?!\w))"
            rf"[\s\-\u200c]*(?:\w+[\s\u200c\-]+)??(?:{units})(?!\w)"
        )

    @cached_property
    def single(self) -> re.Pattern[str]:
        """A preposition and a bare unit: within a week."""
        before = "|".join(_unit(entry) for entry in self._file.before)
        units = "|".join(
            f"(?P<{name}>{'|'.join(_unit(entry) for entry in getattr(self._file, name))})"
            for name in _UNITS
        )
        return re.compile(rf"(?<!\w)(?:{before})[\s\u200c]+(?:{units})(?!\w)")

    @cached_property
    def named(self) -> list[tuple[Patterns, _Moment]]:
        """Days that have a name of their own."""
        days = [([word], _Moment(0, 0, day=ahead)) for word, ahead in self._file.days.items()]
        days.sort(key=lambda pair: -len(pair[0][0]))
        week = [(names, _Moment(0, 0, weekday=n)) for n, names in enumerate(self._file.weekdays)]
        duals = [
            ([word], _Moment(0, 0, after=2 * _UNITS[unit])) for word, unit in self._file.two.items()
        ]
        return [(self._lexicon.patterns(names), moment) for names, moment in [*duals, *days, *week]]

    @cached_property
    def dated(self) -> re.Pattern[str]:
        """A day of a month, in either order."""
        months = "|".join(
            f"(?P<m{n}>{'|'.join(_unit(entry) for entry in names)})"
            for n, names in enumerate(self._file.months, 1)
        )
        return re.compile(
            rf"(?<!\w)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s\u200c]+(?:of\s+)?)?(?:{months or '(?!)'})"
            r"(?:\s+(?P<after>\d{1,2})(?!\d)(?:st|nd|rd|th)?)?(?!\w)"
        )


def _unit(entry: str) -> str:
    return (
        re.escape(key(entry))
        .replace(r"\*", r"\w*")
        .replace("_", r"[\s\u200c]?")
        .replace(r"\ ", r"\s+")
    )


@lru_cache(maxsize=64)
def _times(language: str) -> _Times:
    lexicon = pack(language)
    if lexicon is None:
        raise KeyError(language)
    return _Times(lexicon)


def _moments(text: str, lexicon: Pack) -> Iterator[_Moment]:
    """The times named in a folded text, the reckonable ones of each kind in turn."""
    times = _times(lexicon.language)
    numbers = {key(word): value for word, value in lexicon.file.time.numbers.items()}
    for match in times.counted.finditer(text):
        groups = match.groupdict()
        upper = groups["upper"] or groups["figure"]
        amount = int(upper) if upper else numbers[groups["spoken"]]
        unit = next(name for name in _UNITS if groups[name])
        over = times.past.find(text[match.end() :].lstrip())
        if amount < 1000 and not (over and over[0] == 0):
            yield _Moment(*match.span(), after=amount * _UNITS[unit])
    for match in times.single.finditer(text):
        unit = next(name for name in _UNITS if match.group(name))
        yield _Moment(*match.span(), after=_UNITS[unit])
    for patterns, moment in times.named:
        span = patterns.find(text)
        if span:
            yield msgspec.structs.replace(moment, start=span[0], end=span[1])
    for match in times.dated.finditer(text):
        day = match.group("day") or match.group("after")
        month = next(int(name[1:]) for name, value in match.groupdict().items()
                     if value and name not in ("day", "after"))  # fmt: skip
        if day:
            yield _Moment(*match.span(), date=(month, int(day)))
        else:
            yield _Moment(*match.span())
