"""Fields of a line kept apart, for a terminal that puts whole lines into visual order by itself.

Such a terminal takes neighbours that both run to the left as one text: the cells of a row change
places, and a name in the queue with the words of the conversation beside it.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.strip import Strip

from console.ui.text.bidi import has_rtl

_POST = "\u2800"
"""A blank that is a left-to-right letter to the algorithm: the braille pattern without a dot.

VTE draws it as a blank; a font without it shows a box, so it stands only where it has to.
"""
# Signs and numbers after a letter that runs to the left; a blank in it can become the post.
_AFTER_RTL = re.compile(
    "(?<=[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])((?:[^\\w\u0590-\u08ff]|\\d)*?)(?: (?= |\ue000|$))"
    "(?=[^\\w]*(?:[\\d\u0590-\u08ff]|$))"
)
_EDGE = "\ue000"
"""Stands, for the search alone, where one segment ends and the next begins."""


def fenced(strip: Strip) -> Strip:
    """The strip with a post behind each field that another could be drawn into."""
    if not has_rtl("".join([segment.text for segment in strip])):
        return strip
    joined = _EDGE.join([segment.text.replace(_EDGE, " ") for segment in strip])
    texts = _AFTER_RTL.sub(lambda found: found[1] + _POST, joined).split(_EDGE)
    parts = [
        Segment(text, segment.style, segment.control)
        for text, segment in zip(texts, strip, strict=True)
    ]
    return Strip(parts, strip.cell_length)
