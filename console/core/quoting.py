"""A mail's own words, without those it quotes below them."""

from __future__ import annotations


def own_words(text: str) -> str:
    """The text up to the quoted lines (`> …`) that end it; the whole where nothing else is there.

    A mood, a language or a "thanks" is read from what was written now, not from what it answers.
    """
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith(">")):
        end -= 1
    own = "\n".join(lines[:end])
    return own if own.strip() else text
