"""The verb `due`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from console.core.sla import office_hours
from console.verbs.due import due_verb

CAIRO = (
    '{"zone":"Africa/Cairo","week":{"sun":[["09:00","17:00"]],"mon":[["09:00","17:00"]]},'
    '"exceptions":{"2027-10-31":[]}}'
)
CAIRO_TOML = """
zone = "Africa/Cairo"
[week]
sun = [["09:00", "17:00"]]
mon = [[09:00:00, 17:00:00]]
[exceptions]
2027-10-31 = []
"""


def run(**arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    code = due_verb(**arguments, out=out, err=err)  # type: ignore[arg-type]
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(params=[("hours.json", CAIRO), ("hours.toml", CAIRO_TOML), ("hours", CAIRO)])
def hours(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same calendar as JSON, as TOML, and as JSON without a suffix."""
    name, text = request.param
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_calendar_file_as_json(hours: Path) -> None:
    """One object: due_utc, due_local, zone. The exception closes a day; winter time has begun."""
    code, out, err = run(
        calendar_file=hours, start="2027-10-30T10:00+03:00", target="90m", as_json=True
    )

    assert (
        0,
        {
            "due_utc": "2027-11-01T08:30:00Z",
            "due_local": "2027-11-01T10:30:00+02:00",
            "zone": "Africa/Cairo",
        },
        "",
    ) == (code, json.loads(out), err)


def test_a_configured_calendar_as_a_sentence() -> None:
    """Local time, zone and UTC."""
    found = run(
        calendar="office",
        configured=lambda: {"office": office_hours("Europe/Berlin")},
        start="2027-05-05T16:30:00Z",
        target="1h30m",
    )

    assert (
        0,
        "due Thu 2027-05-06 10:30:00 +0200 in Europe/Berlin, 2027-05-06 08:30:00 UTC\n",
        "",
    ) == found


def test_the_configuration_is_not_read_for_a_file(hours: Path) -> None:
    """The verb works where there is no configuration."""

    def never() -> dict[str, object]:
        raise AssertionError

    code, _out, _err = run(
        calendar_file=hours, start="2027-10-30T10:00Z", target="4h", configured=never
    )

    assert 0 == code


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start": "2027-10-30T10:00"}, "--start: cannot read '2027-10-30T10:00'"),
        ({"start": "tomorrow"}, "--start: cannot read 'tomorrow'"),
        ({"target": "4"}, "--target: cannot read '4'; write it as 90m, 4h or 1h30m"),
        ({"target": "0m"}, "--target: cannot read '0m'"),
        ({"target": "1d"}, "--target: '1d': a business day has no fixed length"),
        ({"calendar_file": Path("/nowhere/x.toml")}, "/nowhere/x.toml: there is no such file"),
        ({"calendar_file": None}, "name a calendar"),
        ({"calendar_file": None, "calendar": "ofice"}, "no calendar is called 'ofice'"),
    ],
)
def test_wrong_use_is_a_sentence(wrong: dict[str, object], sentence: str, tmp_path: Path) -> None:
    """Exit code 2, nothing on stdout."""
    path = tmp_path / "hours.json"
    path.write_text(CAIRO)
    usual: dict[str, object] = {
        "calendar_file": path, "start": "2027-10-30T10:00Z", "target": "4h"
    }  # fmt: skip
    code, out, err = run(**{**usual, **wrong})

    assert (2, "", True) == (code, out, err.startswith(sentence))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[]"),
        ("a.json", "[" * 100_000),
        ("a.toml", "zone = "),
        ("a.toml", ""),
        ("a.json", '{"zone":"Mars/Base","week":{"mon":[["9:00","8"]]}}'),
    ],
)
def test_a_bad_file_is_refused_with_its_name(name: str, text: str, tmp_path: Path) -> None:
    """Every problem names the file."""
    path = tmp_path / name
    path.write_text(text)
    code, _out, err = run(calendar_file=path, start="2027-10-30T10:00Z", target="4h")

    assert (2, {True}) == (code, {line.startswith(str(path)) for line in err.splitlines()})


def test_a_target_beyond_the_horizon(hours: Path) -> None:
    """No deadline: exit code 1, null in JSON, the reason on stderr."""
    code, out, err = run(
        calendar_file=hours, start="2027-10-30T10:00Z", target="9999h", as_json=True
    )

    assert (1, None, True) == (code, json.loads(out)["due_utc"], err.startswith("no deadline"))
