"""How one person wants their console: the `[console]` part of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from console.ui.notices import NoticeForm


class ConsoleSettings(Struct, frozen=True):
    """Looks and keys of a console; nothing here reaches the desk."""

    theme: str = "dark"
    """dark, light, contrast (high contrast) or terminal (your terminal's own colours)."""
    keys: dict[str, str] = field(default_factory=dict)
    """Other keys by command, such as `"reply.send" = "ctrl+g"`; `?` shows every command's name."""
    language: str = ""
    """The interface's language: en, ru, ar or fa; empty takes it from the environment."""
    bidi: Literal["auto", "app", "terminal", "off"] = "auto"
    """Who puts right-to-left text in order."""
    arabic_shaping: Literal["auto", "on", "off"] = "auto"
    """Whether the console joins Arabic letters itself."""
    emoji: Literal["full", "simple"] = "simple"
    """`simple` leaves out skin tones and variants in tables, for terminals that misplace them."""
    calendar: Literal["auto", "gregorian", "jalali"] = "auto"
    """The calendar of the dates shown."""
    digits: Literal["auto", "latin", "native"] = "auto"
    """The digits of dates, times and counts."""
    mouse: bool = True
    """Whether the mouse is the console's; off leaves it to the terminal (to select and copy)."""
    bell: bool = True
    """Ring when something needs you."""
    notices: NoticeForm = "auto"
    """Which of the terminal's own notices to use."""
    notice_command: tuple[str, ...] = ()
    """A program that is run with the sentence as its last argument; empty for none."""
    observe: bool = False
    """A console to look at only: no key acts."""
    wallboard: bool = False
    """Large figures for a screen on the wall; no key does anything."""
    state_directory: Path | None = None
    """Where drafts without a desk and the log go; None for `$XDG_STATE_HOME/shiftdesk`."""
