"""In which conversations something changed: named while they are few, else any of them."""

from __future__ import annotations

MOST_TOUCHED = 200
"""More than that and it counts as everything: an import, new rules, a restored backup."""


def together(one: frozenset[int] | None, other: frozenset[int] | None) -> frozenset[int] | None:
    """All of both, None where either may be any conversation, or both are too many to name."""
    if one is None or other is None or len(one) + len(other) > MOST_TOUCHED:
        return None
    return one | other
