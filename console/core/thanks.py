"""Whether a turn only acknowledges: "thanks", "ok", «спасибо», «شكرا», «ممنون» (semantics S10)."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 8
"""A longer text says more than thanks."""

_QUESTION = re.compile("[?؟；;]")
_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c][^\W\d_]+)*")
_SIGNS_OF_THANKS = frozenset("👍🙏❤🙂😊👌🌹💐✅")

_THANKS = frozenset(
    [
        "thanks",
        "thank",
        "thx",
        "ty",
        "cheers",
        "ok",
        "okay",
        "great",
        "perfect",
        "got",
        "received",
        "noted",
        "appreciated",
        "спасибо",
        "благодарю",
        "спс",
        "ок",
        "окей",
        "хорошо",
        "понял",
        "поняла",
        "понятно",
        "принято",
        "отлично",
        "شكرا",
        "شكرًا",
        "شكراً",
        "مشكور",
        "مشكورين",
        "تمام",
        "حسنا",
        "حسنًا",
        "حسناً",
        "تسلم",
        "ممنون",
        "ممنونم",
        "ممنونیم",
        "متشکرم",
        "متشکریم",
        "مرسی",
        "سپاس",
        "سپاسگزارم",
        "باشه",
        "تشکر",
    ]
)
"""One of these has to be there."""

_AROUND = frozenset(
    [
        "you",
        "very",
        "much",
        "so",
        "a",
        "lot",
        "many",
        "all",
        "for",
        "your",
        "the",
        "quick",
        "fast",
        "help",
        "reply",
        "answer",
        "response",
        "it",
        "again",
        "and",
        "that",
        "is",
        "i",
        "we",
        "have",
        "well",
        "then",
        "dear",
        "team",
        "everyone",
        "большое",
        "вам",
        "тебе",
        "огромное",
        "за",
        "ответ",
        "помощь",
        "быстрый",
        "всё",
        "все",
        "и",
        "я",
        "мы",
        "очень",
        "لك",
        "لكم",
        "جزيلا",
        "جزيلًا",
        "جزيلاً",
        "على",
        "الرد",
        "السريع",
        "المساعدة",
        "كثيرا",
        "كثيرًا",
        "جدا",
        "جدًا",
        "يا",
        "و",
        "الله",
        "يعطيك",
        "العافية",
        "خیلی",
        "از",
        "شما",
        "بابت",
        "پاسخ",
        "سریع",
        "کمک",
        "و",
        "لطف",
        "تان",
        "عالی",
    ]
)
"""These may stand beside it; any other word means that something else is said."""


def is_thanks(text: str) -> bool:
    """Whether a text says thanks, or yes, and nothing else; a question never does."""
    if _QUESTION.search(text):
        return False
    words = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]
    if not words:
        return any(sign in _SIGNS_OF_THANKS for sign in text) and not any(map(str.isdigit, text))
    return (
        len(words) <= MOST_WORDS
        and not _THANKS.isdisjoint(words)
        and all(word in _THANKS or word in _AROUND for word in words)
        and not any(map(str.isdigit, text))
    )
