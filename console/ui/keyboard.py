"""Single-letter keys on keyboards that are not Latin.

A terminal reports the letter that a key prints, not the key: on a Russian layout the key `q`
arrives as `й`. A letter that no binding knows is tried again as the Latin letter of its key.
"""

from __future__ import annotations

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
# What a Latin keyboard prints too stays what it is.
_LATIN_TOO = frozenset(map(chr, range(0x20, 0x7F)))


def _keys(layout: str) -> dict[str, str]:
    plain, shifted = _LAYOUTS[layout]
    printed = zip(plain + shifted, _LATIN + _LATIN_SHIFTED, strict=True)
    return {letter: key for letter, key in printed if letter not in _LATIN_TOO}


_KEYS = {layout: _keys(layout) for layout in _LAYOUTS}


class Keyboard:
    """The layout in use, as far as the letters tell: `ی` is Persian, `ي` with `ط` Arabic."""

    def __init__(self, language: str = "") -> None:
        """`language`, of the interface, names the layout that is likely before any letter came."""
        self._layouts = sorted(_KEYS, key=lambda layout: layout != language)

    def latin_keys(self, character: str) -> tuple[str, ...]:
        """The Latin letters or signs of the keys that print this character, the likeliest first.

        More than one where layouts differ (`ز` is `c` in Persian and `.` in Arabic): the first
        that is bound is meant. None for Latin itself. A letter of one layout alone shows that
        this layout is in use.
        """
        having = [layout for layout in self._layouts if character in _KEYS[layout]]
        if len(having) == 1:
            self._layouts.sort(key=lambda layout: layout != having[0])
        return tuple(dict.fromkeys(_KEYS[layout][character] for layout in having))


def latin_key(character: str) -> str | None:
    """The Latin key that most likely printed this character, without knowing the layout.

    A letter goes before a sign: `ز` is `c`, though an Arabic keyboard has it on the full stop.
    """
    keys = Keyboard().latin_keys(character)
    return next(filter(str.isalpha, keys), next(iter(keys), None))
