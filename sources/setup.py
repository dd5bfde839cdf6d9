"""What a source's type asks for when it is connected for the first time.

A type that has an attribute `setup` of this shape can be connected by `shiftdesk connect`; one that
has none is set up by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """One option that is asked for."""

    option: str
    prompt: str
    """What to type, in a few words: "The feed's address (https://…)"."""
    default: str = ""
    optional: bool = False
    form: Literal["text", "secret", "file", "list", "whole"] = "text"
    """`secret` goes into a file of its own and is named as OPTION_file; `file` is the path of a
    secret that is a file already, such as a key; `list` is separated by blanks or commas."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """How a type is connected."""

    title: str
    demands: str
    """Honestly, what the platform asks of you first: an approval, a paid plan, a role."""
    questions: tuple[Question, ...]
