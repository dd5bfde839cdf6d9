"""A turn that only acknowledges is recognised, and nothing that says more."""

from __future__ import annotations

import pytest

from console.core.thanks import is_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "ok",
        "Thank you very much",
        "Спасибо большое",
        "شكرا جزيلا",
        "خیلی ممنون",
        "👍",
        "🙏🙏",
    ],
)
def test_thanks_is_thanks(text: str) -> None:
    """Thanks and yes, in the team's languages, and the signs for them."""
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, but it still fails",
        "Thanks for nothing",
        "ok?",
        "ممنون؟",
        "Спасибо, не помогло",
        "thanks 123",
        "😡",
        "perfect " * 9,
    ],
)
def test_what_says_more_is_no_thanks(text: str) -> None:
    """A question, a number, or one word beside thanks is a turn like any other."""
    assert not is_thanks(text)
