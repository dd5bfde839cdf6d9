"""What the editor shows of all hints, and what it asks before sending."""

from __future__ import annotations

from collections.abc import Iterable

from console.core.tone.catalogue import ASKS, CHECKLIST, ORDER
from console.core.tone.hint import Hint
from console.core.tone.pack import message

SHOWN = 5
"""The most hints that the pane shows at once."""


def for_editor(hints: Iterable[Hint], interface_language: str = "en") -> list[Hint]:
    """The hints worth showing now, the weightiest first, at most five.

    A draft in the wrong language shows only that. A draft that is too short
    shows the missing parts as one checklist instead of a line for each.
    """
    ordered = sorted(hints, key=lambda hint: (ORDER[hint.id], hint.start))
    wrong = [hint for hint in ordered if hint.id == "wrong_language"]
    if wrong:
        return wrong
    if any(hint.id == "too_short" for hint in ordered):
        ordered = list(_with_checklist(ordered, interface_language))
    return ordered[:SHOWN]


def asks(hints: Iterable[Hint]) -> list[Hint]:
    """The hints that want a confirmation before this text is sent, once for each text."""
    return [hint for hint in hints if hint.id in ASKS and hint.severity == "error"]


def blocks(hints: Iterable[Hint], *, limit_enforced: bool, blank_open: bool = False) -> bool:
    """Whether the reply cannot be sent as it is.

    Only an empty prompted blank does that, and a length that the channel would
    refuse; everything else advises or asks.
    """
    too_long = any(hint.id == "over_limit" for hint in hints)
    return blank_open or (limit_enforced and too_long)


def _with_checklist(ordered: list[Hint], language: str) -> Iterable[Hint]:
    missing = [hint for hint in ordered if hint.id in CHECKLIST]
    for hint in ordered:
        if hint.id == "too_short":
            yield _checklist(hint, missing, language)
        elif hint.id not in CHECKLIST:
            yield hint


def _checklist(short: Hint, missing: list[Hint], language: str) -> Hint:
    lines = [short.message, *(f"☐ {message(hint.id, language)}" for hint in missing)]
    return Hint(short.id, short.severity, short.start, short.end, "\n".join(lines), short.fix)
