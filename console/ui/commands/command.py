"""What a command is, and where it belongs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from console.core.i18n import mark
from console.core.model import Role

Room = Literal["everywhere", "desk", "queue", "reply"]
"""Whose action it is: the app's, the desk screen's, the queue's or the reply editor's."""


class Command(Struct, frozen=True):
    """Something a person can do with one key."""

    id: str
    keys: str
    """Default keys, comma separated; empty: in the palette alone."""
    action: str
    title: str
    """What the key line and the palette say, in a few words."""
    more: str
    """What help says, in one sentence."""
    room: Room
    group: str
    least: Role = "observer"
    acts: bool = False
    """It changes something: hidden in a console that only observes."""
    line: bool = False
    """It stands in the key line at the bottom."""
    palette: bool = True


WORK = mark("Work")
READ = mark("Read")
MOVE = mark("Move")
WRITE = mark("Write")
CONSOLE = mark("Console")
