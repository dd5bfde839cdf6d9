"""The small pattern language in which the lexicons are written.

    thank*            a word that begins so
    never .. again    up to three words between; `...` allows eight
    (a|one)? word     alternatives; the question mark makes a group optional
    می_فهم*           the parts joined by a ZWNJ, a space, a hyphen or nothing
    <you>             a list of the same file
    A & B             both in one sentence, in any order
    #                 a number

Patterns are folded like the text; a match begins at the start of a word and,
without `*`, ends at the end of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from console.core.tone.fold import key

_TOKEN = re.compile(r"\.\.\.|\.\.|[()|?*_#]|<[\w-]+>|\s+|[^()|?*_#<>\s.]+|[.<>]")
_GAPS = {"..": 3, "...": 8}


class PatternError(ValueError):
    """A pattern that cannot be read; the message names it."""


class Patterns:
    """A compiled list of patterns: where in a sentence does one of them stand?"""

    def __init__(
        self, patterns: Sequence[str], lists: Mapping[str, Sequence[str]], particles: str = ""
    ) -> None:
        """`particles` is a regular expression for clitics that may precede a word."""
        reader = _Reader(lists, particles)
        single = [reader.read(pattern) for pattern in patterns if " & " not in pattern]
        pairs = [pattern.split(" & ") for pattern in patterns if " & " in pattern]
        self._single = _compiled(single, particles) if single else None
        self._pairs = [
            [_compiled([reader.read(part)], particles) for part in pair] for pair in pairs
        ]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the patterns stand in the text, pairs after the others."""
        if self._single:
            yield from (match.span() for match in self._single.finditer(text))
        for pair in self._pairs:
            matches = [part.search(text) for part in pair]
            if all(matches):
                yield matches[0].span() if matches[0] else (0, 0)

    def find(self, text: str) -> tuple[int, int] | None:
        """The first of the spans, or None when no pattern stands in the text."""
        return next(self.spans(text), None)


def _compiled(alternatives: Sequence[str], particles: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{particles})?(?:{'|'.join(alternatives)})(?!\w)")


class _Reader:
    """Turns one pattern into a regular expression, by recursive descent."""

    def __init__(self, lists: Mapping[str, Sequence[str]], particles: str) -> None:
        self._lists = lists
        self._particles = particles
        self._between = rf"\W+(?:{particles})?" if particles else r"\W+"
        self._tokens: list[str] = []
        self._at = 0
        self._whole = ""

    def read(self, pattern: str) -> str:
        self._whole = pattern
        self._tokens, self._at = _TOKEN.findall(pattern.strip()), 0
        expression = self._alternatives()
        if self._at < len(self._tokens):
            raise PatternError(f"pattern {pattern!r}: unexpected {self._tokens[self._at]!r}")
        return expression

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _alternatives(self) -> str:
        found = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            found.append(self._sequence())
        return f"(?:{'|'.join(found)})" if len(found) > 1 else found[0]

    def _sequence(self) -> str:
        expression, joint = "", ""
        while self._peek() not in ("", "|", ")"):
            if self._peek().isspace():
                self._at += 1
                continue
            if self._peek() in _GAPS:
                joint = self._joint(self._peek())
                self._at += 1
                continue
            word, optional = self._word()
            if optional and expression and joint:
                # a gap swallows the word that may be missing, and stays.
                continue
            if optional and expression:
                expression += f"(?:{self._between}{word})?"
            elif optional:
                expression, joint = f"(?:{word}{self._gap()})?", "(?:)"
                continue
            else:
                expression += (joint or self._between if expression else "") + word
            joint = ""
        return expression

    def _gap(self) -> str:
        """What follows a word that may be missing: it is missing together with that."""
        while self._peek().isspace():
            self._at += 1
        if self._peek() not in _GAPS:
            return self._between
        self._at += 1
        return self._joint(self._tokens[self._at - 1])

    def _joint(self, gap: str) -> str:
        return rf"(?:\W+\w+){{0,{_GAPS[gap]}}}?{self._between}"

    def _word(self) -> tuple[str, bool]:
        """One word, and whether the whole of it may be missing."""
        parts: list[str] = []
        bare = ""
        while self._peek() not in ("", "|", ")", *_GAPS) and not self._peek().isspace():
            token = self._peek()
            self._at += 1
            if token == "(":
                parts.append(f"(?:{self._alternatives()})")
                self._close()
            elif token == "?":
                if not parts:
                    raise PatternError(f"nothing before a question mark in {self._whole!r}")
                bare = parts[-1]
                parts[-1] = f"(?:{bare})?"
            else:
                parts.append(self._atom(token))
        optional = len(parts) == 1 and bool(bare)
        return bare if optional else "".join(parts), optional

    def _close(self) -> None:
        if self._peek() != ")":
            raise PatternError(f"a bracket is not closed in {self._whole!r}")
        self._at += 1

    def _atom(self, token: str) -> str:
        match token:
            case "*":
                return r"\w*"
            case "_":
                return r"[\u200c\s-]?"
            case "#":
                return r"\d+"
        if token.startswith("<") and token.endswith(">"):
            return self._list(token[1:-1])
        return re.escape(key(token))

    def _list(self, name: str) -> str:
        if name not in self._lists:
            raise PatternError(f"no list is called {name!r}")
        inner = _Reader(self._lists, self._particles)
        return f"(?:{'|'.join(inner.read(entry) for entry in self._lists[name])})"
