"""Tone hints: what a colleague would say about a reply before it is sent.

Rules over one lexicon per language, no model: a call costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

from console.core.tone import (
    names,
    privacy,
    register,
    similarity,
    spoken,
    structure,
    surface,
    wording,
    workflow,
)
from console.core.tone.catalogue import CATALOGUE, ORDER
from console.core.tone.editor import asks, for_editor
from console.core.tone.hint import (
    Context,
    Finding,
    Fix,
    Hint,
    Item,
    Profile,
    as_context,
    as_item,
)
from console.core.tone.pack import languages, message
from console.core.tone.promises import Promise, promise
from console.core.tone.reading import Reading
from console.core.tone.remedies import with_remedy

__all__ = [
    "CATALOGUE",
    "Context",
    "Fix",
    "Hint",
    "Item",
    "Profile",
    "Promise",
    "asks",
    "for_editor",
    "hints",
    "ids",
    "languages",
    "promise",
    "warm",
]

_EVIDENCE = (surface, spoken, privacy, names, structure, wording, register, similarity, workflow)


def hints(
    item: object,
    draft: str,
    context: object,
    interface_language: str = "en",
    muted: Collection[str] = (),
) -> list[Hint]:
    """Every hint about this draft, the weightiest first.

    `item` and `context` are mappings or objects with the fields of `Item` and
    `Context`; `muted` holds the ids that the team does not want to see. The cut
    to what is shown is `for_editor`'s.

    Raises `msgspec.ValidationError` naming a field that has the wrong type.
    """
    reading = Reading(as_item(item), draft, as_context(context))
    findings = chain.from_iterable(evidence.find(reading) for evidence in _EVIDENCE)
    wanted = [finding for finding in findings if finding.id not in muted]
    wanted.sort(key=lambda finding: (ORDER[finding.id], finding.start))
    return [_worded(with_remedy(finding, reading), interface_language) for finding in wanted]


def ids(item: object, draft: str, context: object) -> Iterable[str]:
    """The ids of the hints about this draft, each once."""
    return dict.fromkeys(hint.id for hint in hints(item, draft, context))


def warm(wanted: Iterable[str] = ()) -> None:
    """Compile the lexicons of these languages, of all when none is named.

    The first draft in a language otherwise waits for it, about a quarter of a
    second.
    """
    for language in tuple(wanted) or languages():
        item = Item(rating=1, kind="review", language=language, author="A B")
        hints(item, "12345 12345. " * 3, Context(public=True, language=language))


def _worded(finding: Finding, language: str) -> Hint:
    severity = finding.severity or CATALOGUE[finding.id].severity
    text = message(finding.id, language)
    return Hint(finding.id, severity, finding.start, finding.end, text, finding.fix)
