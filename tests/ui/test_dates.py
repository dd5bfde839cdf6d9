"""Dates in the reader's calendar, digits and language."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.core.i18n import use
from console.ui.countdown import span_text
from console.ui.dates import (
    DateManner,
    clock_time,
    date_manner,
    digits,
    short_date,
    use_dates,
)
from console.ui.words import ago
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import FakeDesk, rows

NOWRUZ = datetime(2026, 3, 21, 10, 35, tzinfo=UTC)
TEHRAN = timezone(timedelta(hours=3, minutes=30))
GREGORIAN = DateManner()
PERSIAN = DateManner("fa", jalali=True, native_digits=True)


@pytest.fixture(autouse=True)
def english_again():
    yield
    use("en")
    use_dates("auto", "auto")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", DateManner("en")),
        ("ru", DateManner("ru")),
        ("ar", DateManner("ar")),
        ("fa", DateManner("fa", jalali=True, native_digits=True)),
    ],
)
def test_what_readers_of_a_language_expect(language, expected):
    """Jalali and Persian digits for Persian, Latin digits for Arabic."""
    use(language)

    assert expected == date_manner("auto", "auto")


def test_a_setting_wins_over_the_language():
    """Either calendar and either digits in any language."""
    use("fa")

    assert DateManner("fa") == date_manner("gregorian", "latin")


@pytest.mark.parametrize(
    ("at", "manner", "expected"),
    [
        (NOWRUZ, GREGORIAN, "14:05"),
        (NOWRUZ, PERSIAN, "۱۴:۰۵"),
        (NOWRUZ - timedelta(days=2), GREGORIAN, "03-19 14:05"),
        (NOWRUZ - timedelta(days=2), PERSIAN, "۱۴۰۴-۱۲-۲۸"),
        (NOWRUZ + timedelta(days=2), PERSIAN, "۰۱-۰۳ ۱۴:۰۵"),
        (NOWRUZ - timedelta(days=365), GREGORIAN, "2025-03-21"),
    ],
)
def test_short_dates_tell_what_differs_from_today(at, manner, expected):
    """The year changes where the reader's calendar changes it."""
    assert expected == short_date(at, NOWRUZ, manner, TEHRAN)


def test_times_are_told_in_the_readers_zone():
    """The desk's instants are UTC."""
    assert "10:35" == clock_time(NOWRUZ, GREGORIAN, UTC)


def test_the_manner_in_use_is_the_one_of_the_settings():
    """Screens need not carry it around."""
    use("fa")
    use_dates("auto", "auto")

    assert "۱۴۰۴-۱۲-۲۸" == short_date(NOWRUZ - timedelta(days=2), NOWRUZ, zone=TEHRAN)
    assert "۴۲" == digits("42")


def test_countdowns_and_counts_have_the_readers_digits():
    """No Latin number stands beside a Persian time."""
    use("fa")
    use_dates("auto", "auto")
    told = span_text(timedelta(minutes=44)) + ago(NOWRUZ - timedelta(hours=3), NOWRUZ)

    assert {"۴", "۳"} == {sign for sign in told if sign.isdigit()}


async def test_every_count_of_the_desk_has_the_readers_digits(open_console: Opened):
    """Places, marks, ratings and the room a reply has are counted as its times are."""
    desk = FakeDesk(rows(60))
    async with open_console(desk, language="fa") as pilot:
        await pilot.press("space", "r")
        await settle(pilot)
        await pilot.press("a", "b")
        await settle(pilot)
        text = screen_text(pilot)

        assert "۲/۶۰" in text
        assert "۱●" in text  # right-to-left words turn the mark round
        assert "۲/۳۵۰" in text
        assert "★۱" in text and "★1" not in text
