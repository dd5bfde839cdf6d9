"""Snippets: texts that a team writes once and fills in for each customer.

A snippet is a Markdown file that begins with a few `key: value` lines between two `---`:

    ---
    title: Refund on its way
    language: en
    channels: starfish, email
    ---
    Hello {name}, we have refunded order {?order number}.

`{name}` and the others of `VARIABLES` are filled in, once, from a fixed list; `{?words}` is a blank
that the agent must fill, and that blocks sending while it stands. Nothing else is expanded: what a
customer wrote is never read as a template, even where it contains braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

VARIABLES: Mapping[str, str] = {
    "name": "the customer's name as they write it",
    "first_name": "its first word",
    "stars": "how many stars they gave",
    "source": "where they wrote",
    "product": "the product or app version, where the platform says it",
    "agent": "your own name",
    "team": "the team's name",
    "today": "today's date",
}
"""Every variable a snippet may use, with what it becomes."""

_FIELD = re.compile(r"\{(\?[^{}\n]{1,80}|[a-z_]+)\}")
BLANK = re.compile(r"\{\?([^{}\n]{1,80})\}")
"""A prompted blank, as it stands in a draft until the agent fills it."""


class Snippet(Struct, frozen=True):
    """One text, ready to be filled in."""

    id: str
    """The file's name without its ending, or its key in the configuration."""
    title: str
    text: str
    language: str = ""
    """The language it is written in; empty fits every one."""
    channels: tuple[str, ...] = ()
    """Sources or source types it is for; empty fits every one."""


class SnippetError(ValueError):
    """A file that is no snippet; the message names it, the line and the way out."""


def parse_snippet(id: str, document: str) -> Snippet:
    """A snippet from its file's text. Raises `SnippetError`."""
    lines = document.replace("\r\n", "\n").split("\n")
    fields: dict[str, str] = {}
    body = lines
    if lines and lines[0].strip() == "---":
        try:
            end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
        except StopIteration:
            raise SnippetError(f"{id}: the head has no closing ---") from None
        for number, line in enumerate(lines[1:end], 2):
            key, colon, value = line.partition(":")
            if line.strip() and not colon:
                raise SnippetError(f"{id}: line {number}: expected key: value")
            if line.strip():
                fields[key.strip().lower()] = value.strip()
        body = lines[end + 1 :]
    if unknown := set(fields) - {"title", "language", "channels"}:
        known = "title, language, channels"
        raise SnippetError(f"{id}: no such key: {', '.join(sorted(unknown))}; known are {known}")
    text = "\n".join(body).strip()
    if not text:
        raise SnippetError(f"{id}: there is no text")
    if wrong := [name for name in variables(text) if name not in VARIABLES]:
        known = ", ".join(VARIABLES)
        raise SnippetError(f"{id}: no such variable: {{{wrong[0]}}}; known are {known}")
    channels = tuple(part.strip() for part in fields.get("channels", "").split(",") if part.strip())
    return Snippet(id, fields.get("title", id), text, fields.get("language", ""), channels)


def variables(text: str) -> tuple[str, ...]:
    """The names in braces, blanks left out, in order."""
    return tuple(match[1] for match in _FIELD.finditer(text) if not match[1].startswith("?"))


def blanks(draft: str) -> tuple[tuple[int, int, str], ...]:
    """The prompted blanks that still stand in a draft: start, end, what is asked for."""
    return tuple((match.start(), match.end(), match[1].strip()) for match in BLANK.finditer(draft))


def fill(snippet: Snippet, values: Mapping[str, str]) -> str:
    """The text with every known variable replaced, in one pass.

    A variable without a value becomes a blank that names it, so that no half-filled
    sentence can be sent.
    """

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("?"):
            return match[0]
        # Braces in a customer's name must not become a blank or a variable afterwards.
        return values.get(name, "").translate(_NO_BRACES) or f"{{?{name.replace('_', ' ')}}}"

    return _FIELD.sub(filled, snippet.text)


_NO_BRACES = str.maketrans("{}", "()")


def fits(snippet: Snippet, *, language: str, source: str, source_type: str) -> bool:
    """Whether a snippet may be offered on a conversation."""
    if snippet.language and language and snippet.language != language:
        return False
    anywhere = not snippet.channels or not (source or source_type)
    return anywhere or source in snippet.channels or source_type in snippet.channels


def find(
    snippets: Iterable[Snippet],
    query: str,
    *,
    language: str = "",
    source: str = "",
    source_type: str = "",
    uses: Mapping[str, int] | None = None,
    count: int = 20,
) -> tuple[Snippet, ...]:
    """Those that fit, best first: by how well title and text match, then by use on similar items.

    The search is fuzzy on titles and by whole words in texts; an empty query matches all.
    """
    used = uses or {}
    fitting = [
        one
        for one in snippets
        if fits(one, language=language, source=source, source_type=source_type)
    ]
    scored = [(_score(one, query), used.get(one.id, 0), one) for one in fitting]
    kept = [entry for entry in scored if entry[0] > 0 or not query.strip()]
    kept.sort(key=lambda entry: (-entry[0], -entry[1], entry[2].title.casefold(), entry[2].id))
    return tuple(one for _score_, _uses, one in kept[:count])


_GOOD_MATCH = 60.0
"""Partial ratio from which a fuzzy title match is worth showing."""


def _score(snippet: Snippet, query: str) -> float:
    words = _words(query)
    if not words:
        return 0.0
    from rapidfuzz import fuzz

    title = " ".join(_words(f"{snippet.title} {snippet.id}"))
    fuzzy = fuzz.partial_ratio(" ".join(words), title)
    body = _words(snippet.text)
    whole = sum(any(word.startswith(wanted) for word in body) for wanted in words)
    return (fuzzy if fuzzy >= _GOOD_MATCH else 0.0) + 30.0 * (whole == len(words))


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\w+", text.casefold())
