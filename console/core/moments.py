"""Points in time as an agent types them for a snooze: `2h`, `fri 9`, `tomorrow 14:30`, `until reply`."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.core.i18n import _
from console.core.spans import parse_span
from console.errors import ShiftdeskError

MORNING = time(9)
"""The time of day where only a day was named."""

FURTHEST = timedelta(days=400)
"""Nothing is put off for longer."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REPLY = re.compile(r"\b(?:until\s+|or\s+)?(?:a\s+)?reply\b")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")

_SIGNS = str.maketrans(
    {"٫": ".", "：": ":", "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "\u200c": None}
)
"""Letters that two languages write differently, or leave out."""


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().translate(_SIGNS)


_WORDS = {
    _fold(word): english
    for english, words in {
        "today": "сегодня اليوم الیوم امروز",
        "tomorrow": "завтра غدا غدًا غداً فردا",
        "monday": "пн понедельник الاثنین دوشنبه",
        "tuesday": "вт вторник الثلاثاء سه‌شنبه",
        "wednesday": "ср среда среду الاربعاء چهارشنبه",
        "thursday": "чт четверг الخميس پنج‌شنبه",
        "friday": "пт пятница пятницу الجمعة جمعه",
        "saturday": "сб суббота субботу السبت شنبه",
        "sunday": "вс воскресенье الاحد یکشنبه",
        "until": "до حتی تا",
        "reply": "ответа الرد پاسخ",
        "at": "в ساعت",
        "in": "через بعد",
        "2h": "ساعتين",
        "2d": "يومين",
    }.items()
    for word in words.split()
}
"""The words of a snooze in Russian, Arabic and Persian, folded as `_plain` folds them."""
_UNITS = {
    _fold(unit): english
    for english, units in {
        "h": "ч час часа часов ساعة ساعات ساعت",
        "m": "м мин минут минуты دقیقة دقائق دقیقه",
        "d": "д дн день дня дней یوم ایام روز",
        "w": "нед неделю недели اسبوع هفته",
    }.items()
    for unit in units.split()
}
_SPAN = re.compile(rf"(\d+)\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![^\W\d_])")


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """(the instant in UTC or None, whether an answer of the customer also ends it).

    Takes a span, a weekday, today, tomorrow, a date or a time of day, alone or with `or reply`;
    or `until reply` alone. Always in the future, at most `FURTHEST` away. Raises `ShiftdeskError`.
    """
    words = _plain(text)
    rest = " ".join(_REPLY.sub(" ", words).replace("until ", " ").split())
    until_reply = bool(_REPLY.search(words))
    if not rest and until_reply:
        return None, True
    at = _instant(rest.removeprefix("in "), now, zone)
    if at is None:
        raise ShiftdeskError(
            _(
                "“{text}” is no time; try 2h, 3d, tomorrow, fri 9, 2027-05-04 14:30 or until reply."
            ).format(text=text.strip())
        )
    if at <= now:
        raise ShiftdeskError(_("That time has passed."))
    if at - now > FURTHEST:
        raise ShiftdeskError(_("That is more than a year away."))
    return at, until_reply


def _plain(text: str) -> str:
    """Small letters, one blank between words, Latin digits, and English for the few words we know.

    Agents type in the layout that is on: «завтра 9», «غدا ١٠», «فردا ۹», «2ч».
    """
    latin = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in _fold(text))
    latin = _SPAN.sub(lambda found: f"{found[1]}{_UNITS[found[2]]} ", latin)
    return " ".join(_WORDS.get(word, word) for word in latin.split())


def _instant(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        return now + parse_span(words)
    except (ValueError, OverflowError):
        pass
    here = now.astimezone(zone)
    words = words.removeprefix("at ")
    first, _space, second = words.partition(" ")
    day = _day(first, here.date())
    try:
        if day is not None:
            hour = _time(second) if second else MORNING
            return _utc(day, hour, zone) if hour else None
        hour = _time(words)
        if hour is None:
            return None
        at = _utc(here.date(), hour, zone)
        return at if at > now else _utc(here.date() + timedelta(days=1), hour, zone)
    except (ValueError, OverflowError):
        return None


def _day(word: str, today: date) -> date | None:
    """The day a word names; a weekday is the next one, never today."""
    if word == "today":
        return today
    if word == "tomorrow":
        return today + timedelta(days=1)
    if found := _DATE.match(word):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    if len(word) >= 3:
        for number, name in enumerate(_DAYS):
            if name.startswith(word):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _time(words: str) -> time | None:
    found = _TIME.match(words.removeprefix("at "))
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _utc(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
