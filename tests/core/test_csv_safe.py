"""CSV: what customers wrote is never a formula."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.csv_safe import safe, write_rows

DANGEROUS = [
    "=1+1",
    "+441234",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '  =HYPERLINK("http://x")',
    "\u00a0=1",
    "\u200f=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\tplain",
]


@pytest.mark.parametrize("cell", DANGEROUS, ids=ascii)
def test_what_a_spreadsheet_would_obey_begins_with_an_apostrophe(cell: str) -> None:
    """Signs, control characters, full-width forms, and all of them after blanks."""
    assert f"'{cell}" == safe(cell)


@pytest.mark.parametrize("cell", ["", "Hello = 1", "a-b", "سلام", "'quoted"])
def test_other_text_stays_as_it_is(cell: str) -> None:
    """An apostrophe in front of everything would spoil the data."""
    assert cell == safe(cell)


def test_our_own_numbers_stay_numbers() -> None:
    """A change of minus one star is a number, not a formula."""
    assert ("-1.5", "3", "") == (safe(-1.5), safe(3), safe(None))


def test_every_cell_stands_in_quotes() -> None:
    """A separator, a quote or a line in a cell ends nothing."""
    file = StringIO(newline="")

    write_rows(file, [['a;b,"c"\nd', 1]])

    assert '"a;b,""c""\nd","1"\r\n' == file.getvalue()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1))
def test_any_text_comes_back_whole_and_harmless(cells: list[str]) -> None:
    """Read again, each cell is what was written, and none begins like a formula."""
    file = StringIO(newline="")

    write_rows(file, [cells])
    (row,) = csv.reader(StringIO(file.getvalue(), newline=""))

    assert [safe(cell) for cell in cells] == row
    assert not any(cell.lstrip()[:1] in tuple("=+-@＝＋－＠") and cell.lstrip() for cell in row)
