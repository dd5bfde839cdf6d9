"""What one key does about a wording: take the sentence out, or put the team's better one there."""

from __future__ import annotations

import re

from msgspec.structs import replace

from console.core.tone.fold import fold
from console.core.tone.hint import Finding, Fix
from console.core.tone.pattern import Patterns
from console.core.tone.plain import plainly, worded
from console.core.tone.reading import Reading

# jokes, adverts, requests for stars and facts that nobody should know have no better wording.
_TAKEN_OUT = frozenset(
    {
        "humour_on_complaint",
        "incentivised_review",
        "intrusive_personalisation",
        "promo_in_complaint",
    }
)
_PUT_BETTER = {
    "blames_customer": "blames_customer",
    "defensive": "missing_acknowledgement",
    "legal_admission": "missing_apology",
    "non_apology": "missing_apology",
    "over_promise": "over_promise",
    "sarcasm": "missing_acknowledgement",
}
"""The sentence of the pack that takes the place of the one with the hint."""
_PHRASE_OUT = frozenset({"condescending", "passive_aggressive"})
"""What talks down goes; the fact that stands beside it in the sentence stays."""
_PLAINLY = frozenset({"formality_mix", "over_formal", "too_informal"})
_LEAST_WORDS = 3
"""A rest of fewer words states no fact."""
_CLAUSE_ENDS = re.compile(r"[,،:;؛–—]")
_ADDED = {"policy_shield": "policy_shield"}
"""The sentence of the pack that follows the one with the hint."""


def with_remedy(finding: Finding, reading: Reading) -> Finding:
    """The finding with a fix, where one is known and it has none of its own."""
    if finding.fix is not None or finding.start == finding.end:
        return finding
    if finding.id == "emoji_misfit":
        return replace(finding, fix=Fix(finding.start, finding.end, ""))
    start, end = _sentence(finding, reading)
    fixes = reading.pack.file.fixes if reading.pack else {}
    if finding.id in _TAKEN_OUT:
        return replace(finding, fix=_taken_out(start, end, reading.draft))
    if finding.id in _PHRASE_OUT:
        return replace(finding, fix=_phrase_out(finding, start, end, reading))
    if finding.id in _PLAINLY:
        return replace(finding, fix=plainly(finding, reading, start, end))
    if better := fixes.get(_PUT_BETTER.get(finding.id, ""), ""):
        if better in reading.draft:
            # said once already, it would read like a template.
            return replace(finding, fix=_taken_out(start, end, reading.draft))
        return replace(finding, fix=Fix(start, end, better))
    if more := fixes.get(_ADDED.get(finding.id, ""), ""):
        return replace(finding, fix=Fix(end, end, f" {more}"))
    return finding


def _sentence(finding: Finding, reading: Reading) -> tuple[int, int]:
    """Where the sentence with the finding stands in the draft, without the blanks around it."""
    for sentence in reading.sentences:
        start, end = reading.folded.span(sentence.start, sentence.start + len(sentence.text))
        if start <= finding.start < end:
            stretch = reading.draft[start:end]
            start += len(stretch) - len(stretch.lstrip())
            return start, start + len(stretch.strip())
    return finding.start, finding.end


def _phrase_out(finding: Finding, start: int, end: int, reading: Reading) -> Fix:
    """The clause with the finding goes, or the whole sentence where the rest states no fact."""
    draft = reading.draft
    marks = [match.end() for match in _CLAUSE_ENDS.finditer(draft, start, end)]
    edges = [start, *marks, end]
    first = max(edge for edge in edges if edge <= finding.start)
    last = min((edge for edge in edges if edge >= finding.end), default=end)
    if len(re.findall(r"\w+", f"{draft[start:first]} {draft[last:end]}")) < _LEAST_WORDS:
        return _taken_out(start, end, draft)
    if last == end:
        # "…, as any child knows.": the mark at the end stays.
        kept = len(draft[first:end].rstrip(".!?؟…"))
        return Fix(first - 1, first + kept, "")
    rest = draft[last:end].lstrip()
    if reading.pack:
        asks = first == start and rest.rstrip()[-1:] in ("?", "؟")
        if asks or _leads(reading.pack.part("hangs"), rest):
            return _taken_out(start, end, draft)
        if first == start:
            last = end - len(rest) + _leads(reading.pack.part("joins"), rest)
    first += len(draft[first:last]) - len(draft[first:last].lstrip())
    return worded(first, last, "", draft)


def _leads(patterns: Patterns, text: str) -> int:
    """How many characters of these words a text begins with, 0 for none."""
    folded = fold(text)
    span = patterns.find(folded.text)
    return folded.span(*span)[1] if span and span[0] == 0 else 0


def _taken_out(start: int, end: int, draft: str) -> Fix:
    """The sentence goes with the blank before or after it, so that one is left between others."""
    if end < len(draft) and draft[end] == " ":
        end += 1
    elif end == len(draft) and start and draft[start - 1] == " ":
        start -= 1
    return Fix(start, end, "")
