"""What new rules change among open conversations, before they are taken into force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from console.core.clocks import Clock, RulesChanged, advance, state_at
from console.core.i18n import _, ngettext
from console.core.policy import Facts, Rules


class Preview(Struct, frozen=True):
    """Counts of deadlines that new rules move."""

    earlier: int = 0
    """Including deadlines where there was none."""
    later: int = 0
    """Including deadlines that fall away."""
    newly_late: int = 0
    """Of the earlier ones: late at once."""

    def __add__(self, other: Preview) -> Preview:
        return Preview(
            self.earlier + other.earlier,
            self.later + other.later,
            self.newly_late + other.newly_late,
        )

    def sentence(self) -> str:
        """ "14 deadlines get earlier, 3 become late"."""
        parts = []
        if n := self.earlier:
            sentence = ngettext("{n} deadline gets earlier", "{n} deadlines get earlier", n)
            parts.append(sentence.format(n=n))
        if n := self.later:
            sentence = ngettext("{n} deadline gets later", "{n} deadlines get later", n)
            parts.append(sentence.format(n=n))
        if n := self.newly_late:
            parts.append(ngettext("{n} becomes late", "{n} become late", n).format(n=n))
        return ", ".join(parts) or _("no deadline changes")


def preview(
    open_conversations: Iterable[tuple[tuple[Clock, ...], Facts]], rules: Rules, now: datetime
) -> Preview:
    """What taking `rules` into force now would move. Nothing is changed."""
    total = Preview()
    for clocks, facts in open_conversations:
        _events, after = advance(clocks, RulesChanged(at=now), facts, rules)
        total += compared(clocks, after, now)
    return total


def compared(before: tuple[Clock, ...], after: tuple[Clock, ...], now: datetime) -> Preview:
    """The difference between a conversation's clocks before and after new rules."""
    total = Preview()
    for old, new in zip(before, after, strict=True):
        if not old.active or old.due_at == new.due_at:
            continue
        earlier = old.due_at is None or (new.due_at is not None and new.due_at < old.due_at)
        late = state_at(new, now) == "breached" and state_at(old, now) != "breached"
        total += Preview(earlier=int(earlier), later=int(not earlier), newly_late=int(late))
    return total
