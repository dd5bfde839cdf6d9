"""Answers of a desk that hold hostile words in every field that can hold words."""

from __future__ import annotations

import itertools
import types
import typing
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from console.core import asks
from console.core.asks import Answer, Ask
from tests.ui.fake_desk import START

_OTHER_NAMES = {
    "Explain": "Explanation", "Show": "ConversationPage", "SuggestPeople": "PeoplePage",
    "CustomerOrders": "OrdersPage", "FindCustomers": "CustomersPage",
    "AnsweredBefore": "PrecedentsPage",
}  # fmt: skip
_NO_WORDS = {"Calendars", "Hints"}
"""The open hours hold none; hints answer one revision of a draft."""


class Words:
    """Gives each string of a batch in turn; within the n-th element of a list, always the n-th."""

    def __init__(self, batch: Sequence[str]) -> None:
        self._batch = batch
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self._element: int | None = None

    def filled(self, kind: Any) -> Any:
        """A value of this type with the words in it."""
        origin, inside = typing.get_origin(kind), typing.get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            hints = typing.get_type_hints(kind)
            return kind(**{name: self.filled(hints[name]) for name in kind.__struct_fields__})
        if origin in (typing.Union, types.UnionType):
            return self.filled(next(one for one in inside if one is not type(None)))
        if origin is typing.Literal:
            return inside[0]
        if origin is tuple and inside[1:] == (...,):
            return tuple(self._list_of(inside[0]))
        if origin is tuple:
            return tuple(self.filled(one) for one in inside)
        if origin in (list, frozenset):
            return origin(self._list_of(inside[0]))
        if origin is dict:
            return {self.filled(inside[0]): self.filled(inside[1])}
        return self._plain(kind)

    def _list_of(self, kind: Any) -> list[Any]:
        if self._element is not None:
            return [self.filled(kind)]
        made = []
        for n in range(len(self._batch)):
            self._element = n
            made.append(self.filled(kind))
        self._element = None
        return made

    def _plain(self, kind: Any) -> Any:
        at = next(self._turn) if self._element is None else self._element
        plain = {
            str: self._batch[at % len(self._batch)], bool: False, float: 0.5, bytes: b"",
            datetime: START, date: START.date(), time: START.time(), timedelta: timedelta(hours=1),
        }  # fmt: skip
        return next(self._numbers) if kind is int else plain.get(kind)


def hostile_answers(batch: Sequence[str]) -> dict[type[Ask], Answer]:
    """For each ask whose answer is a page, that page full of these strings."""
    found: dict[type[Ask], Answer] = {}
    for name in dir(asks):
        kind, page = getattr(asks, name), _OTHER_NAMES.get(name, f"{name}Page")
        asked = isinstance(kind, type) and issubclass(kind, Ask) and name not in _NO_WORDS
        if asked and hasattr(asks, page):
            found[kind] = Words(batch).filled(getattr(asks, page))
    return found
