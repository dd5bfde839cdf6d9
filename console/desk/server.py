"""The Unix socket where consoles come in."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
from pathlib import Path

from console.core.asks import MAX_LINE_BYTES
from console.desk.connection import Connection
from console.desk.desk import Desk
from console.desk.listening import listen, out_of_reach
from console.desk.peer import PeerUid, peer_uid, user_name
from console.desk.timing import Sleep

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256


class Server:
    """Listens; one `Connection` for each console."""

    def __init__(
        self,
        desk: Desk,
        path: Path,
        *,
        group: str = "",
        peer: PeerUid = peer_uid,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._desk = desk
        self._path = path
        self._group = group
        self._peer = peer
        self._sleep = sleep
        self._sessions = itertools.count(1)
        self._serving: set[asyncio.Task[None]] = set()

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Until cancelled; then every connection is closed and the socket's file is gone.

        Raises `ConfigError` where the socket cannot be made.
        """
        listening = listen(self._path, self._group)
        if self._group and (blocked := out_of_reach(self._path.parent, self._group)):
            self._desk.trouble.tell("socket", blocked)
        try:
            async with asyncio.TaskGroup() as group:
                server = await asyncio.start_unix_server(
                    lambda reader, writer: self._came(group, reader, writer),
                    sock=listening,
                    limit=MAX_LINE_BYTES,
                )
                try:
                    if ready:
                        ready.set()
                    await asyncio.get_running_loop().create_future()
                finally:
                    server.close()
                    for task in self._serving:
                        task.cancel()
        finally:
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _came(
        self,
        group: asyncio.TaskGroup,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        if len(self._serving) >= MOST_CONNECTIONS:
            log.warning("too many connections")
            writer.close()
            return
        try:
            uid = self._peer(writer.get_extra_info("socket"))
        except OSError as error:
            log.warning("a nameless peer", extra={"error": str(error)})
            writer.close()
            return
        connection = Connection(
            self._desk,
            reader,
            writer,
            name=user_name(uid),
            owner=uid == os.getuid(),
            session=next(self._sessions),
            sleep=self._sleep,
        )
        task = group.create_task(connection.serve())
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
