"""Addresses and bodies with fixed names to fill in: one pass, no attributes, no expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sources.base import Outgoing, Refused
from sources.options import Options
from sources.said import say

NAMES = ("id", "thread", "parent", "author", "author_id", "text", "key", "language")
"""What `{name}` may say: the post, its conversation and author, the reply and its key."""

_NAME = re.compile(r"\{(\w*)\}")


def check(read: Options, key: str, template: Any) -> None:
    """Report every name in `template` that does not exist."""
    for name in sorted(_names(template) - set(NAMES)):
        read.wrong(
            key,
            say(
                "there is no {name}; there are {known}", name=f"{{{name}}}", known=", ".join(NAMES)
            ),
        )


def values(reply: Outgoing) -> dict[str, str]:
    """What the names stand for in this reply."""
    return {
        "id": reply.post_id,
        "thread": reply.thread,
        "parent": reply.parent or reply.post_id,
        "author": reply.author,
        "author_id": reply.author_id,
        "text": reply.text,
        "key": reply.key,
        "language": reply.language,
    }


def address(template: str, reply: Outgoing) -> str:
    """The address, every value percent-encoded as a whole.

    Raises `Refused` for a value that would lead to another place ("..").
    """
    filled = values(reply)
    for name in _names(template):
        if filled[name].strip(".") == "":
            raise Refused(
                say(
                    "the post's {name} ({value}) cannot stand in an address",
                    name=name,
                    value=repr(filled[name]),
                )
            )
    return _NAME.sub(lambda match: quote(filled[match.group(1)], safe=""), template)


def body(template: Any, reply: Outgoing) -> Any:
    """The JSON body. What a value says is never looked at again."""
    return _filled(template, values(reply))


def _filled(template: Any, filled: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        return _NAME.sub(lambda match: filled[match.group(1)], template)
    if isinstance(template, Mapping):
        return {key: _filled(value, filled) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, filled) for value in template]
    return template


def _names(template: Any) -> set[str]:
    if isinstance(template, str):
        return set(_NAME.findall(template))
    if isinstance(template, Mapping):
        return set().union(*(_names(value) for value in template.values()))
    if isinstance(template, list):
        return set().union(*(_names(value) for value in template))
    return set()
