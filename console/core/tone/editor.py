"""What the editor shows of all hints, and what it asks before sending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from console.core.asks import HintShown
from console.core.tone.catalogue import ASKS, CHECKLIST, ORDER
from console.core.tone.hint import Hint

H = TypeVar("H", Hint, HintShown)

SHOWN = 5
"""The most hints that the pane shows at once."""


def for_editor(hints: Iterable[H]) -> list[H]:
    """The hints worth showing now, the weightiest first, at most five.

    A draft in the wrong language shows only that. A draft that is too short
    shows the missing parts as one checklist instead of a line for each.
    """
    ordered = sorted(hints, key=lambda hint: (ORDER[hint.id], hint.start))
    wrong = [hint for hint in ordered if hint.id == "wrong_language"]
    if wrong:
        return wrong
    if any(hint.id == "too_short" for hint in ordered):
        ordered = list(_with_checklist(ordered))
    return ordered[:SHOWN]


def asks(hints: Iterable[H]) -> list[H]:
    """The hints that want a confirmation before this text is sent, once for each text."""
    return [hint for hint in hints if hint.id in ASKS and hint.severity == "error"]


def _with_checklist(ordered: list[H]) -> Iterable[H]:
    missing = [hint for hint in ordered if hint.id in CHECKLIST]
    for hint in ordered:
        if hint.id == "too_short":
            yield _checklist(hint, missing)
        elif hint.id not in CHECKLIST:
            yield hint


def _checklist(short: H, missing: list[H]) -> H:
    lines = [short.message, *(f"☐ {hint.message}" for hint in missing)]
    return msgspec.structs.replace(short, message="\n".join(lines))
