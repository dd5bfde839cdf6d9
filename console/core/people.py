"""Who may be one person on several channels: evidence, weighed and told; nobody is joined by it.

Names in two scripts are compared by their sound, so that "Сара Миллер" and "Sara Miller" are
suggested; two people called Anna are no evidence of anything, and the sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from console.core.asks import Suggestion
from console.core.i18n import _, ngettext
from console.core.model import Customer
from console.core.tone.fold import key
from console.core.tone.names import is_name, sounds

LEAST = 0.3
"""Below this a suggestion is not worth anybody's look."""
RARE = 2
"""A name that so few customers bear says something."""
ALIKE = 92.0
"""Likeness of two names of one script, 0 to 100; below it they are two names."""
_LEAST_ALIKE = 6
_LEAST_HANDLE = 4
_LEAST_SOUNDS = 4

Alike = Literal["same", "sound", "similar", ""]

_WEIGHT = {
    "mail": 0.9,
    "phone": 0.9,
    "handle": 0.8,
    "number": 0.6,
    "rare": 0.5,
    "sound": 0.4,
    "similar": 0.3,
    "name": 0.25,
}
"""How sure one piece of evidence makes it alone; together they weigh as independent ones."""

_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_AT = re.compile(r"(?<![\w@/])@([\w.-]{3,64})")
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().\-/]{0,2}\d){4,17}(?!\w)")
_CODE = re.compile(r"(?<!\w)(?=[A-Z\d-]{6,30}(?!\w))(?=(?:[^\d\s]{0,28}\d){2})[A-Z][A-Z\d-]{5,29}")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)


class Known(Struct, frozen=True):
    """A customer with what they wrote."""

    customer: Customer
    texts: tuple[str, ...] = ()


class Traces(Struct, frozen=True):
    """What in somebody's texts and ids leads to them."""

    mails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    """The last nine digits: people write the country or leave it out."""
    numbers: frozenset[str] = frozenset()
    """Orders, bookings, cases: five digits or more, or a code of letters and digits."""
    handles: frozenset[str] = frozenset()


def traces(known: Known, ours: Collection[str] = ()) -> Traces:
    """The traces of one customer. `ours` are the team's own addresses, which many people write."""
    mails: set[str] = set()
    phones: set[str] = set()
    numbers: set[str] = set()
    handles = {id.casefold() for id in _ids(known.customer)}
    for text in known.texts:
        mails.update(match.group().casefold().rstrip(".-") for match in _MAIL.finditer(text))
        bare = _DATE.sub(" ", _MAIL.sub(" ", text))
        handles.update(match.group(1).casefold().rstrip(".-") for match in _AT.finditer(bare))
        for match in _NUMBER.finditer(bare):
            _sort(match.group(), phones, numbers)
        numbers.update(match.group() for match in _CODE.finditer(bare))
    mails |= {handle for handle in handles if "@" in handle}
    return Traces(
        mails=frozenset(mails - {one.casefold() for one in ours}),
        phones=frozenset(phones),
        numbers=frozenset(numbers),
        handles=frozenset(
            one for one in handles if len(one) >= _LEAST_HANDLE and not one.isdigit()
        ),
    )


def _sort(found: str, phones: set[str], numbers: set[str]) -> None:
    digits = "".join(str(int(one)) for one in found if one.isdecimal())
    # eight digits and fewer are an order; a phone is dialled with a plus or a nought.
    if len(digits) >= 9 and (found.startswith(("+", "0", "(")) or digits.startswith("0")):
        phones.add(digits[-9:])
    elif len(digits) >= 5:
        numbers.add(digits)


def _ids(customer: Customer) -> list[str]:
    return [handle.partition(": ")[2] for handle in customer.handles]


def phrases(found: Traces) -> tuple[str, ...]:
    """What to look for in others' texts, surest first; spellings that an index can find."""
    return (*sorted(found.mails), *sorted(found.handles - found.mails), *sorted(found.numbers))


def alike(name: str, other: str) -> Alike:
    """How two names are one: letter for letter, by their sound in two scripts, or nearly."""
    mine, theirs = _spelt(name), _spelt(other)
    if mine is None or theirs is None:
        return ""
    if mine.words == theirs.words:
        return "same"
    if not (mine.roman and theirs.roman):
        # "Anna" alone is one consonant; with a second word the whole name says enough.
        enough = len(mine.heard) >= 2 and all(mine.heard)
        enough = enough and sum(map(len, mine.heard)) >= _LEAST_SOUNDS
        return "sound" if enough and mine.heard == theirs.heard else ""
    if min(len(mine.words), len(theirs.words)) < 2 or min(len(name), len(other)) < _LEAST_ALIKE:
        return ""
    from rapidfuzz.fuzz import ratio

    likeness = ratio(" ".join(mine.words), " ".join(theirs.words), score_cutoff=ALIKE)
    return "similar" if likeness else ""


class _Spelt(Struct, frozen=True):
    """A name as it is compared: order does not count."""

    words: tuple[str, ...]
    heard: tuple[str, ...]
    """The consonants that every script has."""
    roman: bool


@lru_cache(maxsize=16384)
def _spelt(name: str) -> _Spelt | None:
    """None for what is no name. Remembered: the same thousands are compared again and again."""
    if not is_name(name):
        return None
    words = sorted(key(name).split())
    return _Spelt(tuple(words), tuple(sorted(map(sounds, words))), words[0][0].isascii())


def names_like(name: str, known: Iterable[tuple[int, str]]) -> tuple[int, ...]:
    """Numbers of the customers whose name is like this one."""
    return tuple(number for number, other in known if alike(name, other))


def suggest(
    me: Known, others: Iterable[Known], bearers: int, ours: Collection[str] = ()
) -> tuple[Suggestion, ...]:
    """Who may be the same person, the surest first.

    `bearers` is how many customers have the same name as this one, themself included.
    """
    mine = traces(me, ours)
    found = [
        suggestion
        for other in others
        if other.customer.id != me.customer.id
        and (suggestion := _weighed(me, other, mine, traces(other, ours), bearers))
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.customer.id)))


def _weighed(
    me: Known, other: Known, mine: Traces, theirs: Traces, bearers: int
) -> Suggestion | None:
    told: list[tuple[float, str]] = []
    for one in sorted(mine.mails & theirs.mails):
        told.append((_WEIGHT["mail"], _("Both have the e-mail address {what}.").format(what=one)))
    for one in sorted(mine.phones & theirs.phones):
        words = _("Both gave a phone number that ends in {what}.")
        told.append((_WEIGHT["phone"], words.format(what=one)))
    for one in sorted((mine.handles & theirs.handles) - mine.mails):
        told.append((_WEIGHT["handle"], _("Both are known as {what}.").format(what=one)))
    for one in sorted(mine.numbers & theirs.numbers):
        told.append((_WEIGHT["number"], _("Both wrote of number {what}.").format(what=one)))
    told += _of_names(me.customer.name, other.customer.name, bearers)
    doubt = 1.0
    for weight, _sentence in told:
        doubt *= 1 - weight
    if 1 - doubt < LEAST:
        return None
    told.sort(key=lambda one: -one[0])
    return Suggestion(other.customer, round(1 - doubt, 3), tuple(words for _weight, words in told))


def _of_names(name: str, other: str, bearers: int) -> list[tuple[float, str]]:
    match alike(name, other):
        case "same" if bearers <= RARE:
            return [
                (
                    _WEIGHT["rare"],
                    _("Both are called {name}, and nobody else is.").format(name=name),
                )
            ]
        case "same":
            words = ngettext(
                "Both are called {name}, like {n} customer in all.",
                "Both are called {name}, like {n} customers in all.",
                bearers,
            )
            return [(_WEIGHT["name"], words.format(name=name, n=bearers))]
        case "sound":
            words = _("{name} and {other} are one name in two scripts.")
            return [(_WEIGHT["sound"], words.format(name=name, other=other))]
        case "similar":
            words = _("{name} and {other} are spelt nearly alike.")
            return [(_WEIGHT["similar"], words.format(name=name, other=other))]
    return []
