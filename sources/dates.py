"""Dates as the web writes them. What has no zone stays without one: only the source knows it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

EARLIEST_YEAR = 1970
LATEST_YEAR = 2100
"""Feeds say year 1 and year 9999; outside these bounds the platform has not said anything."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
# Hours east of Greenwich. Names that two zones share (IST, BST in Asia, CST in China) keep the
# meaning of RFC 822 or, without one, of Europe: feeds that mean another one give an offset.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3, "jst": 9, "kst": 9,
    "hkt": 8, "sgt": 8, "awst": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "art": -3,
}  # fmt: skip

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"\s*(?P<zone>(?:gmt|utc?)?\s*[+-]\s*\d{1,2}:?\d{2}|(?:gmt|utc)\s*[+-]\d{1,2}|[a-z]{1,5})?(?:\s*\([^)]*\))?"
_DAY_NAME = r"(?:[^\W\d_]{2,12}\.?\s*,?\s+)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # 2026-11-24T12:00:00+01:00, 20261124T120000Z, 2026-11-24, 2026/11/24 12:00
        _DAY_NAME + r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
        r"(?:[T\s]+" + _CLOCK + r")?" + _ZONE,
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<hour>\d\d)(?P<minute>\d\d)"
        r"(?P<second>\d\d)?)?" + _ZONE,
        # Tue, 24 Nov 2026 12:00:00 GMT and its relatives
        _DAY_NAME + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[a-z]{3,9})\.?,?[\s-]+"
        r"(?P<year>\d{4}|\d{2})(?:,?\s+(?:at\s+)?" + _CLOCK + r")?" + _ZONE,
        # Friday, January 29, 2021 04:42 PM
        _DAY_NAME + r"(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
        r"(?P<year>\d{4})(?:,?\s+(?:at\s+)?" + _CLOCK + r")?" + _ZONE,
        # Tue Nov 24 12:00:00 GMT 2026
        _DAY_NAME + r"(?P<name>[a-z]{3})\s+(?P<day>\d{1,2})\s+" + _CLOCK + _ZONE
        + r"\s+(?P<year>\d{4})",
    )
)  # fmt: skip
_UNIX = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_LONGEST = 100


def parse_date(text: str) -> datetime | None:
    """The instant `text` names, or None where it names none.

    Aware, in the zone given; naive where the text gives none. ISO 8601, RFC 822, HTTP and
    American forms, Unix seconds and milliseconds. A day that does not exist is None.
    """
    text = text.strip()
    return _parsed(text) if 0 < len(text) <= _LONGEST else None


# The strict reader asks for each date twice: whether it can be read, and what it is.
@lru_cache(512)
def _parsed(text: str) -> datetime | None:
    if _UNIX.fullmatch(text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
        return _bounded(datetime.fromtimestamp(seconds, UTC))
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _built(match)
    return None


def _built(match: re.Match[str]) -> datetime | None:
    part = match.groupdict()
    year = int(part["year"])
    if len(part["year"]) == 2:
        year += 2000 if year < 70 else 1900
    month = _MONTHS.get(part["name"][:3].lower(), 0) if part.get("name") else int(part["month"])
    hour, half = int(part["hour"] or 0), (part.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        at = datetime(  # noqa: DTZ001  a text without a zone gives an instant without one
            year,
            month,
            int(part["day"]),
            0 if hour == 24 else hour,
            int(part["minute"] or 0),
            min(int(part["second"] or 0), 59),
        )
        if hour == 24:
            at += timedelta(days=1)
        zone = _zone(part["zone"])
        return _bounded(at if zone is None else at.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    name = name.lower().replace(" ", "")
    if match := re.fullmatch(r"(?:gmt|utc?)?([+-])(\d{1,2}):?(\d{2})?", name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    hour = _ZONES.get(name)
    return None if hour is None else timezone(timedelta(hours=hour))


def _bounded(at: datetime) -> datetime | None:
    return at if EARLIEST_YEAR <= at.year <= LATEST_YEAR else None
