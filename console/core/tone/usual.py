"""How a team usually writes, told from what it sent: the measure for `voice_drift`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from console.core.tone.hint import Profile

FEWEST_REPLIES = 20
"""Fewer do not make a habit."""
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")


def usual(replies: Sequence[str]) -> Profile | None:
    """The usual length of a reply and its emoji; None while there are too few replies to say."""
    if len(replies) < FEWEST_REPLIES:
        return None
    emoji = sum(len(_EMOJI.findall(reply)) for reply in replies) / len(replies)
    words = median(sum(any(map(str.isalnum, word)) for word in reply.split()) for reply in replies)
    return Profile(words=max(1, round(words)), emoji=emoji)
