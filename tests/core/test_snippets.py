"""Snippets: what is expanded, what never is, and how one is found."""

from __future__ import annotations

import pytest

from console.core.snippets import (
    Snippet,
    SnippetError,
    blanks,
    fill,
    find,
    fits,
    parse_snippet,
)

REFUND = """---
title: Refund on its way
language: en
channels: starfish, email
---
Hello {name}, we refunded order {?order number} today, {today}.
"""


def test_a_file_gives_its_title_language_channels_and_text() -> None:
    """The head's lines and the text after it make a snippet."""
    snippet = parse_snippet("refund", REFUND)

    assert ("Refund on its way", "en", ("starfish", "email")) == (
        snippet.title,
        snippet.language,
        snippet.channels,
    )
    assert snippet.text.startswith("Hello {name}")


def test_a_text_without_a_head_is_named_after_its_file() -> None:
    """The head is optional."""
    assert Snippet("thanks", "thanks", "Thank you!") == parse_snippet("thanks", "Thank you!\n")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("---\ntitle: x\ntext", "no closing ---"),
        ("---\ntitle x\n---\ntext", "line 2: expected key: value"),
        ("---\nlang: en\n---\ntext", "no such key: lang; known are title"),
        ("---\ntitle: x\n---\n\n", "there is no text"),
        ("Hi {customer}", "no such variable: {customer}; known are name"),
    ],
)
def test_a_broken_file_is_refused_with_the_way_out(document: str, message: str) -> None:
    """The message names the file, the line and what is known."""
    with pytest.raises(SnippetError, match=r"^broken: ") as caught:
        parse_snippet("broken", document)

    assert message in str(caught.value)


def test_variables_are_filled_and_blanks_stay() -> None:
    """What the desk knows is filled in; what only the agent knows is asked for."""
    text = fill(parse_snippet("refund", REFUND), {"name": "Sara", "today": "1 May"})

    assert "Hello Sara, we refunded order {?order number} today, 1 May." == text
    assert ["order number"] == [what for _start, _end, what in blanks(text)]


def test_a_variable_without_a_value_becomes_a_blank() -> None:
    """No half-filled sentence can be sent."""
    assert "Hi {?first name}!" == fill(parse_snippet("hi", "Hi {first_name}!"), {"first_name": ""})


def test_customer_text_is_never_expanded() -> None:
    """A name that looks like a template stays text."""
    name = "{agent} {?card number} {name.__class__}"
    text = fill(parse_snippet("hi", "Hi {name}"), {"name": name, "agent": "ana"})

    assert "Hi (agent) (?card number) (name.__class__)" == text
    assert () == blanks(text)


def test_language_and_channel_decide_what_is_offered() -> None:
    """A snippet for other channels or another language is not offered."""
    refund = parse_snippet("refund", REFUND)

    assert fits(refund, language="en", source="starfish", source_type="json_api")
    assert fits(refund, language="", source="shop", source_type="email")
    assert not fits(refund, language="ru", source="starfish", source_type="json_api")
    assert not fits(refund, language="en", source="chatter", source_type="json_api")


def test_search_is_fuzzy_on_titles_and_whole_in_texts() -> None:
    """A misspelt title and a word of the text both find it; use breaks ties."""
    refund = parse_snippet("refund", REFUND)
    late = Snippet("late", "Late parcel", "Your parcel is late; we refunded the postage.")
    hours = Snippet("hours", "Opening hours", "We are open from nine to five.")
    all_three = (hours, late, refund)

    assert (refund,) == find(all_three, "refnd on way")
    assert {"late", "refund"} == {one.id for one in find(all_three, "refunded")}
    assert () == find(all_three, "giraffe")
    assert ("late", "refund", "hours")[0] == find(all_three, "", uses={"late": 9})[0].id
