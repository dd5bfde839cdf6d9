"""Coming, being there and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from console.core.asks import Answer, Done, Hello, Look, Ping, Shift, Welcome
from console.core.i18n import _, ngettext
from console.release import RELEASE

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who


async def hello(desk: Desk, who: Who, _ask: Hello) -> Answer:
    """Who you are here. The server has compared the protocols before."""
    person = desk.settings.person(who)
    return Welcome(
        you=msgspec.structs.replace(
            person,
            role=desk.settings.role(who),
            zone=desk.settings.zone_of(who),
            on_shift=who.name in await desk.store.on_shift(),
            connected=desk.news.connected()[who.name],
        ),
        desk=desk.settings.desk,
        release=RELEASE,
        now=desk.clock(),
        calendars=dict(desk.settings.calendars),
        undo_s=desk.settings.undo_window.total_seconds(),
        team_languages=desk.settings.languages,
        muted_hints=desk.settings.muted_hints,
        for_console=desk.for_console,
    )


async def ping(desk: Desk, _who: Who, _ask: Ping) -> Answer:
    return Done(version=desk.version)


async def look(desk: Desk, who: Who, ask: Look) -> Answer:
    """Presence; a second writer is told who was first (the soft claim of semantics S13)."""
    now = desk.clock()
    desk.presence.decay(now)
    if not who.observe:
        desk.presence.look(who.session, who.name, ask.conversation, ask.mode, now)
    if ask.mode != "writing" or ask.conversation is None:
        return Done(version=desk.version)
    others = desk.presence.writers(ask.conversation, but=who.name)
    sentences = [
        ngettext(
            "{name} is writing ({n} minute)", "{name} is writing ({n} minutes)", minutes
        ).format(name=name, n=minutes)
        for name, since in others
        for minutes in [int((now - since).total_seconds() // 60)]
    ]
    return Done(version=desk.version, conversation=ask.conversation, text=" · ".join(sentences))


async def shift(desk: Desk, who: Who, ask: Shift) -> Answer:
    """On, or off: what they owned then returns to the team."""
    now = desk.clock()
    await desk.store.set_shift(who.name, now, on=ask.on)
    if ask.on:
        return Done(version=desk.version, text=_("You are on shift."))
    returned = len(await desk.store.hand_back(who.name, now))
    text = ngettext(
        "You are off shift; {n} conversation returned to the team.",
        "You are off shift; {n} conversations returned to the team.",
        returned,
    ).format(n=returned)
    return Done(version=desk.version, text=text)
