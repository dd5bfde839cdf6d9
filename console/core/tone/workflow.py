"""Hints about the conversation rather than the draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from console.core.tone.fold import key
from console.core.tone.hint import Context, Finding, Item, Profile
from console.core.tone.pack import pack
from console.core.tone.reading import Reading

_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_TIMES_AS_LONG = 2.5
_FEWEST_WORDS = 15

# the usual expectation where no policy gives a deadline.
_TARGETS = {"mention": timedelta(hours=4), "message": timedelta(hours=24)}
_COMPLAINT_TARGET = timedelta(hours=24)
_OTHER_TARGET = timedelta(hours=48)


def find(reading: Reading) -> Iterator[Finding]:
    """The four workflow hints, as far as the context gives their facts."""
    item, context = reading.item, reading.context
    if _overdue(item, context):
        yield Finding("reply_overdue", 0, 0)
    if _optional(item):
        yield Finding("reply_optional", 0, 0)
    if context.now and context.promised_for and context.promised_for <= context.now:
        yield Finding("follow_up_due", 0, 0)
    if context.profile and reading.words and _drifts(reading, context.profile):
        yield Finding("voice_drift", 0, len(reading.draft))


def _overdue(item: Item, context: Context) -> bool:
    due = context.due_at or _usually_due(item, context.waiting_since)
    return bool(not context.answered and context.now and due and due <= context.now)


def _usually_due(item: Item, since: datetime | None) -> datetime | None:
    if since is None:
        return None
    usual = _COMPLAINT_TARGET if item.mood == "negative" else _OTHER_TARGET
    return since + _TARGETS.get(item.kind, usual)


def _optional(item: Item) -> bool:
    """A happy review that asks for nothing."""
    if item.rating is None or item.rating < 4 or item.asks:
        return False
    lexicon = pack(item.language or "en")
    return not (lexicon and lexicon.part("request").find(key(item.text)))


def _drifts(reading: Reading, usual: Profile) -> bool:
    """Whether address, length or emoji are not this brand's."""
    size = len(reading.words)
    if usual.words and size >= _FEWEST_WORDS and size > usual.words * _TIMES_AS_LONG:
        return True
    if usual.emoji is not None:
        shown = len(_EMOJI.findall(reading.draft))
        if (usual.emoji == 0 and shown) or shown > 3 * max(usual.emoji, 1):
            return True
    return usual.address is not None and _addresses_otherwise(reading, usual.address)


def _addresses_otherwise(reading: Reading, usual: str) -> bool:
    lexicon = reading.pack
    if lexicon is None:
        return False
    polite, familiar = reading.has(lexicon.polite), reading.has(lexicon.familiar)
    slang = reading.has(lexicon.slang)
    return (
        (polite and not familiar) if usual == "informal" else (slang or (familiar and not polite))
    )
