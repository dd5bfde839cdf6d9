"""What every question and answer has in common."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

PROTOCOL = 1
"""Raised whenever an older console or desk could misread the other."""


MAX_LINE_BYTES = 4 * 1024 * 1024


class Ask(Struct, frozen=True, tag_field="type"):
    """A question or an order to the desk."""


class Answer(Struct, frozen=True, tag_field="type"):
    """What the desk says to one `Ask`."""


class Done(Answer, frozen=True, tag="done"):
    """It is done. `undo` names what `u` would take back."""

    version: int = 0
    conversation: int | None = None
    text: str = ""
    undo: str = ""


class Failed(Answer, frozen=True, tag="failed"):
    """The desk said no; the sentence says why and what to do."""

    kind: Literal[
        "denied", "stale", "not_found", "unanswerable", "wrong", "store", "protocol", "trouble"
    ]
    message: str
