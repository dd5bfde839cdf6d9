"""The interface's own language: English in the source, other languages in `console/locale`.

Strings are marked where they stand: `_("{n} open").format(n=n)`. What is evaluated before a
language is chosen (a class's bindings, a table of words) is marked with `mark()` and looked up
with `_()` where it is shown. A string without a translation stays English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = ("en", "ru", "ar", "fa")
"""The languages the interface speaks, the source's own first."""

PSEUDO = "pseudo"
"""A made-up language that shows which strings are marked: `⟦Ŝéñð⟧`."""

_chosen: NullTranslations = NullTranslations()
_language = "en"
_spoken: ContextVar[str] = ContextVar("spoken", default="")
"""The language of whoever is being answered, where that is another than the process's own."""


def _(message: str) -> str:
    """The message in the chosen language."""
    return _now().gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The form of the message that the chosen language uses for `n` things."""
    return _now().ngettext(one, many, n)


def mark(message: str) -> str:
    """The message as it stands, made known to translators; give it to `_()` when it is shown."""
    return message


def _now() -> NullTranslations:
    spoken = _spoken.get()
    return _catalogue(spoken) if spoken else _chosen


def in_force() -> str:
    """The language of whoever is being answered, else the process's own."""
    return _spoken.get() or _language


def language() -> str:
    """The language in use: one of `LANGUAGES`, or `PSEUDO`."""
    return _language


def use(language: str) -> str:
    """Speaks this language from now on, in every thread, and says which one it became.

    Takes a tag such as `ru`, `ru_RU.UTF-8` or `fa-IR`. A language without a catalogue
    becomes English.
    """
    global _chosen, _language
    tag = re.split(r"[-_.@]", language.strip().lower())[0]
    _language = tag if tag in LANGUAGES or tag == PSEUDO else "en"
    _chosen = _catalogue(_language)
    return _language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks one of `LANGUAGES` in this task alone: a desk answers each console in its own.

    An empty or unknown one leaves the language of the process.
    """
    known = language in LANGUAGES or language == PSEUDO
    token = _spoken.set(language if known else "")
    try:
        yield
    finally:
        _spoken.reset(token)


def language_of(environment: Mapping[str, str]) -> str:
    """The language that the user's environment asks for, as gettext reads it; `en` if none."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wish in environment.get(name, "").split(":"):
            tag = re.split(r"[-_.@]", wish.strip().lower())[0]
            if tag in LANGUAGES:
                return tag
        if name != "LANGUAGE" and environment.get(name):
            return "en"
    return "en"


@cache
def _catalogue(tag: str) -> NullTranslations:
    """A language's catalogue, compiled in memory: only the text that translators edit is kept."""
    if tag == PSEUDO:
        return _Pseudo()
    if tag == "en":
        return NullTranslations()
    # English, the usual case, never pays for this import.
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, _read(tag, "shiftdesk"))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translations(domain: str, tag: str) -> dict[str, str]:
    """Every string of a catalogue and its translation; one that stands empty is left out."""
    if tag == "en":
        return {}
    pseudo = tag == PSEUDO
    found = {str(one.id): str(one.string) for one in _read("ru" if pseudo else tag, domain)}
    found.pop("", None)
    if pseudo:
        return {message: _Pseudo().gettext(message) for message in found}
    return {message: words for message, words in found.items() if words}


def _read(tag: str, domain: str) -> Catalog:
    from babel.messages.pofile import read_po

    # a path, not importlib.resources: that is 5 ms of every start for the languages that need none
    path = Path(__file__).parents[1] / "locale" / tag / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as source:
        return read_po(source, locale=tag)


_FIELDS = re.compile(r"(\{[^{}]*\})")
_ACCENTED = str.maketrans("aceinosuyACEINOSUY", "àçéîñôšûýÀÇÉÎÑÔŠÛÝ")


class _Pseudo(NullTranslations):
    """Every marked string in brackets and accents, its fields untouched."""

    def gettext(self, message: str) -> str:
        parts = _FIELDS.split(message)
        return f"⟦{''.join(p if p[:1] == '{' else p.translate(_ACCENTED) for p in parts)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)
