"""What a channel makes of a draft."""

from __future__ import annotations

import time
from typing import Any

import pytest

from console.core.asks import ConversationPage
from console.core.model import Conversation
from console.ui.published import published
from tests.ui.fake_desk import rows


def page(**fields: Any) -> ConversationPage:
    return ConversationPage(Conversation(rows(1)[0], ()), **fields)


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("**Hello** _you_", "Hello you"),
        ("see [our page](https://lamps.example/x)", "see our page"),
        ("# Sorry\n- one\n- two", "Sorry\n• one\n• two"),
        ("> you said", "│ you said"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("`code` ~~old~~", "code old"),
    ],
)
def test_markdown_is_read(draft: str, shown: str) -> None:
    """Signs that mark go, signs that mean themselves stay."""
    assert shown == published(draft, page(markup="markdown"))


def test_tags_are_stripped_where_the_platform_strips_them() -> None:
    """Google Play takes them out and shows the rest, blanks and all."""
    assert "1 < 2, really  so" == published("1 < 2, <b>really</b>  so", page(markup="stripped"))


def test_a_plain_channel_shows_what_is_typed() -> None:
    """Nothing is read as markup where nothing is."""
    assert "**a** <b>" == published("**a** <b>", page())


def test_links_are_shown_short_where_they_count_the_same() -> None:
    """Without their beginning, and not longer than thirty characters."""
    text = "at https://www.lamps.example/returns/how-to-send-something-back now"

    assert "at lamps.example/returns/how-to-s… now" == published(text, page(link_size=23))


def test_html_is_drawn() -> None:
    """Blocks become lines, entities signs."""
    assert "Dear Ann\n\nA & B" == published("<p>Dear Ann</p><p>A &amp; B</p>", page(markup="html"))


@pytest.mark.parametrize("sign", ["*", "_", "[", "<", "~~", "`", "> ", "**a ", "_a ", "![a "])
def test_hostile_markup_takes_no_time(sign: str) -> None:
    """A draft of one sign repeated is read in time that grows with its length."""
    text = (sign * 10_000)[:10_000]
    started = time.process_time()
    for markup in ("markdown", "html", "stripped"):
        published(text, page(markup=markup))

    assert time.process_time() - started < 0.25
