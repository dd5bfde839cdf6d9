"""Keeping the database: copies of it, erasing a person, letting old conversations go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.asks import Answer, Backup, CustomersPage, Done, FindCustomers, Forget, Forgot
from console.core.i18n import _
from console.desk.timing import Clock, Sleep
from console.errors import ShiftdeskError, StoreError
from console.store.protocol import Store

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(hours=6)


async def backup(desk: Desk, _who: Who, _ask: Backup) -> Answer:
    """Beside the database, where only the desk's user reads: a path of one's own is the verb's."""
    folder = desk.settings.backups
    if folder is None:
        raise ShiftdeskError(_("This desk has no place for backups."))
    await asyncio.to_thread(_make, folder)
    target = folder / f"shiftdesk-{desk.clock():%Y%m%d-%H%M%S}.db"
    await desk.store.backup(target)
    return Done(version=desk.version, text=str(target))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}") from error


async def find_customers(desk: Desk, _who: Who, ask: FindCustomers) -> Answer:
    return CustomersPage(await desk.store.customers_like(ask.text.strip()))


async def forget(desk: Desk, who: Who, ask: Forget) -> Answer:
    """For good; what was erased is counted, and who asked is logged without the person's name."""
    ours = desk.settings.contacts
    erased = await desk.store.forget(ask.customer, desk.clock(), ours=ours)
    log.warning("a customer was erased", extra={"customer": ask.customer, "who": who.name})
    desk.spread()
    copies = (*erased.copies, *_backups(desk))
    return Forgot(erased.conversations, erased.turns, erased.mentions, copies)


def _backups(desk: Desk) -> tuple[str, ...]:
    folder = desk.settings.backups
    return tuple(sorted(str(one) for one in folder.glob("*.db"))) if folder else ()


class Retention:
    """Lets solved and closed conversations go once they are old enough."""

    def __init__(
        self, store: Store, clock: Clock, wanted: Callable[[], timedelta], *, sleep: Sleep
    ) -> None:
        """`wanted` is how long they are kept now; zero keeps them for ever."""
        self._store = store
        self._clock = clock
        self._wanted = wanted
        self._sleep = sleep

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if kept := self._wanted():
                try:
                    gone = await self._store.retention(self._clock() - kept)
                    if gone:
                        log.info("let go", extra={"conversations": gone})
                except StoreError as error:
                    log.error("retention failed", extra={"error": str(error)})
            await self._sleep(LOOK_EVERY.total_seconds())
