"""Plain words in place of officialese, slang and familiar address, from the pack's table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.tone.fold import fold
from console.core.tone.hint import Finding, Fix
from console.core.tone.pack import Pack
from console.core.tone.reading import Reading

_THOU_VERB = re.compile(r"(?<![\w-])[а-я]{2,}(?:шь|шься)(?![\w-])")
_ENDINGS = (("шься", "тесь"), ("шь", "те"))
_IRREGULAR = {"хочешь": "хотите", "бежишь": "бежите", "дашь": "дадите", "ешь": "едите"}


def plainly(finding: Finding, reading: Reading, start: int, end: int) -> Fix | None:
    """The first of the pack's plainer words for what stands between these offsets of the draft.

    Words that the finding covers go before others of its sentence; None where none is known.
    """
    if reading.pack is None:
        return None
    stretch = reading.draft[start:end]
    found = [(start + a, start + b, text) for a, b, text in _known(stretch, reading.pack)]
    if not found:
        return None
    at, till, text = min(found, key=lambda one: (_apart(finding, one[0], one[1]), one[0] - one[1]))
    return worded(at, till, text, reading.draft)


def _known(stretch: str, pack: Pack) -> Iterator[tuple[int, int, str]]:
    folded = fold(stretch)
    for patterns, text in pack.plain:
        for span in patterns.spans(folded.text):
            yield *folded.span(*span), text
    if pack.file.morphology:
        for match in _THOU_VERB.finditer(folded.text):
            yield *folded.span(*match.span()), _politely(match.group())


def _politely(verb: str) -> str:
    """A Russian verb of the familiar second person in the polite one."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    old, new = next(pair for pair in _ENDINGS if verb.endswith(pair[0]))
    return verb.removesuffix(old) + new


def _apart(finding: Finding, start: int, end: int) -> int:
    return 0 if start < finding.end and finding.start < end else 1


def worded(start: int, end: int, text: str, draft: str) -> Fix:
    """`text` in place of this stretch, capital where that was; nothing leaves no gap behind.

    What follows a stretch that is taken out from the head of its sentence gets its capital.
    """
    capital = draft[start : start + 1].isupper() and not draft[start : start + 2].isupper()
    if text:
        return Fix(start, end, text[:1].upper() + text[1:] if capital else text)
    match = re.compile(r"[,،:;؛]?\s*").match(draft, end)
    end = match.end() if match else end
    if end < len(draft) and draft[end] in ".!?؟" and start and draft[start - 1].isspace():
        start -= 1
    heads = not draft[:start].strip() or draft[:start].rstrip()[-1] in ".!?؟\n"
    if heads and end < len(draft):
        return Fix(start, end + 1, draft[end].upper())
    return Fix(start, end, "")
