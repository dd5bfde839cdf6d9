"""Lengths as channels count them."""

from __future__ import annotations

import pytest

from console.core.limits import Limit, count, graphemes

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "limit", "used"),
    [
        ("héllo", Limit(350), 5),
        ("😀", Limit(350, "utf16"), 2),
        ("да", Limit(350, "bytes"), 4),
        (FAMILY, Limit(300, "graphemes"), 1),
        ("🇫🇷🇩🇪", Limit(300, "graphemes"), 2),
        ("e\u0301", Limit(300, "graphemes"), 1),
        ("abc", Limit(280, "x"), 3),
        ("日本", Limit(280, "x"), 4),
        (FAMILY, Limit(280, "x"), 2),
        ("see https://example.com/a/very/long/path/indeed/it/is", Limit(280, "x"), 27),
        ("see https://example.com/a/very/long/path/indeed/it/is", Limit(500, "mastodon"), 27),
        ("@ann@far.example hi", Limit(500, "mastodon"), 7),
    ],
)
def test_counts(text: str, limit: Limit, used: int) -> None:
    """Each unit counts as its channel does."""
    assert (used, limit.size) == count(text, limit)


def test_bluesky_counts_bytes_where_they_run_out_first() -> None:
    """Long families are few graphemes and many bytes."""
    assert (25 * 200, 3000) == count(FAMILY * 200, Limit(300, "bluesky"))


def test_bluesky_counts_graphemes_otherwise() -> None:
    """Plain text is counted in graphemes."""
    assert (5, 300) == count("hello", Limit(300, "bluesky"))


def test_nothing_is_lost_between_graphemes() -> None:
    """The pieces together are the text."""
    text = f"a{FAMILY}е\u0301 \r\nक्षि กำ 🇫🇷"

    assert text == "".join(graphemes(text))
