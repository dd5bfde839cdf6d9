"""The bars of the day: few hours are drawn broad, many narrow, none beyond the pane."""

from __future__ import annotations

import pytest

from console.ui.widgets.bars import WIDEST, bar_width


@pytest.mark.parametrize(
    ("room", "hours", "width"), [(66, 1, WIDEST), (66, 8, WIDEST), (66, 9, 4), (66, 17, 2)]
)
def test_early_hours_are_no_hairlines(room: int, hours: int, width: int) -> None:
    """The day grows by thirds, so that bars do not shrink every hour."""
    assert width == bar_width(room, hours)


@pytest.mark.parametrize("room", [1, 10, 24, 66, 140])
def test_all_hours_have_room(room: int) -> None:
    """Of a day of 25 hours too, wherever there is a column for each."""
    for hours in range(1, 26):
        assert 1 == bar_width(room, hours) or bar_width(room, hours) * hours <= room
