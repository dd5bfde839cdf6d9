"""Letters that are in their places, told from those that are not, where no form tells them apart.

Where the console joins letters, one without a form was never laid out. Where it only orders them
(a font without the forms), those that passed `literal()` are sealed: they stand for themselves in
a private plane, so that nobody puts them in order a second time, until the last gate opens them.
"""

from __future__ import annotations

import re
import unicodedata

_PLANE = 0xF0000
_ARABIC = (*range(0x0620, 0x0700), *range(0x0750, 0x0780), *range(0x0870, 0x0900))
_SEALS = {
    code: code + _PLANE for code in _ARABIC if unicodedata.category(chr(code)) in ("Lo", "Lm")
}
_LETTERS = {sealed: code for code, sealed in _SEALS.items()}

SEALED = "\U000f0620-\U000f08ff"
"""What a sealed letter is, as a range of a pattern's class."""
_SEALED = re.compile(f"[{SEALED}]")


def sealed(text: str) -> str:
    """The text with its Arabic letters sealed; it has as many characters, of the same widths."""
    return text if text.isascii() else text.translate(_SEALS)


def opened(text: str) -> str:
    """The letters again."""
    return text.translate(_LETTERS) if _SEALED.search(text) else text
