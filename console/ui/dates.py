"""Instants as a person reads them: in their calendar, with their digits, in their language.

Persian readers expect the Jalali calendar and Persian digits, which Babel does not give; which
digits Arabic readers expect differs by country, so that Latin ones are the rule there.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal

from msgspec import Struct

from console.core.i18n import PSEUDO, language

CalendarSetting = Literal["auto", "gregorian", "jalali"]
DigitsSetting = Literal["auto", "latin", "native"]

_DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩"}


class DateManner(Struct, frozen=True):
    """How dates are written."""

    language: str = "en"
    jalali: bool = False
    native_digits: bool = False


def date_manner(calendar: CalendarSetting, digits: DigitsSetting) -> DateManner:
    """How dates are written under these settings, in the interface's language."""
    tongue = "en" if language() == PSEUDO else language()
    return DateManner(
        tongue,
        jalali=tongue == "fa" if calendar == "auto" else calendar == "jalali",
        native_digits=tongue == "fa" if digits == "auto" else digits == "native",
    )


_in_use = DateManner()


def use_dates(calendar: CalendarSetting, digits: DigitsSetting) -> None:
    """Writes dates in this manner from now on, where no other is asked for.

    Call it after the interface's language was chosen.
    """
    global _in_use
    _in_use = date_manner(calendar, digits)


def digits(text: str, manner: DateManner | None = None) -> str:
    """The text with the manner's digits."""
    manner = manner or _in_use
    if not manner.native_digits or manner.language not in _DIGITS:
        return text
    return text.translate(str.maketrans("0123456789", _DIGITS[manner.language]))


def clock_time(at: datetime, manner: DateManner | None = None, zone: tzinfo | None = None) -> str:
    """Hours and minutes, `14:05`, in `zone` or on this machine's clock."""
    return digits(at.astimezone(zone).strftime("%H:%M"), manner)


def short_date(
    at: datetime, now: datetime, manner: DateManner | None = None, zone: tzinfo | None = None
) -> str:
    """The time alone today, `03-21 14:05` this year, `2025-03-21` otherwise: at most 11 cells."""
    manner = manner or _in_use
    here, today = at.astimezone(zone), now.astimezone(zone)
    if here.date() == today.date():
        return clock_time(at, manner, zone)
    year, month, day = _day(here, manner)
    if year == _day(today, manner)[0]:
        return digits(f"{month:02d}-{day:02d} {here:%H:%M}", manner)
    return digits(f"{year:04d}-{month:02d}-{day:02d}", manner)


def _day(here: datetime, manner: DateManner) -> tuple[int, int, int]:
    """Year, month and day in the manner's calendar."""
    if not manner.jalali:
        return here.year, here.month, here.day
    from jdatetime import date

    found = date.fromgregorian(date=here.date())
    return found.year, found.month, found.day
