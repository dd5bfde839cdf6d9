"""What one key does about a wording: take the sentence out, or put the team's better one there."""

from __future__ import annotations

from msgspec.structs import replace

from console.core.tone.hint import Finding, Fix
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
}
"""The sentence of the pack that takes the place of the one with the hint."""
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
    if better := fixes.get(_PUT_BETTER.get(finding.id, ""), ""):
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


def _taken_out(start: int, end: int, draft: str) -> Fix:
    """The sentence goes with the blank before or after it, so that one is left between others."""
    if end < len(draft) and draft[end] == " ":
        end += 1
    elif end == len(draft) and start and draft[start - 1] == " ":
        start -= 1
    return Fix(start, end, "")
