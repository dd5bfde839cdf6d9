"""One plain form for every way a text can be typed, so that the model sees words and not spellings.

The model was trained on what `normal` returns; changing a rule here means training again.
"""

import re
import sys
import unicodedata

HEAD = 400
"""Characters kept from the start of the normalised text."""

TAIL = 200
"""Characters kept from its end: long complaints say what they want in the last lines."""

_ROUGH_HEAD = 4 * HEAD
_ROUGH_TAIL = 4 * TAIL


def _plain(code: int) -> str | None:
    """The normalised form of one character; None where the character itself is that form."""
    character = chr(code)
    if character in "\u0131\u0130":
        return "i"
    if character in "\u0451\u0401":
        return "\u0435"
    if character.isdecimal():
        return "0"
    if character in "\u2018\u2019\u02bc\u0060\u00b4":
        return "'"
    kind = unicodedata.category(character)
    if kind in ("Cf", "Cc", "Mn", "Me") or character in "\ufe0f\u0640":
        return " " if character in "\n\t\r\x0b\x0c\x85" else ""
    compatible = unicodedata.normalize("NFKC", character).lower()
    if "\u0600" <= compatible[:1] <= "\u06ff":
        compatible = "".join(
            _ARABIC.get(letter, letter)
            for letter in unicodedata.normalize("NFKD", compatible)
            if unicodedata.category(letter) != "Mn"
        )
    return None if compatible == character else compatible


# Arabic and Persian keyboards write the same letters with different code points.
_ARABIC = {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u0629": "\u0647"}

_RANGES = (
    (0x00, 0x700),
    (0x1E00, 0x2100),
    (0x3000, 0x3100),
    (0xFB00, 0x10000),
    (0x1F3FB, 0x1F400),
    (0xE0000, 0xE0080),
)


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for first, end in _RANGES:
        for code in range(first, min(end, sys.maxunicode)):
            plain = _plain(code)
            if plain is not None:
                table[code] = plain
    table.update(dict.fromkeys(range(0x1F3FB, 0x1F400), ""))
    return table


_TABLE = _table()
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONTRACTION = re.compile(r"(?<=[a-z])n't\b")
_RUN = re.compile(r"([^0])\1{2,}|(0)0{2,}")
_MARKS = re.compile(
    r"[\u2190-\u21ff\u2300-\u2bff\U0001f000-\U0001faff]+|[^\w\s\u2190-\u21ff\u2300-\u2bff\U0001f000-\U0001faff]+"
)


def _shorter_run(match: re.Match[str]) -> str:
    return (match[1] or match[2]) * 2


def normal(text: str) -> str:
    """The text as the model reads it: lower case, folded letters, blanks round marks, cut.

    Links become `http`, handles and addresses `@`, digits `0`; three or more equal
    characters become two. At most `HEAD` + `TAIL` characters remain, whatever the length.
    """
    if len(text) > _ROUGH_HEAD + _ROUGH_TAIL:
        text = f"{text[:_ROUGH_HEAD]} {text[-_ROUGH_TAIL:]}"
    if "@" in text:
        text = _HANDLE.sub(" @ ", text)
    if "/" in text or "www." in text:
        text = _LINK.sub(" http ", text)
    text = text.lower().translate(_TABLE)
    text = _CONTRACTION.sub("nt", text)
    text = _RUN.sub(_shorter_run, text)
    text = " ".join(_MARKS.sub(r" \g<0> ", text).split())
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD].rstrip()} {text[-TAIL:].lstrip()}"
    return text
