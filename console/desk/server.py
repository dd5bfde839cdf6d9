"""The Unix socket where consoles come in."""

from __future__ import annotations

import asyncio
import contextlib
import grp
import itertools
import logging
import os
import socket
import stat
from pathlib import Path

from console.core.asks import MAX_LINE_BYTES
from console.core.i18n import _
from console.desk.connection import Connection
from console.desk.desk import Desk
from console.desk.peer import PeerUid, peer_uid, user_name
from console.desk.timing import Sleep
from console.errors import ConfigError

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256
_BACKLOG = 64


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
        listening = _listen(self._path, self._group)
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


def _listen(path: Path, group: str) -> socket.socket:
    """The socket: 0660 in a 2750 directory of the group; without a group, the user's alone."""
    try:
        gid = grp.getgrnam(group).gr_gid if group else -1
    except KeyError:
        raise ConfigError(
            _("desk.group: there is no Unix group {group}; create it, or leave the key out").format(
                group=group
            )
        ) from None
    try:
        _own_directory(path.parent, gid)
        if path.exists() and not stat.S_ISSOCK(path.lstat().st_mode):
            raise ConfigError(_("{path} is in the way and no socket").format(path=path))
        # Made beside its place and moved there when it listens: whoever sees it can connect, and
        # nobody can before its modes are right. What lies there belongs to a dead desk, as we
        # hold the lock of the data directory.
        making = path.with_name(f".{path.name}.new")
        making.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(making))
        if group:
            os.chown(making, -1, gid)
        making.chmod(0o660 if group else 0o600)
        listening.listen(_BACKLOG)
        making.rename(path)
    except OSError as error:
        raise ConfigError(
            _("desk.socket: cannot listen at {path}: {error}").format(
                path=path, error=error.strerror or error
            )
        ) from None
    return listening


def _own_directory(directory: Path, gid: int) -> None:
    """Makes the directory as it has to be; one that was there keeps its modes.

    /run/shiftdesk is made by the service manager, as its unit says. Raises `ConfigError` with
    the commands that help if the group could not reach a socket in it.
    """
    if directory.exists():
        found = directory.stat()
        entered = found.st_gid == gid and found.st_mode & stat.S_IXGRP
        if gid >= 0 and not (entered or found.st_mode & stat.S_IXOTH):
            name = grp.getgrgid(gid).gr_name
            raise ConfigError(
                _(
                    "desk.socket: the group {group} cannot enter {directory}; run "
                    "chgrp {group} {directory} && chmod 2750 {directory}"
                ).format(group=name, directory=directory)
            )
        return
    directory.mkdir(parents=True, mode=0o700)
    if gid >= 0:
        os.chown(directory, -1, gid)
        directory.chmod(0o2750)
