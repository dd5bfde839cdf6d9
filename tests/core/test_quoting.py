"""A mail's own words."""

from __future__ import annotations

import pytest

from console.core.quoting import own_words


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("It works, thank you.\n\n> It never worked.\n> I am angry.\n", "It works, thank you."),
        ("No quote here.", "No quote here."),
        ("> only\n> a quote", "> only\n> a quote"),
        ("Above\n> quoted\nbelow", "Above\n> quoted\nbelow"),
        ("", ""),
    ],
)
def test_what_a_mail_quotes_below_its_words_is_not_its_own(text: str, own: str) -> None:
    """Only quoted lines at the end go, and never all of the text."""
    assert own == own_words(text)
