"""Single-letter keys on keyboards that are not Latin.

A terminal reports the letter that a key prints, not the key: on a Russian layout the key `q`
arrives as `й`. A key that no binding knows is tried again as the Latin one in its place.
"""

from __future__ import annotations

import unicodedata

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
_LATIN_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~'

# Each layout as its keys stand, plain and shifted, in the order of the Latin ones; a blank where
# a key prints nothing that a binding could mean.
_LAYOUTS = {
    "ru": ("йцукенгшщзхъфывапролджэячсмитьбю.ё", "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"),
    "uk": ("йцукенгшщзхїфівапролджєячсмитьбю.'", "ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ,₴"),
    "be": ("йцукенгшўзх'фывапролджэячсмітьбю.ё", "ЙЦУКЕНГШЎЗХ'ФЫВАПРОЛДЖЭЯЧСМІТЬБЮ,Ё"),
    "ar": (
        # X11 sends lam and alef of the key b as one ligature.
        "ضصثقفغعهخحجدشسيبلاتنمكطئءؤر\ufefbىةوزظذ",
        '\u064e\u064b\u064f\u064c\ufef9إ\u2018÷×؛<>\u0650\u064d][\ufef7أـ،/:"~\u0652}{\ufef5آ\u2019,.؟\u0651',
    ),
    "fa": (
        "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو./\u200d",
        "\u0652\u064c\u064d\u064b\u064f\u0650\u064e\u0651][}{ؤئيإأآة»«:؛ك\u0653ژ\u0670\u200c\u0654ء><؟÷",
    ),
    "he": ("/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.;", " " * 34),
}
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))


def _keys(layout: str) -> dict[str, str]:
    plain, shifted = _LAYOUTS[layout]
    printed = zip(plain + shifted, _LATIN + _LATIN_SHIFTED, strict=True)
    return {letter: key for letter, key in printed if letter not in (key, " ")}


_KEYS = {layout: _keys(layout) for layout in _LAYOUTS}


def _rank(key: str) -> int:
    """A letter before one with Shift, and that before a sign: commands are letters."""
    return 0 if key.islower() else 1 if key.isalpha() else 2


class Keyboard:
    """The layout in use, as far as the letters tell: `ی` is Persian, `ي` with `ط` Arabic."""

    def __init__(self, language: str = "") -> None:
        """`language`, of the interface, names the layout that is likely before any letter came."""
        self._language = language
        self._possible: frozenset[str] = frozenset()
        """The layouts that have every letter heard since they last changed; none for Latin."""

    def hear(self, character: str) -> None:
        """Take note of a letter that was typed, whether as a key or as text."""
        if character in _ASCII:
            self._possible = frozenset() if character.isalpha() else self._possible
            return
        having = frozenset(layout for layout in _KEYS if character in _KEYS[layout])
        self._possible = (self._possible & having) or having or self._possible

    def latin_keys(self, character: str) -> tuple[str, ...]:
        """The Latin letters or signs of the keys that print this character, the likeliest first.

        More than one where layouts differ (`ز` is `c` in Persian and `.` in Arabic): the first
        that is bound is meant. Without knowing the layout a letter goes before a sign. What a
        Latin keyboard prints too means another key only after letters of such a layout: the
        full stop of a Russian one is `/`.
        """
        if (digit := unicodedata.decimal(character, None)) is not None:
            return () if character in _ASCII else (str(digit),)
        found = [
            (layout not in self._possible, layout != self._language, _rank(key), key)
            for layout, keys in _KEYS.items()
            if (key := keys.get(character))
            and (layout in self._possible or character not in _ASCII)
        ]
        found.sort(key=lambda one: one[:3])
        return tuple(dict.fromkeys(key for *_likelihood, key in found))

    def latin_chord(self, chord: str) -> str:
        """The same key with Ctrl or Alt, such as `ctrl+s` for a Russian `ctrl+ы`.

        Terminals that report keys by their codes (kitty's protocol) name the letter of the
        layout; the others send the control character itself.
        """
        held, _, letter = chord.rpartition("+")
        if not held or len(letter) != 1 or letter in _ASCII:
            return chord
        keys = self.latin_keys(letter.lower()) or self.latin_keys(letter)
        return f"{held}+{keys[0]}" if keys else chord


def printed_by(key: str) -> tuple[str, ...]:
    """What a Latin key prints on a Russian, an Arabic and a Persian keyboard, as far as one can
    see it: marks without a letter are left out."""
    printed: dict[str, None] = {}
    for layout in ("ru", "ar", "fa"):
        for character, latin in _KEYS[layout].items():
            if latin == key and unicodedata.category(character)[0] not in "MC":
                printed[character] = None
    return tuple(printed)
