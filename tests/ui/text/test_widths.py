"""Graphemes."""

from __future__ import annotations

from wcwidth import iter_graphemes

from console.ui.text import widths


def test_what_stands_alone_is_a_grapheme_by_itself() -> None:
    """The short way gives what the long way would."""
    alone = "".join(
        chr(code) for code in range(0x20, 0x2600) if widths._EACH_ALONE.fullmatch(chr(code))
    )
    pairs = [one + other for one in alone for other in "aя·ا…"] + [
        other + one for one in alone for other in "aя·ا…"
    ]

    assert [len(pair) for pair in pairs] == [len(list(iter_graphemes(pair))) for pair in pairs]
