"""What a console hears from its line to the desk without asking."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.asks import Welcome


@dataclass(frozen=True, slots=True)
class Changed:
    """Something at the desk is newer than what was drawn from before `version`."""

    version: int
    touched: frozenset[int] | None = None
    """The conversations in which it is; None may be any of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for this person (a mention, a refused reply)."""

    text: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The desk does not answer; `why` is a sentence for the status bar."""

    why: str


@dataclass(frozen=True, slots=True)
class Met:
    """A desk answers: for the first time, or again after `Lost`."""

    welcome: Welcome


News = Changed | Told | Lost | Met
