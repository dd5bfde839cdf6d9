"""What a console hears from its line to the desk without asking."""

from __future__ import annotations

from msgspec import Struct

from console.core.asks import Welcome


class Changed(Struct, frozen=True):
    """Something at the desk is newer than what was drawn from before `version`."""

    version: int
    touched: frozenset[int] | None = None
    """The conversations in which it is; None may be any of them."""


class Told(Struct, frozen=True):
    """A sentence for this person (a mention, a refused reply)."""

    text: str


class Lost(Struct, frozen=True):
    """The desk does not answer; `why` is a sentence for the status bar."""

    why: str


class Met(Struct, frozen=True):
    """A desk answers: for the first time, or again after `Lost`."""

    welcome: Welcome


News = Changed | Told | Lost | Met
