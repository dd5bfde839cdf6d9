"""Whether the customer is called by name, and by the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.tone.fold import key
from console.core.tone.hint import Finding
from console.core.tone.pack import Pack
from console.core.tone.reading import Reading, found

_NOBODY = re.compile(
    r"\b(?:guest|anonym\w*|user|customer|client|reviewer|shopper|member|deleted|google|аноним\w*"
    r"|пользовател\w*|гость|покупател\w*|клиент|مستخدم|مجهول|زائر|عمیل|کاربر|ناشناس|مهمان|مشتری)\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_SLOT_WITHIN = 60
_NAME_ENDINGS = re.compile(r"[аяйьоеиыую]+$")
_ROMAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "s", "ч": "s", "ш": "s", "щ": "s", "ъ": "",
    "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a",
    "ا": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "s", "ح": "h", "خ": "h",
    "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "j", "س": "s", "ش": "s", "ص": "s", "ض": "z",
    "ط": "t", "ظ": "z", "ع": "a", "غ": "g", "ف": "f", "ق": "k", "ک": "k", "گ": "g", "ل": "l",
    "م": "m", "ن": "n", "و": "v", "ه": "h", "ی": "i", "ء": "",
}  # fmt: skip
_SAME_SOUND = str.maketrans({"c": "k", "q": "k", "w": "v", "y": "i", "u": "v", "x": "h"})


def is_name(author: str | None) -> bool:
    """Whether the author's name can be used in a greeting: no handle, no placeholder."""
    if not author or author.startswith("@") or any(c.isdigit() or c == "_" for c in author):
        return False
    folded = key(author)
    return bool(_WORD.search(folded)) and not _NOBODY.search(folded)


def addressed(reading: Reading, within: str | None = None) -> bool:
    """Whether the author's name stands in the draft, or in this folded stretch of it."""
    author = reading.item.author
    if not is_name(author):
        return False
    text = reading.folded.text if within is None else within
    spoken = _WORD.findall(text)
    names = _forms(author or "", reading.pack)
    return any(same_name(name, word) for name in names for word in spoken)


def same_name(name: str, word: str) -> bool:
    """Whether a folded word is this folded name, declined or in another script."""
    if name == word:
        return True
    if _script(name) != _script(word):
        return sounds(name) == sounds(word) and len(sounds(name)) >= 2
    if _script(name) == "cyrillic":
        stem = _NAME_ENDINGS.sub("", name)
        rest = word.removeprefix(stem)
        return (
            len(stem) >= 2
            and word.startswith(stem)
            and len(rest) <= 2
            and (
                not rest
                or bool(_NAME_ENDINGS.fullmatch(rest.removesuffix("м").removesuffix("ю") or "а"))
            )
        )
    if _script(name) == "other":
        # Persian links a name that ends in a vowel to what follows by a yeh.
        return word == f"{name}ی" and name[-1] in "اوه"
    return word in (f"{name}'s", f"{name}s") and _script(name) == "latin"


def find(reading: Reading) -> Iterator[Finding]:
    """A greeting that calls the customer by somebody else's name."""
    author, pack = reading.item.author, reading.pack
    if pack is None or not is_name(author) or not author:
        return
    slot = _slot(reading, pack)
    if slot is None or addressed(reading, within=reading.folded.text[slot[0] : slot[1]]):
        return
    start, end = slot
    yield reading.finding("wrong_name", start, end, author.split()[0])


def _slot(reading: Reading, pack: Pack) -> tuple[int, int] | None:
    """Where a name stands beside the greeting: after it, or before it with a comma."""
    text = reading.folded.text[: _SLOT_WITHIN * 2]
    greeting = found(pack.part("greeting"), text[:_SLOT_WITHIN])
    if greeting and greeting[0] <= 3:
        stretch = re.compile(r"[\s,،]*([^,،.!?؟:;\n–—]*)[,،.!?؟:;\n–—]").match(text, greeting[1])
    else:
        stretch = re.compile(r"\s*([^,،.!?؟:;\n–—]*)[,،!]").match(text)
    if not stretch or not stretch.group(1).strip():
        return None
    return _name_in(reading, pack, *stretch.span(1), greeted=bool(greeting))


def _name_in(
    reading: Reading, pack: Pack, start: int, end: int, *, greeted: bool
) -> tuple[int, int] | None:
    text = reading.folded.text
    honorifics = {key(word) for word in pack.file.names.honorifics}
    generic = {key(word) for word in pack.file.names.generic} | pack.stopwords
    generic |= {key(name) for name in reading.context.brand_names}
    given = {key(name) for name in pack.file.names.given}
    words = [
        (match.start() + start, match.end() + start)
        for match in _WORD.finditer(text[start:end].replace("\u200c", " "))
    ]
    spoken = [text[a:b] for a, b in words]
    titled = any(word in honorifics for word in spoken)
    names = [span for span, word in zip(words, spoken, strict=True) if word not in honorifics]
    if not names or len(names) > 2 or any(text[a:b] in generic for a, b in names):
        return None
    a, b = names[0]
    first = reading.original(a, b)
    known = text[a:b] in given or (titled and greeted and not pack.file.cased)
    if pack.file.cased and greeted:
        known = known or first[:1].isupper()
    return (a, names[-1][1]) if known else None


def _forms(author: str, pack: Pack | None) -> list[str]:
    names = [word for word in _WORD.findall(key(author)) if len(word) > 1]
    short = pack.file.names.short if pack else {}
    more: list[str] = []
    for name in names:
        for full, shorts in short.items():
            group = [key(form) for form in (full, *shorts)]
            if name in group:
                more += group
    return names + more


def _script(word: str) -> str:
    first = word[0]
    return "latin" if first < "\u0250" else "cyrillic" if first < "\u0530" else "other"


def sounds(word: str) -> str:
    """The consonants a name has in every script: Khaled, Халед and خالد agree."""
    roman = "".join(_ROMAN.get(c, c) for c in word.lower())
    for digraph, letter in (("kh", "h"), ("sh", "s"), ("ch", "s"), ("zh", "j"), ("gh", "g"), ("ph", "f"),
                            ("th", "t"), ("dj", "j"), ("ts", "s"), ("dh", "d")):  # fmt: skip
        roman = roman.replace(digraph, letter)
    consonants = re.sub(r"[aeiouy'v\-w]", "", roman.translate(_SAME_SOUND))
    return re.sub(r"(.)\1+", r"\1", consonants).rstrip("h") or consonants
