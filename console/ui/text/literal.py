"""Foreign text as content for a widget: never markup, never a control character."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from console.ui.text.bidi import Base, is_rtl
from console.ui.text.layout import Rendering, display_lines, rendering, visual_ranges
from console.ui.text.seal import sealed
from console.ui.text.widths import clusters, drawn
from sources.text import clean

Mark = tuple[int, int, str]
"""Start and end in the logical text, and the style they get."""


def literal(
    text: str,
    width: int | None = None,
    base: Base | None = None,
    style: str = "",
    marks: Iterable[Mark] = (),
) -> Content:
    """The text as content that shows exactly these words, right-to-left where they are.

    With `width`, in columns, the text is wrapped to it and right-to-left paragraphs stand at
    its right edge. Without, `plain` has each paragraph on one line, and a widget that shows the
    content lays it out anew at its own width; so joined to other content it must be short.
    `base` fixes the direction that otherwise each paragraph's first letter gives. `marks` style
    parts of the text by their logical indices, which count in the text as `clean()` returns it.
    """
    text, marks = clean(text), tuple(marks)
    content = _laid_out(text, width, base, style, marks)
    return _Flowing(content, text, base, style, marks) if width is None else content


def _laid_out(
    text: str, width: int | None, base: Base | None, style: str, marks: tuple[Mark, ...]
) -> Content:
    lines = display_lines(text, width, base)
    content = Content(_in_place("\n".join([line.text for line in lines]), rendering()))
    if style:
        content = content.stylize(style)
    for start, end, mark_style in marks:
        for first, last in visual_ranges(lines, start, end):
            content = content.stylize(mark_style, first, last)
    return content


def _in_place(drawn_text: str, manner: Rendering) -> str:
    """What nobody must put in order again; the forms of joined letters tell it by themselves."""
    return sealed(drawn_text) if manner.reorder and not manner.shape else drawn_text


class _Flowing(Content):
    """Content that is laid out when its width is known.

    Textual wraps what it sees; of a line in visual order that would put the last words first.
    """

    def __init__(
        self,
        content: Content,
        text: str,
        base: Base | None,
        style: str,
        marks: tuple[Mark, ...],
    ) -> None:
        super().__init__(content.plain, list(content.spans))
        self._arguments = (base, style, marks)
        self._source = text

    def _at(self, width: int) -> Content:
        return _laid_out(self._source, width, *self._arguments)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._at(width).get_height(rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self._at(width).render_strips(width, height, style, options)


def cell(text: str, width: int, base: Base | None = None, style: str = "") -> Content:
    """The text in exactly `width` columns of one line, cut with an ellipsis where it is longer.

    Line ends and runs of blanks become one blank; right-to-left text stands at the right.
    """
    return Content.styled(cell_text(text, width, base), style)


def cell_text(text: str, width: int, base: Base | None = None) -> str:
    """What `cell` shows, for widgets that draw segments themselves."""
    if width <= 0:
        return ""
    # No cell shows more than this; a title of a megabyte is not even cleaned.
    return _cell_text(text[: 64 + 16 * width], width, base, rendering())


@lru_cache(maxsize=8192)
def _cell_text(text: str, width: int, base: Base | None, manner: Rendering) -> str:
    words = " ".join(clean(text).split())
    kept = _fitting(words, width, manner)
    if kept < len(words):
        # The whole text gives the direction: what is cut off must not turn the rest round.
        base = base or ("rtl" if is_rtl(words) else "ltr")
        words = words[: _fitting(words, width - 1, manner)].rstrip() + "…"
    line = display_lines(words, None, base)[0]
    padding, text = " " * (width - line.width), _in_place(line.text, manner)
    return padding + text if line.rtl else text + padding


def _fitting(text: str, width: int, manner: Rendering) -> int:
    """How many characters from the start fit; a ligature makes the rest fit sooner or later."""
    used = 0
    for start, end in clusters(text):
        used += drawn(text[start:end], manner.emoji)[1]
        if used > width:
            return start
    return len(text)
