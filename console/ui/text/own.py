"""The interface's own Arabic and Persian, laid out on its way from content to the screen.

A sentence from a catalogue is in logical order, like every other text, but reaches widgets in a
hundred places: as a title, a toast, a choice, one part of a line. Where the console orders text,
an Arabic letter without its form and without a seal was never laid out: so what passed
`literal()` is told from what did not, and is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from rich.segment import Segment
from textual.content import Content, Span
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from console.ui.text.layout import display_lines, rendering, visual_ranges

# Letters with a form of their own, at least alone: `shaped()` leaves none of them behind.
_LOGICAL = re.compile("[\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")
# What parts a line into fields, each with a direction of its own: columns stay where they are.
_BETWEEN = r"^\s+|\s+$|\s{2,}| [·•|] |[\u2500-\u259f]+"
_RTL_BLOCKS = (range(0x0590, 0x0900), range(0xFB1D, 0xFE00), range(0xFE70, 0xFEFD))
_PRIVATE = 0x100000

_render_strips = Content.render_strips
_get_height = Content.get_height
_render_segments = Content.render_segments


class AsItStands(Content):
    """Content that is drawn as it was given: a sample of what a terminal does by itself."""


def install() -> None:
    """Lays out every content of this process that needs it. A second call changes nothing."""
    Content.render_strips = _laid_out_strips  # type: ignore[method-assign, assignment]
    Content.get_height = _laid_out_height  # type: ignore[method-assign, assignment]
    Content.render_segments = _laid_out_segments  # type: ignore[method-assign, assignment]


def needs_layout(text: str) -> bool:
    """Whether the text holds letters that nobody has put in their places yet."""
    return rendering().reorder and _LOGICAL.search(text) is not None


def laid_out(content: Content, width: int | None) -> Content:
    """The content as it is to be drawn, with its styles.

    A paragraph that is one sentence is wrapped to `width` columns and stands at the right edge,
    unless other lines have parts; the parts of a line, and of all lines where `width` is None,
    keep their columns.
    """
    if not needs_layout(content.plain):
        return content
    paragraphs = content.split("\n", allow_blank=True)
    fields = [list(_fields(one.plain)) for one in paragraphs]
    right = all(len(one) < 2 for one in fields)
    drawn = [
        _paragraph(one, parts, width, right=right)
        for one, parts in zip(paragraphs, fields, strict=True)
    ]
    return Content("\n").join(drawn)


def _paragraph(
    content: Content, fields: list[tuple[int, int]], width: int | None, *, right: bool
) -> Content:
    if not needs_layout(content.plain):
        return content
    if width is not None and len(fields) == 1:
        start, end = fields[0]
        indent = content[:start]
        room = max(1, width - indent.cell_length)
        lines = _ordered(content[start:end], room).split("\n", allow_blank=True)
        spare = 0 if right else min(len(one.plain) - len(one.plain.lstrip()) for one in lines)
        return Content("\n").join([indent + line[spare:] for line in lines])
    parts: list[Content] = []
    done = 0
    for start, end in fields:
        field = content[start:end]
        drawn = _ordered(field, None)
        # lam and alef become one: what follows must not move.
        parts += [content[done:start], drawn.pad_right(field.cell_length - drawn.cell_length)]
        done = end
    return Content("").join([*parts, content[done:]])


def _fields(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for between in re.finditer(_BETWEEN, text):
        if between.start() > start:
            yield start, between.start()
        start = between.end()
    if start < len(text):
        yield start, len(text)


@cache
def _hidden() -> dict[int, int]:
    """Letters that others wrote are in their places: to the algorithm they run left to right."""
    letters = ((code, chr(code)) for code in chain(*_RTL_BLOCKS))
    return {
        code: code + _PRIVATE
        for code, letter in letters
        if unicodedata.bidirectional(letter) in ("R", "AL")
        and unicodedata.category(letter) in ("Lo", "Lm")
        and not _LOGICAL.match(letter)
    }


@cache
def _shown() -> dict[int, int]:
    return {hidden: code for code, hidden in _hidden().items()}


def _ordered(content: Content, width: int | None) -> Content:
    lines = display_lines(content.plain.translate(_hidden()), width)
    spans = [
        Span(first, last, span.style)
        for span in content.spans
        for first, last in visual_ranges(lines, span.start, span.end)
    ]
    return Content("\n".join([line.text for line in lines]).translate(_shown()), spans)


def _at(content: Content, width: int, rules: RulesMap) -> Content:
    """The content at this width; aligned or cut by Textual, it is not padded by us."""
    get_rule = rules.get
    ours = get_rule("text_align", "left") in ("left", "start")
    whole = get_rule("text_wrap", "wrap") == "nowrap"
    room = width - 2 * rules.get("line_pad", 0)
    return laid_out(content, room if ours and not whole else None)


def _laid_out_strips(
    content: Content, width: int, height: int | None, style: Style, options: RenderOptions
) -> list[Strip]:
    if not isinstance(content, AsItStands) and needs_layout(content.plain):
        content = _at(content, width, options.rules)
    return _render_strips(content, width, height, style, options)


def _laid_out_height(content: Content, rules: RulesMap, width: int) -> int:
    if not isinstance(content, AsItStands) and needs_layout(content.plain):
        content = _at(content, width, rules)
    return _get_height(content, rules, width)


def _laid_out_segments(content: Content, *arguments: Any, **named: Any) -> Iterable[Segment]:
    """For titles in frames, which are lines by themselves."""
    return _render_segments(laid_out(content, None), *arguments, **named)
