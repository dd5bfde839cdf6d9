"""Dates as feeds write them."""

from __future__ import annotations

import pytest

from sources.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T12:00:00Z", "2026-11-24T12:00:00+00:00"),
        ("2026-11-24T12:00:00.123456+01:00", "2026-11-24T12:00:00+01:00"),
        ("2026-11-24 12:00:00 UTC", "2026-11-24T12:00:00+00:00"),
        ("20261124T120000Z", "2026-11-24T12:00:00+00:00"),
        ("2026-11-24T12:00:00", "2026-11-24T12:00:00"),
        ("2026-11-24", "2026-11-24T00:00:00"),
        ("2026/11/24 12:00", "2026-11-24T12:00:00"),
        ("Tue, 24 Nov 2026 12:00:00 GMT", "2026-11-24T12:00:00+00:00"),
        ("24 Nov 26 12:00 EST", "2026-11-24T12:00:00-05:00"),
        ("Tue, 24 Nov 2026 12:00:00 +0300", "2026-11-24T12:00:00+03:00"),
        ("Tue, 24 Nov 2026 12:00:00 GMT+3", "2026-11-24T12:00:00+03:00"),
        ("Tue, 24 Nov 2026 12:00:00 -0000", "2026-11-24T12:00:00+00:00"),
        ("Tue, 24 Nov 2026 12:00:00 CEST", "2026-11-24T12:00:00+02:00"),
        ("Tue, 24 Nov 2026 12:00:00", "2026-11-24T12:00:00"),
        ("Tue, 24 Nov 2026 24:00:00 GMT", "2026-11-25T00:00:00+00:00"),
        ("Tue, 24 November 2026 12:00:60 GMT", "2026-11-24T12:00:59+00:00"),
        ("Friday, January 29, 2021 04:42 PM", "2021-01-29T16:42:00"),
        ("Jan 29th, 2021 at 12:05 am", "2021-01-29T00:05:00"),
        ("Tue Nov 24 12:00:00 2026", "2026-11-24T12:00:00"),
        ("Tue Nov 24 12:00:00 MSK 2026", "2026-11-24T12:00:00+03:00"),
        ("1795521600", "2026-11-24T12:00:00+00:00"),
        ("1795521600000", "2026-11-24T12:00:00+00:00"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    """Every form gives its instant; without a zone it stays without one."""
    at = parse_date(text)

    assert at is not None
    assert at.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31", "2024-02-30", "2026-13-01",
        "Tue, 99 Nov 2026 12:00:00 GMT", "24 Foo 2026", "2026-11-24T12:00:00+99:99",
        "٢٠٢٦-١١-٢٤T99:00", "x" * 1000, "12:00", "99999999999999",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    """A day that does not exist is none, and neither is year 1 or 9999."""
    assert parse_date(text) is None
