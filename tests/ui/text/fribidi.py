"""FriBidi, the reference that our order of text is held against, through its C interface."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import cache

import pytest

# Values of fribidi-bidi-types.h and fribidi-flags.h.
_DIRECTIONS = {None: 0x40, "ltr": 0x110, "rtl": 0x111}
_MIRROR_AND_REORDER_MARKS = 0x1 | 0x2
_SHAPE_ARABIC = 0x100 | 0x200


@cache
def library() -> ctypes.CDLL:
    """The loaded library; the calling test is skipped where there is none."""
    name = find_library("fribidi")
    if name is None:
        pytest.skip("libfribidi is not installed")
    loaded = ctypes.CDLL(name)
    loaded.fribidi_get_par_embedding_levels_ex.restype = ctypes.c_int8
    return loaded


class Paragraph:
    """A paragraph as FriBidi lays it out."""

    def __init__(self, text: str, base: str | None = None) -> None:
        size = len(text)
        fribidi = library()
        self.text = text
        self._types = (ctypes.c_uint32 * size)()
        self._levels = (ctypes.c_int8 * size)()
        self._base = ctypes.c_uint32(_DIRECTIONS[base])
        brackets = (ctypes.c_uint32 * size)()
        characters = self._characters()
        fribidi.fribidi_get_bidi_types(characters, size, self._types)
        fribidi.fribidi_get_bracket_types(characters, size, self._types, brackets)
        fribidi.fribidi_get_par_embedding_levels_ex(
            self._types, brackets, size, ctypes.byref(self._base), self._levels
        )

    def _characters(self) -> ctypes.Array[ctypes.c_uint32]:
        return (ctypes.c_uint32 * len(self.text))(*map(ord, self.text))

    @property
    def level(self) -> int:
        """0 or 1."""
        return self._base.value & 1

    @property
    def levels(self) -> list[int]:
        """The level of each character, after rule L1 for the paragraph as one line."""
        return list(self._levels)

    def line(self, start: int, end: int) -> str:
        """One line of the paragraph in visual order, brackets mirrored."""
        fribidi = library()
        size = len(self.text)
        characters = self._characters()
        levels = (ctypes.c_int8 * size)(*self._levels)
        # Rule L1 changes levels at the line's end, so that it comes before the mirroring.
        order = (ctypes.c_int32 * size)(*range(size))
        fribidi.fribidi_reorder_line(
            0, self._types, end - start, start, self._base, levels, None, order
        )
        fribidi.fribidi_shape(_MIRROR_AND_REORDER_MARKS, levels, size, None, characters)
        fribidi.fribidi_reorder_line(
            _MIRROR_AND_REORDER_MARKS,
            self._types,
            end - start,
            start,
            self._base,
            levels,
            characters,
            None,
        )
        return "".join(map(chr, characters[start:end]))

    def joined(self) -> str:
        """The text in logical order with Arabic letters joined; U+FEFF where an alef was."""
        fribidi = library()
        size = len(self.text)
        characters = self._characters()
        joining = (ctypes.c_uint8 * size)()
        levels = (ctypes.c_int8 * size)(*[1] * size)
        fribidi.fribidi_get_joining_types(characters, size, joining)
        fribidi.fribidi_join_arabic(self._types, size, levels, joining)
        fribidi.fribidi_shape(_SHAPE_ARABIC, levels, size, joining, characters)
        return "".join(map(chr, characters))
