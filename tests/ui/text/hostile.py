"""Texts that try to steer the terminal, the widgets or the layout."""

from __future__ import annotations

import itertools

ESCAPES = (
    "\x1b]52;c;T1dORUQ=\x07",
    "\x1b]0;owned\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b[31;1m",
    "\x1b[6n",
    "\x1b[?1049l",
    "\x1b[201~rm -rf ~\n",
    "\x1bPtmux;\x1b\x1b[8h\x1b\\",
    '\x1bP$q"p\x1b\\',
    "\x1b_Gi=1;AAAA\x1b\\",
    "\x1b^pm\x1b\\",
    "\x1bXsos\x1b\\",
    "\x1bc",
    "\x1b(0",
    "\x9b31m",
    "\x9d0;owned\x9c",
    "\x90data\x9c",
    "\x0e\x0f",
    "\x08\x08\x08",
    "\x7f\x00\x05\x0c\x0b",
    "\r\roverprint",
)
DIRECTIONS = (
    "\u202e",
    "\u202d",
    "\u202b",
    "\u202a",
    "\u202c",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
)
MARKUP = (
    "[@click=app.quit]click[/]",
    "[red]red[/red]",
    "[/]",
    "[00]",
    "[/refund now",
    "[link=https://evil.example]x[/link]",
    "\\[bold]",
    "[[nested]]",
    "[b][i][/b][/i]",
    "{name.__class__}",
)
SHAPES = (
    "\u0301" * 400,
    "a" + "\u0321\u0489" * 300,
    "👩\u200d" * 200,
    "🇮" * 33,
    "\ufe0f" * 50,
    "\u200d" * 50 + "x",
    "क्" * 200,
    "\u1160" * 40,
    "\u3164" * 20,
    "中" * 90,
    "\u2028\u2029\x85",
    "\ufdfd" * 10,
    "\ud800\udfff",
    "\ufffe\uffff",
    "\U000e0041\U000e0042",
    "x" * 5000,
    "سلام" * 300,
    "ل\u064eا" * 100,
    "((((((((((אב[{<",
    "\t" * 40,
    "\n" * 60,
    " " * 300 + "end",
    "",
)
CARRIERS = (
    "{}",
    "Order 884: {}, thanks",
    "name {} end",
    "سلام {} (12)",
    "שלום {}",
    "{}👍🏽{}",
    "[b]{}[/b]",
    "می\u200cخواهیم {}",
)


def hostile_texts() -> list[str]:
    """More than 500 of them."""
    attacks = (*ESCAPES, *DIRECTIONS, *MARKUP, *SHAPES)
    alone = [carrier.replace("{}", attack) for attack in attacks for carrier in CARRIERS]
    pairs = zip(ESCAPES, itertools.cycle(DIRECTIONS), itertools.cycle(MARKUP), strict=False)
    return alone + ["".join(three) for three in pairs]
