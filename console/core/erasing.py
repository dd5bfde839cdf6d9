"""What leads to a person in words that are not theirs, and those words without it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Literal

from msgspec import Struct, structs

from console.core.people import Known, traces

ERASED = "[erased]"
"""What stands in the place of a name; the same in every language, for it is stored."""

Care = Literal["others", "team", "passing"]
"""Whose words they are. `others`: another customer's, or a reply that was sent: only what is surely
this person. `team`: notes and drafts: a name of one word too. `passing`: notes from shift to shift,
which say "Sara, order 4711": every word of the name, and numbers."""

_LEAST_WORD = 3
_LEAST_ID = 4
_LEAST_DIGITS = 6
_BETWEEN = r"[\s().\-/]{0,2}"


class Leads(Struct, frozen=True, dict=True):
    """Everything that leads to one person, in the spellings that are known."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """Handles, account ids, e-mail addresses."""
    phones: tuple[str, ...] = ()
    """The last nine digits."""
    numbers: tuple[str, ...] = ()
    """Orders, bookings, cases."""

    def besides(self, name: str) -> Leads:
        """Without one-word names that somebody else, who is called `name`, bears as well."""
        borne = set(name.casefold().split())
        return structs.replace(
            self, names=tuple(one for one in self.names if one.casefold() not in borne)
        )

    def needles(self, care: Care) -> tuple[str, ...]:
        """Folded pieces of which a text that leads to the person has at least one."""
        found = [max(name.casefold().split(), key=len) for name in self._whole]
        found += [one.casefold().lstrip("@") for one in self.ids]
        found += [word.casefold() for word in self._words(care)]
        found += [number.casefold() for number in self.numbers if care == "passing"]
        return tuple(dict.fromkeys(found))

    def without(self, text: str, care: Care) -> str:
        """The text with all of it erased; the same text where nothing leads to the person."""
        pattern = self._patterns[care]
        return pattern.sub(ERASED, text) if pattern else text

    @property
    def _whole(self) -> list[str]:
        """Names of several words: nobody else is meant."""
        return [name for name in self.names if len(name.split()) > 1]

    def _words(self, care: Care) -> set[str]:
        """Single words that are taken for the person, spelt as they are."""
        if care == "others":
            return set()
        names = (
            self.names if care == "team" else [word for one in self.names for word in one.split()]
        )
        return {one for one in names if len(one.split()) == 1 and len(one) >= _LEAST_WORD}

    @cached_property
    def _patterns(self) -> dict[Care, re.Pattern[str] | None]:
        cares: tuple[Care, ...] = ("others", "team", "passing")
        return {care: self._pattern(care) for care in cares}

    def _pattern(self, care: Care) -> re.Pattern[str] | None:
        anyhow = [r"\s+".join(map(re.escape, name.split())) for name in self._whole]
        anyhow += ["@?" + re.escape(one.lstrip("@")) for one in self.ids]
        anyhow += [rf"\+?(?:\d{_BETWEEN}){{0,4}}" + _BETWEEN.join(one) for one in self.phones]
        anyhow += [re.escape(one) for one in self.numbers if care == "passing"]
        parts = [f"(?i:{one})" for one in _longest(anyhow)]
        parts += _longest(map(re.escape, self._words(care)))
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _longest(parts: Iterable[str]) -> list[str]:
    """The longest first: a short one must not take the beginning of a longer."""
    return sorted(set(parts), key=lambda one: (-len(one), one))


def leads_to(known: Known, names: Iterable[str], ours: Collection[str] = ()) -> Leads:
    """Everything that leads to a customer. `names` are those they wrote under besides their own;
    `ours` the team's own addresses, which stay."""
    found = traces(known, ours)
    ids = [handle.partition(": ")[2] for handle in known.customer.handles]
    called = {" ".join(name.split()) for name in (known.customer.name, *names)}
    return Leads(
        names=tuple(sorted(name for name in called if len(name) >= _LEAST_WORD)),
        ids=tuple(sorted({*filter(_says_who, ids), *found.mails})),
        phones=tuple(sorted(found.phones)),
        numbers=tuple(sorted(found.numbers)),
    )


def _says_who(id: str) -> bool:
    """Whether an id leads to one person, wherever it stands; a short number stands everywhere."""
    return len(id) >= (_LEAST_DIGITS if id.isdigit() else _LEAST_ID)
