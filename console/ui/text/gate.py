"""The last gate: no foreign control byte leaves for the terminal, whatever a widget forgot.

Textual passes ESC, C1 and bidi overrides of a text through every widget (36 kinds measured).
`literal()` removes them; this catches the text that never met `literal()`.
"""

from __future__ import annotations

import re

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.ui.text.layout import rendering
from console.ui.text.seal import SEALED, opened

# All of C0 and C1: within one strip even a newline or a tab would move what follows it.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")

_SEALED = re.compile(f"[{SEALED}]")

# A toast over one half of a flag leaves the other, which terminals draw in one cell or in two.
_HALF_FLAG = re.compile(
    "(?<![\U0001f1e6-\U0001f1ff])((?:[\U0001f1e6-\U0001f1ff]{2})*)([\U0001f1e6-\U0001f1ff])"
    "(?![\U0001f1e6-\U0001f1ff])"
)

# What is being typed stands in logical order and unjoined; see `Rendering.parts_lam`.
_LAM, _LAM_ALONE = "\u0644", "\ufedd"

_render = Strip.render


def install() -> None:
    """Puts the gate in the way of every strip of this process. A second call changes nothing.

    The gate stands at `Strip.render`, the one place where text and style become bytes;
    `Strip.render_style` alone would miss segments without a style.
    """
    Strip.render = _gated_render  # type: ignore[method-assign, assignment]


def is_safe(text: str) -> bool:
    """Whether the text may go to a terminal as it stands, as part of one line."""
    return _FORBIDDEN.search(text) is None


def _gated_render(strip: Strip, console: Console) -> str:
    if rendering().fence:
        # few terminals need it
        from console.ui.text.fence import fenced

        strip = fenced(strip)
    if rendering().parts_lam:
        strip = Strip([_parted(segment) for segment in strip], strip.cell_length)
    if all(_passes(segment) for segment in strip):
        return _render(strip, console)
    # What is removed has no width, so that the columns stay as they were laid out.
    return _render(Strip([_cleaned(segment) for segment in strip], strip.cell_length), console)


def _parted(segment: Segment) -> Segment:
    return Segment(segment.text.replace(_LAM, _LAM_ALONE), segment.style, segment.control)


def _passes(segment: Segment) -> bool:
    link = segment.style.link if segment.style is not None else None
    if segment.text.isascii() and link is None:
        return is_safe(segment.text)
    return (
        is_safe(segment.text)
        and _SEALED.search(segment.text) is None
        and _HALF_FLAG.search(segment.text) is None
        and (link is None or is_safe(link))
    )


def _cleaned(segment: Segment) -> Segment:
    style = segment.style
    if style is not None and style.link and not is_safe(style.link):
        style += Style(link=_FORBIDDEN.sub("", style.link))
    text = _FORBIDDEN.sub("", opened(segment.text))
    return Segment(_HALF_FLAG.sub(_lettered, text), style)


def _lettered(flags: re.Match[str]) -> str:
    """The whole flags, and the letter that the last half stands for."""
    return flags[1] + chr(ord(flags[2]) - 0x1F1E6 + ord("A"))
