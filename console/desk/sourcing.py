"""What the desk tells about its sources besides their health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.core.asks import Answer, SourceLog, SourceLogPage
from console.core.i18n import _
from console.errors import NotFound

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who


async def source_log(desk: Desk, _who: Who, ask: SourceLog) -> Answer:
    """A source's last polls, whether or not it is configured now. Raises `NotFound`."""
    polls = await desk.store.polls(ask.source, max(0, ask.count))
    if not polls and ask.source not in {
        source.name for source in await desk.store.health(desk.clock())
    }:
        raise NotFound(_("There is no source {name}.").format(name=ask.source))
    return SourceLogPage(ask.source, polls)
