"""What keeps a desk in order: views of the team, polls by hand, reload, rebuild, stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.core.asks import (
    Answer,
    Done,
    KnownMood,
    KnownMoods,
    KnownMoodsPage,
    PollNow,
    Rebuild,
    Reload,
    SaveView,
    Stop,
)
from console.core.i18n import _, ngettext
from console.core.views import parse
from console.errors import Denied, NotFound, ShiftdeskError

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_TAUGHT_AT_ONCE = 200
_VIEW_NAME = re.compile(r"\S(?:.{0,38}\S)?")


async def save_view(desk: Desk, who: Who, ask: SaveView) -> Answer:
    name = ask.name.strip()
    if not _VIEW_NAME.fullmatch(name):
        raise ShiftdeskError(_("A view's name has 1 to 40 characters on one line."))
    if not ask.filter.strip():
        await desk.store.remove_view(name)
        return Done(version=desk.version, text=_("The view {name} is gone.").format(name=name))
    parse(ask.filter)
    await desk.store.save_view(name, ask.filter.strip(), ask.order, who.name)
    return Done(version=desk.version, text=_("The view {name} is saved.").format(name=name))


async def poll_now(desk: Desk, _who: Who, ask: PollNow) -> Answer:
    if desk.workers.poll is None:
        raise ShiftdeskError(_("This desk polls nothing."))
    names = desk.workers.poll(ask.source)
    if not names:
        raise NotFound(_("There is no source {name}.").format(name=ask.source))
    return Done(version=desk.version, text=_("Polling {names}.").format(names=", ".join(names)))


async def reload(desk: Desk, _who: Who, _ask: Reload) -> Answer:
    if desk.workers.reload is None:
        raise ShiftdeskError(_("This desk has no configuration file."))
    return Done(text=await desk.workers.reload(), version=desk.version)


async def rebuild(desk: Desk, _who: Who, _ask: Rebuild) -> Answer:
    changed = await desk.store.rebuild()
    text = ngettext("{n} conversation changed.", "{n} conversations changed.", changed)
    return Done(version=desk.version, text=text.format(n=changed))


async def known_moods(desk: Desk, _who: Who, ask: KnownMoods) -> Answer:
    """What `mood --learn` learns from: corrections, and what customers rated."""
    found = await desk.store.known_moods(ask.after, _TAUGHT_AT_ONCE)
    return KnownMoodsPage(
        tuple(
            KnownMood(one.turn, one.text, one.label, one.rating, one.rating_max, one.kind)
            for one in found
        )
    )


async def stop(desk: Desk, who: Who, _ask: Stop) -> Answer:
    """Its owner only: others would end a service that is not theirs."""
    if not who.owner or desk.workers.stop is None:
        raise Denied(_("Only the desk's own user may end it."))
    desk.workers.stop()
    return Done(version=desk.version, text=_("The desk ends."))
