"""CSV that a spreadsheet opens without obeying it.

A cell that begins like a formula runs in Excel, LibreOffice and Google Sheets; what customers
wrote is data and stays data (OWASP, "CSV injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

Cell = str | int | float | None

_FORMULA = frozenset("=+-@＝＋－＠﹢﹣﹦﹫−")
_CONTROL = frozenset("\t\r\n")
# what a spreadsheet skips before it looks: blanks, and signs without a width.
_SKIPPED = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"


def safe(cell: Cell) -> str:
    """A cell's text. A text that could be taken for a formula begins with an apostrophe.

    Numbers are ours and stay numbers; None is empty.
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    bare = cell
    while bare and (bare[0].isspace() or bare[0] in _SKIPPED):
        bare = bare[1:]
    dangerous = cell[:1] in _CONTROL or bare[:1] in _FORMULA
    return f"'{cell}" if cell and dangerous else cell


def write_rows(file: TextIO, rows: Iterable[Sequence[Cell]]) -> None:
    """Lines of CSV, every cell in quotes; `file` is UTF-8 and opened with newline=""."""
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
