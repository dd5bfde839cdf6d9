"""Arabic letters joined to their neighbours, as the presentation forms that terminals can draw.

A terminal draws one cell at a time and cannot know which letters touch. The forms come from the
compatibility decompositions of Unicode (`FE91` is `<initial> 0628`); Persian, Urdu and other
letters in use have theirs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LETTERS = re.compile(
    "[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ff\u0750-\u077f\u0870-\u08ff\u200c\u200d]+"
)
_ARABIC = re.compile("[\u0620-\u06ff\u0750-\u077f\u0870-\u08ff]")
_LAM, _TATWEEL, _ZWJ, _ZWNJ = "\u0644", "\u0640", "\u200d", "\u200c"
# Joining_Type R and U of ArabicShaping.txt for the letters that have no form to tell it by.
_JOIN_BACK_ONLY = re.compile(
    "[\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0"
    "\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef\u0759-\u075b\u076b\u076c\u0771"
    "\u0773\u0774\u0778\u0779\u08aa-\u08ac\u08ae\u08b1\u08b2\u08b9]"
)
_JOIN_NOTHING = re.compile("[\u0621\u0674\u06dd\u0890\u0891\u08ad\u08e2\u200c]")
_FORM_NAMES = {"<isolated>": 0, "<final>": 1, "<initial>": 2, "<medial>": 3}


def needs_shaping(text: str) -> bool:
    """Whether the text holds letters that join."""
    return _ARABIC.search(text) is not None


def shaped(text: str) -> list[str]:
    """What to draw for each character of a text in logical order.

    Lam and alef become one ligature that stands in the place of lam; that of alef is empty.
    """
    drawn = list(text)
    for word in _LETTERS.finditer(text):
        _shape_word(text, word.start(), word.end(), drawn)
    return drawn


@cache
def _forms() -> tuple[dict[str, list[str]], dict[tuple[str, str], list[str]]]:
    """Isolated, final, initial and medial form of each letter; of each lam and alef."""
    letters: dict[str, list[str]] = {}
    ligatures: dict[tuple[str, str], list[str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        name, *bases = unicodedata.decomposition(chr(code)).split() or [""]
        if name not in _FORM_NAMES:
            continue
        characters = [chr(int(base, 16)) for base in bases]
        if len(characters) == 1:
            forms = letters.setdefault(characters[0], [""] * 4)
            # A few letters have two sets; the first is the one that fonts carry.
            forms[_FORM_NAMES[name]] = forms[_FORM_NAMES[name]] or chr(code)
        elif len(characters) == 2 and characters[0] == _LAM:
            ligature = ligatures.setdefault((_LAM, characters[1]), [""] * 4)
            ligature[_FORM_NAMES[name]] = chr(code)
    return letters, ligatures


def _shape_word(text: str, start: int, end: int, drawn: list[str]) -> None:
    letters, ligatures = _forms()
    # Letters of the word as (place, joined to the one before), transparent marks left out.
    previous = -1
    previous_joins = joined_back = False
    for place in range(start, end + 1):
        letter = text[place] if place < end else _ZWNJ
        if unicodedata.category(letter) in ("Mn", "Me"):
            continue
        joins_back = not _JOIN_NOTHING.match(letter)
        joins = joins_back and previous_joins
        if previous >= 0:
            alef = ligatures.get((text[previous], letter))
            if alef is not None and joins:
                drawn[previous] = alef[1 if joined_back else 0]
                drawn[place] = ""
                previous, previous_joins = -1, False
                continue
            if forms := letters.get(text[previous]):
                drawn[previous] = forms[2 * joins + joined_back] or drawn[previous]
        previous, joined_back = place, joins
        previous_joins = joins_back and not _JOIN_BACK_ONLY.match(letter)
