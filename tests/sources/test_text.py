"""Foreign text on its way in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.text import clean, clip, plain


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x1b]0;title\x07b", "a]0;titleb"),
        ("a\x9b31mb", "a31mb"),
        ("a\x7fb\x00c", "abc"),
        ("\u202eoverride\u202c \u2066isolate\u2069", "override isolate"),
        ("one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
        ("tab\tstays", "tab\tstays"),
        ("lone \ud800 half", "lone  half"),
        ("halves \ud83d\ude00 joined", "halves 😀 joined"),
        (
            "می\u200cخواهیم \u200e\u200f 👨\u200d👩\u200d👧",
            "می\u200cخواهیم \u200e\u200f 👨\u200d👩\u200d👧",
        ),
        ("e\u0301", "é"),
    ],
)
def test_clean_removes_what_steers_a_terminal_and_keeps_what_scripts_need(raw, expected):
    """Controls, overrides, isolates and lone surrogates go; joiners and marks stay."""
    assert expected == clean(raw)


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing(raw):
    """A cleaned text is already clean."""
    once = clean(raw)

    assert once == clean(once)


@given(st.text(st.characters(codec=None)))
def test_cleaned_text_can_always_be_stored(raw):
    """No cleaned text fails to become UTF-8, and none holds a control character."""
    cleaned = clean(raw)

    cleaned.encode("utf-8")
    assert [] == [c for c in cleaned if c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f")]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Hello <b>world</b></p><p>again<br>and again</p>", "Hello world\n\nagain\nand again"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("caf&eacute; &lt;3 &#128512;", "café <3 😀"),
        ("I <3 it, 2 < 3 & 4 > 1", "I <3 it, 2 < 3 & 4 > 1"),
        ("<script>alert('</b>')</script>seen<style>p{}</style>", "seen"),
        ("<SCRIPT>unclosed <b>rest", ""),
        ("a<!-- not <b>seen</b> -->b", "ab"),
        ("<a href='https://example.com/?a>b'>the link</a>", "the link"),
        ('so good <img class="emoji" alt="😀" src="x.png">', "so good 😀"),
        ("<![CDATA[kept]]> text", "kept text"),
        ("one\n   line <wbr>only", "one line only"),
        ("broken <a \"'> tag <b>here</b>", "broken tag here"),
        ("broke my heart </3 twice", "broke my heart </3 twice"),
        ("never closed <a href", "never closed <a href"),
    ],
)
def test_plain_keeps_the_words_of_html(markup, expected):
    """Tags go, their words stay, blocks become lines."""
    assert expected == plain(markup)


def test_entities_are_decoded_once():
    """A text that shows an entity to its readers still shows it."""
    assert "&lt;b&gt;" == plain("&amp;lt;b&amp;gt;")


def test_no_control_comes_back_by_decoding():
    """An entity for ESC or for an override leaves no such character."""
    assert "a[31mb" == plain("a&#27;[31mb&#x202e;")


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<a \"'>",
        "<!--",
        "<a",
        '<a "',
        "<script>",
        "</script ",
        "&",
        "<![CDATA[",
        "<",
        "</",
        "<!",
    ],
)
def test_hostile_html_costs_linear_time(unit):
    """A quarter of a megabyte of any one construct is read within a second."""
    started = time.perf_counter()
    plain(unit * (250_000 // len(unit)))

    assert time.perf_counter() - started < 1


def test_a_clip_never_splits_a_grapheme():
    """Four whole families fit into 21 characters, not four and a third parent."""
    family = "👨\u200d👩\u200d👧"

    assert family * 4 == clip(family * 10, 21)


def test_a_tower_of_accents_is_clipped_all_the_same():
    """One letter under a thousand accents does not escape the limit."""
    assert 200 == len(clip("a" + "\u0323" * 1000, 200))


@given(st.text(max_size=40), st.integers(1, 40))
def test_a_clip_is_a_start_of_the_text(text, limit):
    """A clip is never longer than its limit and never says anything new."""
    clipped = clip(text, limit)

    assert text.startswith(clipped)
    assert len(clipped) <= limit
