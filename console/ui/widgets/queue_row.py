"""A queue row as cells: which columns fit a width, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from console.core.model import HIGH, QueueRow
from console.ui.countdown import Countdown
from console.ui.text import cell, has_rtl, literal
from console.ui.words import (
    PRIORITY_SIGNS,
    REPLY_SIGNS,
    _,
    mark,
    mood_word,
    short_stars,
)

Piece = tuple[str, str]
"""Text and the name of its style; empty: the row's own."""

STYLES = {
    "": "$foreground on $background",
    "head": "$muted",
    "marks": "$accent bold",
    "muted": "$muted",
    "gutter": "$accent bold",
    "pointed": "on $pointed",
    "pointed-away": "on $pointed-away",
    "gone": "$muted italic",
    "late": "$late bold",
    "critical": "$soon bold",
    "soon": "$soon",
    "calm": "$foreground",
    "paused": "$muted",
    "provisional": "$muted",
    "none": "$muted",
    "negative": "$negative",
    "neutral": "$muted",
    "positive": "$positive",
    "stars": "$star",
    "trouble": "$trouble bold",
    "writing": "$soon",
    "mine": "$accent bold",
    "owner": "$foreground",
}
"""What a piece looks like, in the theme's variables.

Not component classes: Textual looks all of them up anew with every change of a class, which was
a fifth of a console's start.
"""

ANSI_STYLES = {"pointed": "reverse", "pointed-away": "bold"}
"""Where a theme has the terminal's own colours there is no ground to choose."""

TITLES = {
    "due": mark("due"),
    "mood": mark("mood"),
    "source": mark("source"),
    "stars": mark("★"),
    "who": mark("who"),
    "what": mark("what"),
    "owner": mark("owner"),
}


class Columns(Struct, frozen=True):
    """The widths of the columns in cells, 0 for one that does not fit."""

    due: int
    mood: int
    source: int
    stars: int
    who: int
    what: int
    owner: int


GUTTER = 2
_LEAST_WHAT = 12


def columns_for(width: int) -> Columns:
    """The columns that fit: what matters least goes first, the words keep at least a dozen cells."""
    due, mood, source, stars, who, owner = 11, 5, 9, 4, 13, 9
    if width < 100:
        source, who, owner = 9, 11, 7
    if width < 64:
        source, owner = 0, 0
    if width < 48:
        mood, who = 0, 10
    if width < 36:
        stars = 0
    rest = width - GUTTER - due - mood - source - stars - who - owner
    if rest < _LEAST_WHAT:
        who, rest = max(0, who + rest - _LEAST_WHAT), min(rest + who, _LEAST_WHAT)
    return Columns(due, mood, source, stars, who, max(0, rest), owner)


def title_pieces(columns: Columns, marks: str) -> list[Piece]:
    """The head line; `marks` (what changed above and below) stands at its right end."""
    room = columns.what + columns.owner
    tail = cell(marks, len(marks)).plain if marks and len(marks) < room else ""
    pieces = [(" " * GUTTER, "")]
    for name in ("due", "mood", "source", "stars", "who"):
        pieces.append((_fit(_(TITLES[name]), getattr(columns, name)), ""))
    if tail:
        pieces.append((_fit(_(TITLES["what"]), room - len(tail)), ""))
        pieces.append((tail, "marks"))
    else:
        pieces.append((_fit(_(TITLES["what"]), columns.what), ""))
        pieces.append((_fit(_(TITLES["owner"]), columns.owner), ""))
    return [piece for piece in pieces if piece[0]]


def row_pieces(
    row: QueueRow,
    due: Countdown,
    columns: Columns,
    *,
    me: str,
    pointed: bool,
    gone: bool,
    marked: bool = False,
) -> list[Piece]:
    """The row's cells from left to right; together exactly as wide as the columns."""
    gutter = ("●" if marked else "▌" if pointed else " ") + PRIORITY_SIGNS[
        min(max(row.priority, 0), 3)
    ]
    urgency = "gone" if gone else due.urgency
    pieces: list[Piece] = [
        (gutter, "gutter" if pointed or marked or row.priority >= HIGH else "muted"),
        (_fit(_("✓ gone") if gone else due.text, columns.due), urgency),
        (_fit(mood_word(row), columns.mood), _mood_style(row)),
        (_foreign(row.source, columns.source), "muted"),
        (_fit(short_stars(row.rating, row.rating_max), columns.stars), "stars"),
        (_foreign(row.who or _("(no name)"), columns.who), "" if row.who else "muted"),
    ]
    pieces += _what(row, columns.what)
    pieces.append(_owner(row, columns.owner, me))
    return [piece for piece in pieces if piece[0]]


def _what(row: QueueRow, width: int) -> list[Piece]:
    if width <= 0:
        return []
    sign, style = _sign(row)
    if not sign or len(sign) >= width - 1:
        return [(_foreign(row.what, width), "")]
    return [(sign, style), (_foreign(row.what, width - len(sign)), "")]


def _sign(row: QueueRow) -> tuple[str, str]:
    """What stands before the words: the one thing about the row that must not be missed."""
    if row.reply_state in ("refused", "unsure", "awaiting_approval"):
        words = {
            "refused": _("reply refused"),
            "unsure": _("reply unsure"),
            "awaiting_approval": _("to approve"),
        }
        text = f"{REPLY_SIGNS[row.reply_state]} {literal(words[row.reply_state]).plain} · "
        return text, "trouble" if row.reply_state != "awaiting_approval" else "soon"
    if row.outdated:
        return _("± edited since our reply · "), "soon"
    if row.edited:
        return _("± edited · "), "muted"
    return "", ""


def _owner(row: QueueRow, width: int, me: str) -> Piece:
    """Who has it: the owner, `✎` beside whoever writes, `◦` before whoever only looks."""
    if width <= 0:
        return "", ""
    others = [name for name in row.writing if name != me]
    if others:
        return _foreign(f"{others[0]} ✎", width), "writing"
    if row.owner:
        text = f"{row.owner} ✎" if row.owner in (*row.writing, *row.draft_by) else row.owner
        return _foreign(text, width), "mine" if row.owner == me else "owner"
    if row.draft_by:
        return _foreign(f"{row.draft_by[0]} ✎", width), "muted"
    watching = [name for name in row.viewing if name != me]
    if watching:
        return _foreign(f"◦{watching[0]}", width), "muted"
    return " " * width, ""


def _mood_style(row: QueueRow) -> str:
    if row.mood is None or row.uncertain:
        return "muted"
    return row.mood


def _fit(text: str, width: int, measure: Callable[[str], int] = len) -> str:
    """Our own short words in exactly `width` cells with a gap after them."""
    if width <= 0:
        return ""
    if has_rtl(text):
        return _foreign(text, width)
    if measure(text) >= width:
        return text[: width - 1] + " "
    return text.ljust(width)


def _foreign(text: str, width: int) -> str:
    """Foreign text in exactly `width` cells, the last one empty."""
    if width <= 0:
        return ""
    return cell(text, width - 1).plain + " " if width > 1 else " "
