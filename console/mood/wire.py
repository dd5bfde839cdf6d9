"""What the desk and its mood process say to each other: one JSON value a line, over pipes."""

from msgspec import Struct, field

from console.core.model import Mood

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes. A batch of long texts is far below; what is above is not a line of ours."""

HEAD, TAIL = 8_000, 2_000
"""Characters of a text that are sent: more than any model reads."""


class Settings(Struct, frozen=True):
    """The first line to the process: which model, and how to use it."""

    model: str = "shipped"
    labels: dict[str, str] = field(default_factory=dict)
    threads: int = 1
    uncertain_below: float = 0.0
    learned: str = ""
    """Path of what a team's own texts taught; used with the shipped model where it exists."""


class Score(Struct, frozen=True, tag="score"):
    """Texts whose moods are wanted, in order."""

    texts: list[str]


class Why(Struct, frozen=True, tag="why"):
    """A text whose deciding words are wanted, found by leaving each out in turn."""

    text: str


class Ready(Struct, frozen=True, tag="ready"):
    """The model is loaded; from now on the process answers."""

    model: str
    """Its name, as stored with every mood."""
    reader: int
    """Process id of the one that reads texts."""
    warning: str = ""
    """What the owner of the desk should know about this model; empty for the shipped one."""


class Failed(Struct, frozen=True, tag="failed"):
    """The model cannot be loaded; the process ends."""

    trouble: str
    """A sentence: what is wrong, and what to do."""
    again: bool = False
    """Whether it may work later without anybody changing anything (the network was away)."""


class Fell(Struct, frozen=True, tag="fell"):
    """The reader died at the last question; another one is ready."""

    why: str
    """Its exit code or signal."""
    reader: int
    """Process id of the new one."""


class Scored(Struct, frozen=True, tag="scored"):
    """The moods of one request, in the order of its texts."""

    moods: list[Mood]


Question = Score | Why
Answer = Ready | Failed | Fell | Scored


def cut(text: str) -> str:
    """A text as it is sent: head and end of what is very long, half characters replaced."""
    short = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
    return short.encode("utf-8", "replace").decode()
