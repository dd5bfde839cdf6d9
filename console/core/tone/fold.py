"""Text as the lexicons see it, with a way back to the original offsets.

Folding makes spellings equal that people do not tell apart: case, accents,
harakat, the Arabic and the Persian kaf and yeh, the three sets of digits.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ё": "е", "’": "'", "‘": "'", "ʼ": "'",
        "`": "'", "\u00a0": " ", "\u202f": " ", "‑": "-", "−": "-",
    }
)  # fmt: skip
_INVISIBLE = frozenset("\u0640\u200d\u200e\u200f\u2060\ufeff\u00ad")
# an unfinished sentence also ends where the text ends; dots inside numbers and names do not end one.
_SENTENCE_END = re.compile(r"[.!?؟…۔]+[\"'»”)\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|e\.g|i\.e|approx|т|е|г|гг|руб|коп|ул|стр|им|тел|тыс|мин|ч|д|п|др)"
    r"|(?:^|\s)\w)$"
)
_WORD = re.compile(r"\w[\w'\-\u200c]*")


class Folded(msgspec.Struct, frozen=True):
    """A text for matching. Its offsets lead back to the text it was made from."""

    text: str
    starts: tuple[int, ...]
    """For each folded character, where its original begins."""
    ends: tuple[int, ...]
    """For each folded character, where its original ends, marks included."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of a folded, non-empty stretch."""
        return self.starts[start], self.ends[end - 1]


class Sentence(msgspec.Struct, frozen=True):
    """One sentence of a folded text."""

    text: str
    start: int
    """Where it begins in the folded text."""


def fold(text: str) -> Folded:
    """The text folded for matching; a decomposed letter is taken as one."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        if unicodedata.combining(character) or character in _INVISIBLE:
            if out:
                ends[-1] = index + 1
                out[-1] = _marked(out[-1], character)
            continue
        for letter in _folded(character):
            out.append(letter)
            starts.append(index)
            ends.append(index + 1)
    return Folded("".join(out), tuple(starts), tuple(ends))


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """The folded form alone, for comparing words. Remembered: names and cues recur."""
    return fold(text).text


def words(folded_text: str) -> list[str]:
    """Runs of letters, digits, apostrophes, hyphens and ZWNJ."""
    return _WORD.findall(folded_text)


def sentences(folded_text: str) -> list[Sentence]:
    """The sentences in order, without the white space between them."""
    found: list[Sentence] = []
    start = 0
    for match in _SENTENCE_END.finditer(folded_text):
        if match.group() == "." and _ABBREVIATION.search(folded_text, start, match.start()):
            continue
        _append(found, folded_text, start, match.end())
        start = match.end()
    _append(found, folded_text, start, len(folded_text))
    return found


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        found.append(Sentence(stripped, start + piece.index(stripped)))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    digit = unicodedata.digit(character, -1)
    if digit >= 0 and unicodedata.category(character) == "Nd":
        return str(digit)
    letters = character.translate(_LETTERS).lower().translate(_LETTERS)
    if "LATIN" in unicodedata.name(character, ""):
        return "".join(
            c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c)
        )
    return letters


def _marked(letter: str, mark: str) -> str:
    """Only the breve of й makes another letter; other marks fall away."""
    return (
        unicodedata.normalize("NFC", letter + mark)
        if letter == "и" and mark == "\u0306"
        else letter
    )
