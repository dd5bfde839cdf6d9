"""How the desk's socket is made, and who can reach it."""

from __future__ import annotations

import grp
import os
import socket
import stat
from pathlib import Path

from console.core.i18n import _
from console.errors import ConfigError

_BACKLOG = 64
_ANSWER_S = 2.0


def answers(path: Path) -> bool:
    """Whether somebody listens at a socket."""
    with socket.socket(socket.AF_UNIX) as trying:
        trying.settimeout(_ANSWER_S)
        try:
            trying.connect(str(path))
        except OSError:
            return False
    return True


def out_of_reach(directory: Path, group: str) -> str:
    """Which directory on the way keeps the group out, in a sentence; empty if none does."""
    gid = grp.getgrnam(group).gr_gid
    for one in (directory, *directory.parents):
        if not _enters(one, gid):
            return _("desk.socket: the group {group} cannot enter {directory}").format(
                group=group, directory=one
            )
    return ""


def _enters(directory: Path, gid: int) -> bool:
    found = directory.stat()
    by_group = found.st_gid == gid and found.st_mode & stat.S_IXGRP
    return bool(by_group or found.st_mode & stat.S_IXOTH)


def listen(path: Path, group: str) -> socket.socket:
    """The socket: 0660 in a 2750 directory of the group; without a group, the user's alone.

    Raises `ConfigError` that names the key and the way out.
    """
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
        if answers(path):
            raise ConfigError(
                _("desk.socket: another desk answers at {path}; give this one its own").format(
                    path=path
                )
            )
        # Made beside its place and moved there when it listens: whoever sees it can connect, and
        # nobody can before its modes are right. What lies there belongs to a dead desk.
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
        if gid >= 0 and not _enters(directory, gid):
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
