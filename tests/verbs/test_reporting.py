"""`shiftdesk report` and `export`: their forms, and what customers cannot do with them."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from console.cli import build_parser
from console.core.asks import HandOver, Left, LeftNote, Number, ReportPage, Topic
from console.errors import ShiftdeskError
from console.verbs import reporting
from tests.walks.house import House

START = datetime(2027, 5, 5, 9, tzinfo=UTC)
EVIL = '=HYPERLINK("http://evil.example","click")'

PAGE = ReportPage(
    since=START,
    until=START + timedelta(hours=8),
    zone="UTC",
    numbers=(
        Number("arrived", "count", 41.0, 41),
        Number("frt.attainment", "share", 0.875, 16),
        Number("frt.met", "count", 14.0, 14),
        Number("frt.cancelled", "count", 1.0, 1),
        Number("frt.cancelled@reason:=spam", "count", 1.0, 1),
        Number("first.median", "seconds", None, 2, (60.0, 7800.0)),
        Number("effect.answered", "count", 4.0, 4),
        Number("effect.answered.changed", "share", 0.5, 2),
        Number("effect.answered.stars", "stars", -1.5, 2),
        Number("effect.unanswered", "count", 3.0, 3),
        Number("right@model:fa", "share", 0.84, 50),
        Number("wrong@model:fa", "count", 8.0, 8),
        Number("right.negative@model:fa", "share", None, 7),
    ),
    topics=(Topic("topic@x", EVIL, "play", "en", 7, 1),),
    hand_over=HandOver(
        open=(Left(7, "Sara|<b>", "[x](javascript:1)\n| a", "play", START, "bo"),),
        open_count=1,
        notes=(LeftNote(START, "bo", "Call back\x1b[31m"),),
    ),
)


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def test_csv_has_a_line_for_each_number_and_obeys_nobody(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """Reasons and topics are customers' and agents' words: none begins like a formula."""
    reporting._print_csv(reporting._number_rows(PAGE))

    lines = parsed(capsysbinary.readouterr().out.decode())
    assert len(PAGE.numbers) + len(PAGE.topics) + 1 == len(lines)
    cells = [cell for line in lines for cell in line]
    assert f"'{EVIL}" in cells and "'=spam" in cells
    assert "-1.5" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_markdown_shows_words_as_words() -> None:
    """No link, no HTML and no further column comes out of a customer's text."""
    text = reporting._markdown(PAGE)

    assert r"Sara\|\<b\>" in text
    assert r"\[x\]\(javascript:1\)" in text
    assert "\x1b" not in text


def test_text_shows_what_was_left_out_and_the_comparison() -> None:
    """Attainment with its cancelled ones, few values in place of a median, the unanswered."""
    text = reporting._text(PAGE)

    assert "88 %" in text and "reason: =spam" in text
    assert "1m 2h10" in text
    assert "association, not cause" in text and "not answered" in text
    assert ["fa", "50", "84", "%", "8", "–"] == [
        word for line in text.splitlines() if line.startswith("  fa") for word in line.split()
    ][:6]
    assert "\x1b" not in text


def test_json_is_one_object_a_line(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The period first; each number with its name, its value and how many it speaks of."""
    reporting._as_json(PAGE)

    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert "report" in lines[0]
    assert {"name": "frt.met", "unit": "count", "value": 14, "n": 14} == lines[3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-05-05T09:00+02:00", datetime(2027, 5, 5, 7, tzinfo=UTC)),
        ("2027-05-05", datetime(2027, 5, 5, tzinfo=UTC)),
    ],
)
def test_a_time_is_iso(text: str, expected: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an offset it is this machine's."""
    monkeypatch.setenv("TZ", "UTC")

    assert expected == reporting._moment(text)


def test_a_time_that_is_none_is_refused_with_examples() -> None:
    """ "last tuesday" names the ways to write one."""
    with pytest.raises(ShiftdeskError, match="2027-05-05"):
        reporting._moment("last tuesday")


@pytest.mark.parametrize("line", ["report --json --csv", "export --json --csv"])
def test_one_form_at_a_time(line: str) -> None:
    """Two forms are wrong use."""
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(line.split())

    assert 2 == ended.value.code


def test_a_note_may_stand_alone() -> None:
    """`report --note TEXT` asks for no numbers."""
    arguments: argparse.Namespace = build_parser().parse_args(["report", "--note", "Call Lena"])

    assert "Call Lena" == arguments.note


def test_a_real_desk_reports_exports_and_lists_rows(tmp_path: Path) -> None:
    """Feed bytes to figures: what was published is counted, exported, and safe in a spreadsheet."""
    house = House(tmp_path)
    try:
        house.start_desk()
        house.publish("review", text=EVIL, stars=1)
        (row,) = house.until_rows(1)
        numbers = {
            one["name"]: one
            for one in map(json.loads, house.verb("report", "--json").stdout.splitlines())
            if "name" in one
        }
        name = "arrived" if numbers["arrived"]["n"] else "arrived.imported"
        listed = json.loads(house.verb("report", "--rows", name, "--json").stdout)
        exported = parsed(house.verb("export", "--turns", "--csv").stdout)
        whole = json.loads(house.verb("export", f"id:{row['id']}").stdout)
    finally:
        house.close()

    assert 1 == numbers[name]["n"]
    assert row["id"] == listed["id"] == whole["id"]
    assert any(cell == f"'{EVIL}" for cell in exported[1])
