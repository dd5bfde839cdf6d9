"""The public line that asks a customer to go on in private."""

from __future__ import annotations

import pytest

from console.core.private_line import LINES, begun_line, private_line


@pytest.mark.parametrize("language", LINES)
def test_each_language_has_a_line_for_each_way(language: str) -> None:
    """And only the one with an address names it."""
    line = LINES[language]

    assert "{contact}" in line.contact
    assert "{" not in line.message + line.bare
    assert len({line.message, line.contact, line.bare}) == 3


def test_a_platform_with_messages_asks_for_one() -> None:
    """No address is published where none is needed."""
    line, spoken = private_line("en-GB", own={}, contact="a@b.example", message=True)

    assert (LINES["en"].message, True) == (line, spoken)


def test_a_language_that_nobody_wrote_gets_english_and_says_so() -> None:
    """The agent decides what to do with it."""
    line, spoken = private_line("de", own={}, contact="", message=False)

    assert (LINES["en"].bare, False) == (line, spoken)


def test_the_teams_line_in_another_language_is_not_taken_for_ours() -> None:
    """A team that wrote only English keeps our Russian line."""
    line, _spoken = private_line("ru", own={"en": "Write"}, contact="", message=False)

    assert LINES["ru"].bare == line


@pytest.mark.parametrize("language", [*LINES, "ar-EG", "de"])
def test_where_we_write_first_nobody_is_asked_to(language: str) -> None:
    """The line says that we do, and the message has a subject; in English where nobody wrote one."""
    line, subject, spoken = begun_line(language)

    own = LINES.get(language[:2], LINES["en"])
    assert (own.begun, own.subject, language != "de") == (line, subject, spoken)
    assert "{" not in line + subject
