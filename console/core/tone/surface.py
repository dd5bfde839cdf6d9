"""What can be seen without understanding: length, capitals, marks, letters, blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.limits import Limit, count
from console.core.tone.fold import key, words
from console.core.tone.hint import Finding, Fix
from console.core.tone.reading import Reading

_SHORT_WORDS = 5
_LONG_WORDS = 120
_SENTENCE_WORDS = 40
_EXCLAMATIONS = 4
_SHOUTED_WORDS = 3
_ACRONYM_LETTERS = 5

_EXCLAMATION = re.compile(r"[!！]+(?:\s*[!！])*")
_CAPITAL_RUN = re.compile(
    r"(?<!\w)[^\W\d_a-zа-яё]{1,}(?:['’\-][^\W\d_a-zа-яё]+)*(?:[\s,;:–—-]+[^\W\d_a-zа-яё]{1,}(?:['’\-][^\W\d_a-zа-яё]+)*)*(?!\w)"
)
_BLANK = re.compile(
    r"\{\{[^{}\n]{0,60}\}\}|\{%[^{}\n]{0,60}%\}|\$?\{[^{}\n]{1,60}\}"
    r"|%[A-Z][A-Z0-9_]*%|%\([a-z_]+\)s|<%=?[^%\n]{1,60}%>"
    r"|(?<![\w$])\$[A-Za-z_][A-Za-z_]{2,}\b"
    r"|(?<!\w)X{3,}(?!\w)|(?<!\w)Х{3,}(?!\w)|_{3,}|\[\s*\.{2,}\s*\]|\[\s*_*\s*\]"
    r"|(?<![\w#])##?[A-Z][A-Z_]{2,}##?(?!\w)|\b(?:TBD|TODO|FIXME)\b"
)
_BRACKETED = re.compile(
    r"\[([^\[\]\n]{1,40})\](?!\()|<([^<>\n]{1,40})>|«([^«»\n]{1,30})»|‹([^‹›\n]{1,30})›"
)
_SHOUTED_KEY = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ0-9 _\-/]+")
_TAG = re.compile(
    r"/?(?:b|i|u|p|br|a|em|strong|ul|li|ol|span|div)\b.*|/.*|https?:.*|.*@.*", re.IGNORECASE
)

# Latin and Cyrillic letters that look the same.
_LATIN_TWINS = "aceopxyABCEHKMOPTXiIjJsS"
_CYRILLIC_TWINS = "асеорхуАВСЕНКМОРТХіІјЈѕЅ"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_MIXED_WORD = re.compile(r"[A-Za-zА-Яа-яЁёІіЇїЄєЈјЅѕ]+")


def find(reading: Reading) -> Iterator[Finding]:
    """Every surface hint but those about languages and names."""
    yield from _length(reading)
    yield from _limit(reading)
    yield from _exclamations(reading)
    yield from _capitals(reading)
    yield from _blanks(reading)
    yield from _letters(reading)


def _length(reading: Reading) -> Iterator[Finding]:
    size = len(reading.words)
    if 0 < size <= _SHORT_WORDS and reading.context.public:
        yield Finding("too_short", 0, len(reading.draft))
    if size > _LONG_WORDS:
        yield Finding("too_long", 0, len(reading.draft))
    for sentence in reading.sentences:
        if len(words(sentence.text)) > _SENTENCE_WORDS:
            end = sentence.start + len(sentence.text)
            yield reading.finding("hard_to_read", sentence.start, end)


def _limit(reading: Reading) -> Iterator[Finding]:
    limit = reading.context.limit
    if limit is None:
        return
    if isinstance(limit, int):
        limit = Limit(limit)
    used, allowed = count(reading.draft, limit)
    if used > allowed:
        excess = min(used - allowed, len(reading.draft))
        yield Finding("over_limit", len(reading.draft) - excess, len(reading.draft))


def _exclamations(reading: Reading) -> Iterator[Finding]:
    runs = list(_EXCLAMATION.finditer(reading.draft))
    doubled = [run for run in runs if len(re.sub(r"\s", "", run.group())) > 1]
    marks = sum(len(re.sub(r"\s", "", run.group())) for run in runs)
    if doubled:
        start, end = doubled[0].span()
    elif marks >= _EXCLAMATIONS:
        start, end = runs[1].span()
    else:
        return
    yield Finding("exclamation_density", start, end, Fix(start, end, "!" if doubled else "."))


def _capitals(reading: Reading) -> Iterator[Finding]:
    """A run of capitals that is more than a row of acronyms."""
    if not (reading.pack and reading.pack.file.cased):
        return
    brands = {name.upper() for name in reading.context.brand_names}
    for run in _CAPITAL_RUN.finditer(reading.draft):
        shouted = [w for w in re.findall(r"[^\W\d_]+", run.group()) if w not in brands]
        long = [word for word in shouted if len(word) >= 2]
        if len(long) < _SHOUTED_WORDS or not _real_words(long, reading):
            continue
        text = run.group()
        yield Finding(
            "all_caps", *run.span(), Fix(*run.span(), _lowered(text, reading, run.start()))
        )
        return


def _real_words(shouted: list[str], reading: Reading) -> bool:
    small = reading.pack.stopwords if reading.pack else frozenset()
    return any(len(word) > _ACRONYM_LETTERS or key(word) in small for word in shouted)


def _lowered(text: str, reading: Reading, start: int) -> str:
    before = reading.draft[:start].rstrip()
    lower = text.lower()
    return lower if before and before[-1] not in ".!?\n" else lower[:1].upper() + lower[1:]


def _blanks(reading: Reading) -> Iterator[Finding]:
    """A template's variable that nobody filled."""
    found = [match.span() for match in _BLANK.finditer(reading.draft)]
    keys = {key(word) for word in (reading.pack.file.placeholders if reading.pack else [])}
    for match in _BRACKETED.finditer(reading.draft):
        inner = next(filter(None, match.groups()), "").strip()
        if _is_blank(match.group()[0], inner, keys):
            found.append(match.span())
    for start, end in sorted(found)[:1]:
        yield Finding("unresolved_placeholder", start, end)


def _is_blank(bracket: str, inner: str, keys: set[str]) -> bool:
    known = key(inner).replace("_", " ").replace("-", " ") in keys
    if bracket in "«‹":
        return known
    if bracket == "<" and _TAG.fullmatch(inner):
        return False
    return known or bool(_SHOUTED_KEY.fullmatch(inner)) or "_" in inner


def _letters(reading: Reading) -> Iterator[Finding]:
    """Letters of another script that look like the right ones."""
    for word in _MIXED_WORD.finditer(reading.draft):
        fixed = _untwinned(word.group())
        if fixed:
            yield Finding("script_hygiene", *word.span(), Fix(*word.span(), fixed))
            return
    foreign = reading.pack.file.foreign_letters if reading.pack else {}
    for position, character in enumerate(reading.draft):
        if character in foreign:
            start, end = _word_around(reading.draft, position)
            fixed = "".join(foreign.get(c, c) for c in reading.draft[start:end])
            yield Finding("script_hygiene", start, end, Fix(start, end, fixed))
            return


def _untwinned(word: str) -> str | None:
    """The word in one script, or None if nothing in it is disguised."""
    latin = [c for c in word if c.isascii()]
    cyrillic = [c for c in word if not c.isascii()]
    if not latin or not cyrillic or re.fullmatch(r"[A-Z]{2,}[а-яё]+", word):
        return None
    if len(latin) <= len(cyrillic) and all(c in _LATIN_TWINS for c in latin):
        return word.translate(_TO_CYRILLIC)
    if all(c in _CYRILLIC_TWINS for c in cyrillic):
        return word.translate(_TO_LATIN)
    return None


def _word_around(text: str, position: int) -> tuple[int, int]:
    start = end = position
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return start, end
