"""The Unicode bidirectional algorithm (UAX #9): embedding levels of a paragraph, order of a line.

The bidi classes of a text are kept as a string with one letter a character, so that most rules
are one substitution: `L`, `R`, `A` (AL), `E` (EN), `N` (AN), `p` (ES), `t` (ET), `c` (CS),
`m` (NSM), `z` (BN), `B`, `S`, `w` (WS), `o` (ON); `l r d u f` for LRE RLE LRO RLO PDF and
`i j k q` for LRI RLI FSI PDI.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from console.ui.text.mirror import CLOSING

Base = Literal["ltr", "rtl"]
"""The direction of a paragraph that does not take it from its first strong letter."""

_NAMES = "L R AL EN AN ES ET CS NSM BN B S WS ON LRE RLE LRO RLO PDF LRI RLI FSI PDI"
_LETTER = dict(zip(_NAMES.split(), "LRAENptcmzBSwolrdufijkq", strict=True))
_MAX_DEPTH = 125
# Definition BD16: a line with more open brackets than this pairs no further ones.
_MAX_OPEN_BRACKETS = 63


class _Classes(dict[int, str]):
    """Bidi classes for `str.translate`, each looked up once."""

    def __missing__(self, code: int) -> str:
        found = _LETTER.get(unicodedata.bidirectional(chr(code))) or _unassigned(code)
        self[code] = found
        return found


# Code points not yet assigned are right-to-left in right-to-left blocks (DerivedBidiClass.txt).
_ARABIC_BLOCKS = re.compile(
    "[\u0600-\u07bf\u0860-\u08ff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufeff"
    "\U00010d00-\U00010d3f\U00010ec0-\U00010eff\U00010f30-\U00010f6f"
    "\U0001ec70-\U0001ecbf\U0001ed00-\U0001ed4f\U0001ee00-\U0001eeff]"
)
_HEBREW_BLOCKS = re.compile(
    "[\u0590-\u085f\ufb1d-\ufb4f\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def _unassigned(code: int) -> str:
    if _ARABIC_BLOCKS.match(chr(code)):
        return "A"
    return "R" if _HEBREW_BLOCKS.match(chr(code)) else "L"


_CLASSES = _Classes()
_TURNS = re.compile("[RANlrduijk]")
_STRONG_OR_ISOLATE = re.compile("[LRAijkq]")
_EXPLICIT = re.compile("[lrdufijkq]")


def classes(text: str) -> str:
    """The bidi class of each character, one letter each."""
    return text.translate(_CLASSES)


def is_rtl(text: str) -> bool:
    """Whether the text, as a paragraph, runs from right to left (rules P2 and P3)."""
    return _first_strong(classes(text)) in ("R", "A")


def has_rtl(text: str) -> bool:
    """Whether anything in the text runs from right to left."""
    return not text.isascii() and _TURNS.search(classes(text)) is not None


def levels(text: str, base: Base | None = None) -> tuple[int, list[int]]:
    """The level of a paragraph (0 or 1) and of each of its characters, before line breaking.

    `text` is one paragraph without its separator. Characters that rule X9 removes have the
    level of the character before them.
    """
    types = classes(text)
    if base is None:
        paragraph = int(_first_strong(types) in ("R", "A"))
    else:
        paragraph = 1 if base == "rtl" else 0
    if paragraph == 0 and not _TURNS.search(types):
        return 0, [0] * len(text)
    if _EXPLICIT.search(types):
        resolved = _resolve_explicit(text, types, paragraph)
    else:
        found = [paragraph] * len(text)
        kept = [i for i, t in enumerate(types) if t != "z"] if "z" in types else range(len(text))
        _resolve_sequence(text, types, types, kept, found, (paragraph, paragraph))
        resolved = found
    if "z" in types or _EXPLICIT.search(types):
        for i, t in enumerate(types):
            if t in "lrdufz":
                resolved[i] = resolved[i - 1] if i else paragraph
    return paragraph, resolved


def _first_strong(types: str, start: int = 0, *, in_isolate: bool = False) -> str | None:
    """The class of the first strong letter that no isolate holds, None without one.

    Rules P2 and P3 for a paragraph; rule X5c, `in_isolate`, up to the isolate's own end.
    """
    depth = 0
    for found in _STRONG_OR_ISOLATE.finditer(types, start):
        letter = found.group()
        if letter in "ijk":
            depth += 1
        elif letter != "q":
            if depth == 0:
                return letter
        elif depth:
            depth -= 1
        elif in_isolate:
            return None
    return None


def _resolve_explicit(text: str, types: str, paragraph: int) -> list[int]:
    """Rules X1 to X10: embeddings, overrides and isolates, then each isolating run sequence."""
    found, overridden, partner = _explicit_levels(types, paragraph)
    kept = [i for i, t in enumerate(types) if t not in "lrdufz"]
    explicit = list(found)
    for run in _sequences(kept, explicit, partner):
        level = explicit[run[0]]
        first, last = bisect_left(kept, run[0]), bisect_left(kept, run[-1])
        before = explicit[kept[first - 1]] if first else paragraph
        open_ended = types[run[-1]] in "ijk" and run[-1] not in partner
        after = paragraph if open_ended or last + 1 == len(kept) else explicit[kept[last + 1]]
        borders = (max(level, before), max(level, after))
        _resolve_sequence(text, types, overridden, run, found, borders)
    return found


def _explicit_levels(types: str, paragraph: int) -> tuple[list[int], str, dict[int, int]]:
    """Rules X1 to X8: explicit levels, classes after overrides, and which PDI ends which isolate."""
    found, overridden = [paragraph] * len(types), list(types)
    stack: list[tuple[int, str, bool]] = [(paragraph, "", False)]
    opened: list[int | None] = []
    partner: dict[int, int] = {}
    lost_embeddings = lost_isolates = valid_isolates = 0
    for i, t in enumerate(types):
        level, override, isolate = stack[-1]
        if t in "lrduijk":
            if t in "ijk":
                found[i] = level
                overridden[i] = override or t
            first_strong = _first_strong(types, i + 1, in_isolate=True) if t == "k" else None
            inner = _next_level(level, odd=t in "ruj" or first_strong in ("R", "A"))
            fits = inner <= _MAX_DEPTH and not lost_isolates and not lost_embeddings
            if t in "ijk":
                opened.append(i if fits else None)
                valid_isolates += fits
                lost_isolates += not fits
            elif not fits and not lost_isolates:
                lost_embeddings += 1
            if fits:
                stack.append((inner, {"d": "L", "u": "R"}.get(t, ""), t in "ijk"))
        elif t == "q":
            if lost_isolates:
                lost_isolates -= 1
                opened.pop()
            elif valid_isolates:
                lost_embeddings = 0
                while not stack[-1][2]:
                    stack.pop()
                stack.pop()
                valid_isolates -= 1
                if (opening := opened.pop()) is not None:
                    partner[opening] = i
            found[i] = stack[-1][0]
            overridden[i] = stack[-1][1] or t
        elif t == "f":
            if lost_isolates:
                continue
            if lost_embeddings:
                lost_embeddings -= 1
            elif not isolate and len(stack) > 1:
                stack.pop()
        elif t not in "Bz":
            found[i] = level
            overridden[i] = override or t
    return found, "".join(overridden), partner


def _next_level(level: int, *, odd: bool) -> int:
    return (level + 1) | 1 if odd else (level + 2) & ~1


def _sequences(
    kept: Sequence[int], explicit: Sequence[int], partner: dict[int, int]
) -> list[list[int]]:
    """Definition BD13: runs of one level, joined from an isolate's start to its end."""
    runs: list[list[int]] = []
    for i in kept:
        if runs and explicit[runs[-1][-1]] == explicit[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    ending = {closing: opening for opening, closing in partner.items()}
    whole: dict[int, list[int]] = {}
    for run in runs:
        opening = ending.get(run[0])
        sequence = whole.pop(opening) if opening in whole else []
        sequence.extend(run)
        whole[sequence[-1]] = sequence
    return list(whole.values())


def _resolve_sequence(
    text: str,
    original: str,
    types: str,
    run: Sequence[int],
    found: list[int],
    borders: tuple[int, int],
) -> None:
    """Rules W1 to I2 for the characters `run`, whose levels in `found` become final."""
    if not run:
        return
    level = found[run[0]]
    sos, eos = ("R" if border & 1 else "L" for border in borders)
    resolved = _weak(sos + "".join([types[i] for i in run]))
    resolved = _brackets(text, original, resolved, run, "R" if level & 1 else "L")
    resolved = _neutral(resolved + eos, "R" if level & 1 else "L")
    raised = {"L": 1, "E": 1, "N": 1} if level & 1 else {"R": 1, "E": 2, "N": 2}
    for i, t in zip(run, resolved[1:-1], strict=True):
        found[i] = level + raised.get(t, 0)


_AFTER_ISOLATE = re.compile("(?<=[ijkq])m+")
_MARKS = re.compile("([^m])(m+)")
_AFTER_ARABIC = re.compile("A[^LRA]*")
_BETWEEN_NUMBERS = re.compile("(?<=E)[pc](?=E)|(?<=N)c(?=N)")
_TERMINATORS = re.compile("(?<!t)t++(?=E)|(?<=E)t++")
_SEPARATORS = re.compile("[ptc]")
_AFTER_LATIN = re.compile("L[^LR]*")
_NEUTRALS = re.compile("[BSwoijkq]+")


def _weak(types: str) -> str:
    """Rules W1 to W7; the first letter is the class of the border before."""
    if "m" in types:
        types = _AFTER_ISOLATE.sub(lambda m: "o" * len(m[0]), types)
        types = _MARKS.sub(lambda m: m[1] * (1 + len(m[2])), types)
    if "A" in types:
        types = _AFTER_ARABIC.sub(lambda m: m[0].replace("E", "N"), types).replace("A", "R")
    types = _BETWEEN_NUMBERS.sub(lambda m: m.string[m.start() - 1], types)
    types = _TERMINATORS.sub(lambda m: "E" * len(m[0]), types)
    types = _SEPARATORS.sub("o", types)
    return _AFTER_LATIN.sub(lambda m: m[0].replace("E", "L"), types)


_BRACKET = re.compile("[" + re.escape("".join(CLOSING) + "".join(CLOSING.values())) + "]")


def _brackets(text: str, original: str, types: str, run: Sequence[int], embedding: str) -> str:
    """Rule N0: a pair of brackets takes the direction of what it holds, or of what it follows."""
    letters = "".join([text[i] for i in run])
    if not _BRACKET.search(letters):
        return types
    resolved = list(types)
    for opening, closing in _bracket_pairs(letters, types):
        held = {_direction(t) for t in resolved[opening + 1 : closing] if t in "LREN"}
        if embedding in held:
            direction = embedding
        elif held:
            places = range(opening - 1, -1, -1)
            direction = _direction(next(resolved[i] for i in places if resolved[i] in "LREN"))
        else:
            continue
        for bracket in (opening, closing):
            resolved[bracket] = direction
            for following in range(bracket, len(run)):
                if original[run[following]] != "m":
                    break
                resolved[following + 1] = direction
    return "".join(resolved)


def _direction(strong: str) -> str:
    """Rules N0 and N1 take numbers for right-to-left letters."""
    return "L" if strong == "L" else "R"


def _bracket_pairs(letters: str, types: str) -> list[tuple[int, int]]:
    """Definition BD16: places in `types`, one behind those in `letters`, of matching brackets."""
    open_brackets: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(letters):
        place, bracket = found.start() + 1, found.group()
        if types[place] != "o":
            continue
        if bracket in CLOSING:
            if len(open_brackets) == _MAX_OPEN_BRACKETS:
                break
            open_brackets.append((CLOSING[bracket], place))
            continue
        for depth in range(len(open_brackets) - 1, -1, -1):
            if open_brackets[depth][0] == bracket:
                pairs.append((open_brackets[depth][1], place))
                del open_brackets[depth:]
                break
    return sorted(pairs)


def _neutral(types: str, embedding: str) -> str:
    """Rules N1 and N2; the first and the last letter are the borders."""

    def between(neutrals: re.Match[str]) -> str:
        before = _direction(types[neutrals.start() - 1])
        after = _direction(types[neutrals.end()])
        return (before if before == after else embedding) * len(neutrals.group())

    return _NEUTRALS.sub(between, types)


# What rule L1 takes to the paragraph's level: tabs, and blanks before them or at a line's end.
_SEPARATED = re.compile("(?<![wijkqlrdufz])[wijkqlrdufz]*+(?:[SB]|$)")


def line_levels(types: str, resolved: Sequence[int], paragraph: int) -> list[int]:
    """Rule L1: the levels of one line, given the classes and resolved levels of its pieces."""
    found = list(resolved)
    for blanks in _SEPARATED.finditer(types):
        found[blanks.start() : blanks.end()] = [paragraph] * len(blanks.group())
    return found


def reordered(line_levels: Sequence[int]) -> list[int]:
    """Rule L2: the places of a line's pieces from left to right, given their levels."""
    order = list(range(len(line_levels)))
    if not order:
        return order
    odd = [level for level in line_levels if level & 1]
    for threshold in range(max(line_levels), min(odd, default=_MAX_DEPTH + 2) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and line_levels[order[end]] >= threshold:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return order
