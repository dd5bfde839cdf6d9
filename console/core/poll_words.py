"""A source's log in words: what a poll gave, and stretches in which nothing happened told as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from console.core.i18n import _, ngettext
from console.core.model import Poll
from console.core.said import in_our_words


class Stretch(Struct, frozen=True):
    """Polls in a row that went alike and gave nothing; a notable poll stands alone."""

    poll: Poll
    """The newest of them."""
    count: int = 1
    since: datetime | None = None
    """When the first of several was."""

    @property
    def sign(self) -> str:
        """⚠ failed, ✓ brought something, · nothing new."""
        return "⚠" if self.poll.error else "✓" if self.poll.notable else "·"


def stretches(polls: Iterable[Poll]) -> tuple[Stretch, ...]:
    """The log, the newest first as it is given."""
    found: list[Stretch] = []
    for poll in polls:
        last = found[-1] if found else None
        if last is not None and _alike(last.poll, poll):
            found[-1] = Stretch(last.poll, last.count + 1, poll.at)
        else:
            found.append(Stretch(poll))
    return tuple(found)


def _alike(one: Poll, other: Poll) -> bool:
    """The same failure again and again is one stretch too."""
    if one.new or one.edited or other.new or other.edited:
        return False
    return (one.error, one.status, one.heard) == (other.error, other.status, other.heard)


def gave(poll: Poll) -> str:
    """What it gave: the error's sentence, or the posts."""
    if poll.error:
        return in_our_words(poll.error)
    parts = []
    if poll.new:
        parts.append(ngettext("{n} new", "{n} new", poll.new).format(n=poll.new))
    if poll.edited:
        parts.append(ngettext("{n} changed", "{n} changed", poll.edited).format(n=poll.edited))
    words = ", ".join(parts) or _("nothing new")
    return _("{words}, told by the platform").format(words=words) if poll.heard else words


def took(poll: Poll) -> str:
    """How long it took; nothing where the platform told us."""
    if poll.heard or not poll.took_s:
        return ""
    if poll.took_s < 1:
        return _("{n} ms").format(n=round(poll.took_s * 1000))
    return _("{n} s").format(n=f"{poll.took_s:.1f}")
