"""Meeting: the first lines of a console, and what the desk says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import field

from console.core.asks.base import PROTOCOL, Answer, Ask
from console.core.model import (
    Person,
)


class Hello(Ask, frozen=True, tag="hello"):
    """The first line of a console."""

    protocol: int = PROTOCOL
    release: str = ""
    zone: str = "UTC"
    client: Literal["console", "verb"] = "console"
    observe: bool = False
    language: str = ""
    """The interface's language, in which the desk answers; empty for the desk's own."""


class Ping(Ask, frozen=True, tag="ping"):
    """Still here? With id 0 it is the answer to the desk's own ping, and gets none."""


class SpeakFor(Ask, frozen=True, tag="speak_for"):
    """Before the hello: this line speaks for another of the team. The desk's own user only."""

    name: str


class Welcome(Answer, frozen=True, tag="welcome"):
    """Who you are to the desk, and what never changes while it runs."""

    you: Person
    desk: str
    """The desk's name, for the title."""
    protocol: int = PROTOCOL
    release: str = ""
    now: datetime | None = None
    calendars: dict[str, Any] = field(default_factory=dict)
    """Calendar by name, as `console.core.calendar.parse_calendar` takes it, for countdowns."""
    undo_s: float = 10.0
    team_languages: tuple[str, ...] = ()
    muted_hints: tuple[str, ...] = ()
    for_console: bool = False
    """A console started this desk: a newer console may end it and start a newer one."""
