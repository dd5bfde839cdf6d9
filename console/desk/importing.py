"""Posts that a lead brings in from a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from console.core.asks import IMPORT_AT_ONCE, Answer, Done, Import
from console.core.i18n import _
from console.errors import ShiftdeskError
from sources.base import Batch, Cursor

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_LONGEST_NAME = 60


async def import_posts(desk: Desk, _who: Who, ask: Import) -> Answer:
    """Into the source of this name, as backfill; what is there already is recognised."""
    if not 0 < len(ask.source) <= _LONGEST_NAME or not ask.source.isprintable():
        raise ShiftdeskError(_("The source needs a name of at most 60 characters."))
    if len(ask.posts) > IMPORT_AT_ONCE:
        raise ShiftdeskError(_("Too many posts at once; the command line sends them in parts."))
    cursor = (await desk.store.cursors()).get(ask.source, Cursor())
    taken = await desk.store.take_in(
        ask.source, Batch(ask.posts, cursor), desk.clock(), every=timedelta(), backfill=True
    )
    text = _("{new} new, {edited} changed, {unchanged} known already")
    return Done(
        version=desk.version,
        text=text.format(new=taken.new, edited=taken.edited, unchanged=taken.unchanged),
    )
