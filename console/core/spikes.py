"""Sources whose customers are unhappier than usual, told in one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from console.core.i18n import _

LEAST_TURNS = 8
"""Fewer turns than this say nothing of a mood."""

LEAST_USUAL = 20
"""Without this many turns before nobody knows what is usual."""

LEAST_RISE = 0.2
LEAST_ERRORS = 3.0
"""Standard errors above the usual share: about one false alarm in seven hundred looks."""


class Spike(Struct, frozen=True):
    """A source with more negative turns than usual."""

    source: str
    negative: int
    of: int
    usual: float
    """The usual share, 0 to 1."""


def spikes(
    now: Mapping[tuple[str, str], int], before: Mapping[tuple[str, str], int]
) -> tuple[Spike, ...]:
    """Compare counts by (source, mood) of the last hours with those of the days before."""
    found = []
    for source in sorted({source for source, _mood in now}):
        negative, of = _negative(now, source)
        earlier, of_before = _negative(before, source)
        if of < LEAST_TURNS or of_before < LEAST_USUAL:
            continue
        # one more of each: a source that never had a negative turn has no certainty of none.
        usual = (earlier + 1) / (of_before + 2)
        error = math.sqrt(usual * (1 - usual) / of)
        rise = negative / of - usual
        if rise >= LEAST_RISE and rise >= LEAST_ERRORS * error:
            found.append(Spike(source, negative, of, usual))
    return tuple(found)


def _negative(counts: Mapping[tuple[str, str], int], source: str) -> tuple[int, int]:
    of = sum(n for (name, _mood), n in counts.items() if name == source)
    return counts.get((source, "negative"), 0), of


def sentence(found: tuple[Spike, ...]) -> str:
    """One alert for all of them; empty for none."""
    if not found:
        return ""
    parts = [
        _("{source}: {negative} of {of} (usually {usual} %)").format(
            source=spike.source,
            negative=spike.negative,
            of=spike.of,
            usual=round(spike.usual * 100),
        )
        for spike in found
    ]
    return _("Unhappier than usual: {sources}").format(sources=" · ".join(parts))
