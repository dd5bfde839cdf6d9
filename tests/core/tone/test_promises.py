"""Promises with a time, in four languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.core.tone import promise

# a Monday.
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "wait"),
    [
        ("en", "We will refund you within 48 hours.", timedelta(hours=48)),
        ("en", "I'll call you back in two days.", timedelta(days=2)),
        ("en", "We will send a new one in 3 to 5 working days.", timedelta(days=5)),
        ("en", "We will answer within a week.", timedelta(weeks=1)),
        ("ru", "Вернём деньги в течение 2 дней.", timedelta(days=2)),
        ("ru", "Ответим в течение часа.", timedelta(hours=1)),
        ("ar", "سنعيد المبلغ خلال ٤٨ ساعة.", timedelta(hours=48)),
        ("ar", "سنرسل البديل خلال يومين.", timedelta(days=2)),
        ("fa", "پول را تا ۴۸ ساعت برمی‌گردانیم.", timedelta(hours=48)),
        ("fa", "ظرف سه روز کتری نو می‌فرستیم.", timedelta(days=3)),
    ],
)
def test_a_stretch_of_time_runs_from_now(language: str, text: str, wait: timedelta) -> None:
    """Digits of every kind, words, ranges and duals are understood."""
    found = promise(text, language, NOW)

    assert found is not None
    assert NOW + wait == found.due


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "We will call you tomorrow.", 2),
        ("en", "The new one will arrive by Friday.", 5),
        ("ru", "Завтра отправим замену.", 2),
        ("ru", "До пятницы вернём деньги.", 5),
        ("ar", "سنتصل بك غدا.", 2),
        ("ar", "سنرسله قبل يوم الجمعة.", 5),
        ("fa", "فردا تماس می‌گیریم.", 2),
        ("fa", "تا جمعه می‌فرستیم.", 5),
    ],
)
def test_a_named_day_ends_at_midnight(language: str, text: str, day: int) -> None:
    """Tomorrow and Friday last until their end."""
    found = promise(text, language, NOW)

    assert found is not None
    assert datetime(2027, 3, day, 23, 59, tzinfo=UTC) == found.due


@pytest.mark.parametrize(
    "text", ["We waited two weeks for it.", "We will get back to you.", "Thank you, Anna."]
)
def test_no_time_or_no_promise_is_none(text: str) -> None:
    """A past wait and an open promise have no due time."""
    assert promise(text, "en", NOW) is None


def test_the_span_holds_the_time() -> None:
    """The words that name the time can be underlined."""
    text = "We will refund you within 48 hours."

    found = promise(text, "en", NOW)

    assert found is not None
    assert "48 hours" == text[found.start : found.end]


def test_a_date_that_has_passed_means_next_year() -> None:
    """Promised on 1 March, "by 12 January" is next January."""
    found = promise("We will send it by 12 January.", "en", NOW)

    assert found is not None
    assert datetime(2028, 1, 12, 23, 59, tzinfo=UTC) == found.due
