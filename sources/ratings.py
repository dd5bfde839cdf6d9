"""Ratings as platforms write them: stars, words, survey scores, thumbs."""

from __future__ import annotations

import re

_WORDS = {
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "poor": 1.0,
    "fair": 2.0,
    "average": 3.0,
    "good": 4.0,
    "excellent": 5.0,
    "very dissatisfied": 1.0,
    "dissatisfied": 2.0,
    "neutral": 3.0,
    "satisfied": 4.0,
    "very satisfied": 5.0,
}
_THUMBS = {
    "up": 1.0,
    "positive": 1.0,
    "yes": 1.0,
    "true": 1.0,
    "👍": 1.0,
    "down": 0.0,
    "negative": 0.0,
    "no": 0.0,
    "false": 0.0,
    "👎": 0.0,
}
_OUT_OF = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:/|of|out of|из|من|از)\s*(\d+)")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def read_rating(value: object, rating_max: int = 5) -> tuple[float, int] | None:
    """A rating and its scale, or None for what is no rating.

    Takes numbers, "4", "4,5", "★★★☆☆", "4/5", "8 out of 10", "FOUR", "satisfied", thumbs. A
    number above `rating_max`, or below 0, is no rating.
    """
    if isinstance(value, bool):
        return (float(value), 1)
    if isinstance(value, int | float):
        return _within(float(value), rating_max)
    text = str(value).strip().lower().translate(_DIGITS)
    if not text:
        return None
    if "★" in text or "⭐" in text:
        return _within(float(text.count("★") + text.count("⭐")), 5)
    if text in _THUMBS and (rating_max == 1 or text not in _WORDS):
        return (_THUMBS[text], 1)
    if text in _WORDS:
        return (_WORDS[text], 5)
    if (found := _OUT_OF.search(text)) and int(found[2]) > 0:
        return _within(_number(found[1]), int(found[2]))
    if found := _NUMBER.fullmatch(text):
        return _within(_number(found[0]), rating_max)
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _within(value: float, rating_max: int) -> tuple[float, int] | None:
    return (value, rating_max) if 0 <= value <= rating_max else None
