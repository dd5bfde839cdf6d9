"""The hours of a day as bars of block characters, each kind of thing on a line of its own.

No library draws these: a plotting one paints its own ground, which the theme of the terminal's own
colours must not have, and costs 24 ms to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static

from console.core.asks import Hour
from console.ui.text import cell
from console.ui.words import _, minutes_of

LEVELS = " ▁▂▃▄▅▆▇█"
ROWS = 3
"""Lines of one kind: eight steps each."""
LABEL = 12
LEAST_HOURS = 8
"""Early in the day there is room for so many: three hairlines in a corner are no picture."""
WIDEST = 7
"""Columns of an hour, the gap behind it among them."""


class Kind(NamedTuple):
    """One kind of thing, hour by hour."""

    label: str
    style: str
    values: Sequence[int]


class HourBars(Static):
    """Arrived, answered and moods of a day."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", markup=False, id=id)
        self._hours: tuple[Hour, ...] = ()

    def show(self, hours: Sequence[Hour]) -> None:
        """The hours until now."""
        if tuple(hours) != self._hours:
            self._hours = tuple(hours)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        hours = self._hours
        kinds = (
            (
                Kind(_("arrived"), "$accent", [hour.arrived for hour in hours]),
                Kind(_("answered"), "$success", [hour.answered for hour in hours]),
            ),
            (
                Kind(_("negative"), "$negative", [hour.negative for hour in hours]),
                Kind(_("neutral"), "$muted", [hour.neutral for hour in hours]),
                Kind(_("positive"), "$positive", [hour.positive for hour in hours]),
            ),
        )
        width = bar_width(self.size.width - LABEL, len(hours))
        lines: list[Content] = []
        for together in kinds:
            # those that are to be compared share a scale.
            most = max([1, *(value for kind in together for value in kind.values)])
            for kind in together:
                lines += _bars(kind, most, width)
        lines.append(_axis([hour.at for hour in hours], width))
        self.update(Content("\n").join(lines))


def bar_width(room: int, hours: int) -> int:
    """Columns for each hour, as many as there are for all of them, in steps of a third of a day."""
    slots = -(-max(hours, LEAST_HOURS) // LEAST_HOURS) * LEAST_HOURS
    return max(1, min(WIDEST, room // slots))


def _bars(kind: Kind, most: int, width: int) -> list[Content]:
    """The lines of one kind, the uppermost first; how many in all stands beside them."""
    eighths = [-(-value * ROWS * 8 // most) for value in kind.values]
    lines = []
    for row in reversed(range(ROWS)):
        label = {ROWS - 1: kind.label, ROWS - 2: f"{sum(kind.values):>4}"}.get(row, "")
        steps = [max(0, min(8, level - row * 8)) for level in eighths]
        drawn = "".join((LEVELS[step] * max(1, width - 1)).ljust(width) for step in steps)
        words = cell(label, LABEL - 1, style="$muted")
        lines.append(Content.assemble(words, " ", (drawn, kind.style)))
    return lines


def _axis(hours: Sequence[datetime], width: int) -> Content:
    """Hours by name: each where there is room, else every third."""
    line, step = "", 1 if width > len("00") else 3
    for place, at in enumerate(hours):
        if place % step == 0:
            line = line.ljust(place * width) + minutes_of(at)[:2]
    return Content.styled(" " * LABEL + line, "$muted")
