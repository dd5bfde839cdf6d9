"""The filter language, and the views made with it: one parser for queue, saved views, watch and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

from console.core.i18n import _, mark
from console.core.model import FOLLOW_UP, OPEN_STATUSES, QueueRow
from console.core.order import ORDERS
from console.core.policy import PRIORITIES, Comparison, parse_comparison, stars_of
from console.core.spans import parse_duration
from console.errors import ShiftdeskError

IS = (
    "open",
    "new",
    "waiting",
    "on_hold",
    "solved",
    "closed",
    "late",
    "soon",
    "mine",
    "unassigned",
    "snoozed",
    "edited",
    "outdated",
    "unsure",
    "refused",
    "approval",
    "follow_up",
)
KINDS = ("review", "mention", "question", "message", "alert", "survey")
MOODS = ("negative", "neutral", "positive", "uncertain", "none")

Key = Literal[
    "is", "mood", "stars", "source", "type", "kind", "lang", "tag", "owner", "priority", "due",
    "age", "id", "words",
]  # fmt: skip
KEYS = (
    "is", "mood", "stars", "source", "type", "kind", "lang", "tag", "owner", "priority", "due",
    "age", "id", "order",
)  # fmt: skip
_FIXED: dict[str, tuple[str, ...]] = {
    "is": IS,
    "mood": MOODS,
    "kind": KINDS,
    "order": tuple(ORDERS),
    "priority": PRIORITIES,
}


class FilterError(ShiftdeskError):
    """A filter cannot be read; `position` and `word` point at the wrong part of what was typed."""

    def __init__(self, message: str, position: int, word: str, nearest: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.word = word
        self.nearest = nearest


class Span(Struct, frozen=True):
    """A condition on a length of time: `<30m`, `>2h`."""

    sign: Literal["<=", ">=", "<", ">"]
    time: timedelta

    def holds(self, time: timedelta | None) -> bool:
        """Whether a length of time meets it; an unknown one never does."""
        if time is None:
            return False
        return Comparison(self.sign, self.time.total_seconds()).holds(time.total_seconds())


class Term(Struct, frozen=True):
    """One condition of a filter."""

    key: Key
    values: tuple[str, ...] = ()
    """Any of them will do; for `words` the one word or phrase."""
    compare: Comparison | None = None
    """For `stars` (of five) and `priority` (its number)."""
    span: Span | None = None
    """For `due` (time left; negative when late) and `age` (time the customer has waited)."""
    negated: bool = False

    def holds(self, row: QueueRow, now: datetime, me: str) -> bool:
        """Whether a row meets it."""
        return self._met(row, now, me) != self.negated

    def _met(self, row: QueueRow, now: datetime, me: str) -> bool:
        match self.key:
            case "is":
                return any(is_(row, value, now, me) for value in self.values)
            case "words":
                return self.values[0].casefold() in f"{row.who} {row.what}".casefold()
            case "stars":
                stars = stars_of(row.rating, row.rating_max)
                return self.compare is not None and self.compare.holds(stars)
            case "priority":
                return self.compare is not None and self.compare.holds(row.priority)
            case "due":
                running = row.due_at is not None and row.clock_state != "provisional"
                left = row.due_at - now if row.due_at is not None and running else None
                return self.span is not None and self.span.holds(left)
            case "age":
                since = row.waiting_since or row.last_activity_at
                return self.span is not None and self.span.holds(now - since if since else None)
            case "tag":
                return not set(self.values).isdisjoint(tag.casefold() for tag in row.tags)
            case _:
                return _VALUES[self.key](row) in self.values


_VALUES: dict[str, Callable[[QueueRow], str]] = {
    "mood": lambda row: "uncertain" if row.uncertain else row.mood or "none",
    "source": lambda row: row.source.casefold(),
    "type": lambda row: row.source_type.casefold(),
    "kind": lambda row: row.kind,
    "lang": lambda row: row.language.casefold().split("-")[0],
    "owner": lambda row: row.owner.casefold(),
    "id": lambda row: str(row.id),
}


def is_(row: QueueRow, word: str, now: datetime, me: str) -> bool:
    """Whether `is:word` is true of a row."""
    match word:
        case "open":
            return row.status in OPEN_STATUSES
        case "late":
            return row.due_at is not None and row.due_at < now and row.clock_state != "provisional"
        case "soon":
            return (
                row.clock_state == "running"
                and row.due_at is not None
                and row.soon_at is not None
                and row.soon_at <= now <= row.due_at
            )
        case "mine":
            return row.owner == me
        case "unassigned":
            return not row.owner
        case "snoozed":
            return row.snoozed_until > now if row.snoozed_until else bool(row.snoozed_by)
        case "edited":
            return row.edited
        case "outdated":
            return row.outdated
        case "unsure" | "refused":
            return row.reply_state == word
        case "approval":
            return row.reply_state == "awaiting_approval"
        case "follow_up":
            return FOLLOW_UP in row.tags and not is_(row, "snoozed", now, me)
        case _:
            return row.status == word


class Filter(Struct, frozen=True):
    """A parsed filter. Terms are sorted and single, so equal filters are equal values."""

    terms: tuple[Term, ...] = ()
    """All of them must hold."""
    order: str = ""
    """A named order, empty where the filter names none."""

    def matches(self, row: QueueRow, now: datetime, me: str) -> bool:
        """Whether a row belongs to the view. Words are sought in who wrote and the row's text."""
        return all(term.holds(row, now, me) for term in self.terms)


def parse(text: str) -> Filter:
    """A filter from what a person typed; an empty one takes everything.

    Raises `FilterError` that points at the wrong word and names the nearest known one.
    """
    terms: set[Term] = set()
    order = ""
    for word in _words(text):
        if word.key == "order":
            order = _one_of("order", word.value.lower(), word)
        elif word.key:
            terms.add(_term(word))
        elif word.value:
            terms.add(Term("words", (word.value,), negated=word.negated))
    return Filter(tuple(sorted(terms, key=repr)), order)


class _Word(Struct, frozen=True):
    """A piece of what was typed."""

    position: int
    text: str
    key: str = ""
    value: str = ""
    negated: bool = False


def _words(text: str) -> list[_Word]:
    """Splits at spaces; quotes hold a phrase together, also behind a key."""
    words: list[_Word] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        end = place
        quoted = -1
        while end < len(text) and (quoted >= 0 or not text[end].isspace()):
            if text[end] == '"':
                quoted = -1 if quoted >= 0 else end
            end += 1
        if quoted >= 0:
            raise FilterError(_("this quote is not closed"), quoted, text[quoted:])
        words.append(_word(place, text[place:end]))
        place = end
    return words


def _word(position: int, text: str) -> _Word:
    negated = text.startswith("-") and len(text) > 1
    bare = text[1:] if negated else text
    key, colon, value = bare.partition(":")
    # "12:30", "http://…" and a quoted phrase are words like any other.
    if not colon or not key.isalpha() or value.startswith("//"):
        return _Word(position, text, "", bare.replace('"', ""), negated)
    known = key.lower()
    if known not in KEYS:
        raise _wrong(_Word(position, key), _("no filter is called {word!r}"), KEYS)
    value = value.replace('"', "")
    if not value:
        message = _("{key}: needs a value").format(key=known)
        raise FilterError(message, position, text)
    return _Word(position + len(text) - len(bare) + len(key) + 1, text, known, value, negated)


def _term(word: _Word) -> Term:
    key: Key = word.key  # type: ignore[assignment]
    if key in ("due", "age"):
        return Term(key, span=_span(word), negated=word.negated)
    if key == "stars":
        compare = parse_comparison(word.value)
        if compare is None:
            raise _malformed(word, "stars:<=2")
        return Term(key, compare=compare, negated=word.negated)
    if key == "priority":
        return Term(key, compare=_priority(word), negated=word.negated)
    values = [value for value in word.value.casefold().split(",") if value]
    if not values:
        raise _malformed(word, f"{key}:{(*_FIXED.get(key, ()), 'name')[0]}")
    if key in _FIXED:
        values = [_one_of(key, value, word) for value in values]
    if key == "id" and not all(value.isascii() and value.isdigit() for value in values):
        raise _malformed(word, "id:17,18")
    if key == "lang":
        values = [value.split("-")[0] for value in values]
    return Term(key, tuple(sorted(set(values))), negated=word.negated)


def _span(word: _Word) -> Span:
    sign = next((sign for sign in ("<=", ">=", "<", ">") if word.value.startswith(sign)), None)
    time = parse_duration(word.value[len(sign) :].lower()) if sign else None
    if sign is None or time is None:
        raise _malformed(word, f"{word.key}:{'<30m' if word.key == 'due' else '>2h'}")
    return Span(sign, time)  # type: ignore[arg-type]


def _priority(word: _Word) -> Comparison:
    value = word.value.lower()
    sign = next((sign for sign in ("<=", ">=", "<", ">", "=") if value.startswith(sign)), "")
    name = _one_of("priority", value[len(sign) :], word)
    return Comparison(sign or "=", float(PRIORITIES.index(name)))  # type: ignore[arg-type]


def _one_of(key: str, value: str, word: _Word) -> str:
    known = _FIXED[key]
    if value in known:
        return value
    place = word.position + max(word.value.lower().find(value), 0)
    raise _wrong(_Word(place, value, key), _("{key}: knows no {word!r}"), known)


def _wrong(word: _Word, problem: str, known: Sequence[str]) -> FilterError:
    near = get_close_matches(word.text.lower(), known, n=1)
    message = problem.format(key=word.key, word=word.text)
    if near:
        hint = _("{problem}; did you mean {near}?").format(problem=message, near=near[0])
    else:
        hint = _("{problem}; known are {known}").format(problem=message, known=", ".join(known))
    return FilterError(hint, word.position, word.text, near[0] if near else "")


def _malformed(word: _Word, example: str) -> FilterError:
    message = _("{key}: cannot read {value!r}; write it as {example}").format(
        key=word.key, value=word.value, example=example
    )
    return FilterError(message, word.position, word.value)


class View(Struct, frozen=True):
    """A named filter with its order."""

    name: str
    title: str
    """In English, marked: shown through `_()`."""
    text: str
    """The filter as it is typed."""
    order: str = "due"

    @property
    def filter(self) -> Filter:
        """The parsed filter, without an order."""
        return parse(self.text)


SHIPPED: tuple[View, ...] = (
    View("open", mark("All open"), "is:open -is:snoozed"),
    View("mine", mark("Mine"), "is:mine is:open -is:snoozed"),
    View("late", mark("Late"), "is:late"),
    View("soon", mark("Soon"), "is:soon"),
    View("negative", mark("Negative"), "is:open mood:negative -is:snoozed"),
    View("unassigned", mark("Unassigned"), "is:open is:unassigned -is:snoozed"),
    View("waiting", mark("Waiting"), "is:waiting -is:snoozed"),
    View("snoozed", mark("Snoozed"), "is:snoozed"),
    View("solved", mark("Solved"), "is:solved", "newest"),
)
"""The views that come with the desk, in the order of the side pane; each has an index."""

OCCASIONAL: tuple[View, ...] = (
    View("approval", mark("To approve"), "is:approval", "oldest"),
    View("follow_up", mark("Ask whether it helped"), "is:follow_up", "oldest"),
)
"""Views that stand in the side pane only while they hold something."""


class Suggestion(Struct, frozen=True):
    """What could stand at the cursor: `text` takes the place of the typed `[start, end)`."""

    text: str
    start: int
    end: int


def complete(
    text: str, cursor: int, known: Mapping[str, Sequence[str]] | None = None
) -> tuple[Suggestion, ...]:
    """What the word at the cursor can become, best first.

    `known` gives the desk's own values for `source`, `type`, `tag`, `owner` and `lang`.
    """
    start = cursor
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    end = cursor
    while end < len(text) and not text[end].isspace():
        end += 1
    typed = text[start:cursor]
    minus = "-" if typed.startswith("-") else ""
    key, colon, value = typed[len(minus) :].lower().partition(":")
    if not colon:
        begun = [word for word in KEYS if word.startswith(key)] if key or minus else list(KEYS)
        return tuple(Suggestion(f"{minus}{word}:", start, end) for word in begun)
    before, comma, last = value.rpartition(",")
    values = (known or {}).get(key, ()) or _FIXED.get(key, ())
    return tuple(
        Suggestion(f"{minus}{key}:{before}{comma}{_quoted(candidate)}", start, end)
        for candidate in values
        if candidate.casefold().startswith(last) and candidate.casefold() != last
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if any(letter.isspace() for letter in value) else value
