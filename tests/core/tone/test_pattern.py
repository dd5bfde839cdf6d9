"""The pattern language of the lexicons."""

from __future__ import annotations

import pytest

from console.core.tone.pattern import PatternError, Patterns


def found(pattern: str, text: str, **more: str) -> str | None:
    span = Patterns([pattern], {"you": ["you", "y'all"]}, **more).find(text)
    return text[span[0] : span[1]] if span else None


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("thank*", "many thanks to all", "thanks"),
        ("thank", "many thanks to all", None),
        ("never .. again", "never will it happen again", "never will it happen again"),
        ("never .. again", "never one two three four again", None),
        ("never ... again", "never one two three four again", "never one two three four again"),
        ("(so)? sorry", "so sorry", "so sorry"),
        ("(so)? sorry", "sorry", "sorry"),
        ("(so)? .. sorry", "sorry", "sorry"),
        ("apolog(y|ies)", "our apologies", "apologies"),
        ("<you> forgot", "y'all forgot", "y'all forgot"),
        ("می_دان*", "ما می‌دانیم", "می‌دانیم"),
        ("می_دان*", "ما میدانیم", "میدانیم"),
        ("# days", "within 14 days", "14 days"),
        ("rule & cannot", "we cannot, it is a rule", "rule"),
        ("rule & cannot", "it is a rule", None),
    ],
)
def test_patterns(pattern: str, text: str, expected: str | None) -> None:
    """Each sign of the language means what its module says."""
    assert expected == found(pattern, text)


def test_particles_may_precede_a_word() -> None:
    """An Arabic conjunction sticks to its word and does not hide it."""
    assert "وشکرا" == found("شكرا", "وشکرا", particles="[وف]?")


@pytest.mark.parametrize("broken", ["(open", "<nobody>", "?"])
def test_a_broken_pattern_is_named(broken: str) -> None:
    """The error shows the pattern that cannot be read."""
    with pytest.raises(PatternError):
        Patterns([broken], {})
